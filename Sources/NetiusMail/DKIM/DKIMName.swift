internal import Netius

/// The names in a signature.
enum DKIMName {
    /// Whether the text is a domain, or a selector: labels of letters, digits, hyphens and underscores, which some have.
    static func isDomain(_ text: String) -> Bool {
        guard 1...253 ~= text.utf8.count else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    /// Whether the domain of an identity is the signing domain or one beneath it, without regard to case.
    static func isWithin(_ identityDomain: String, _ domain: String, orBeneath: Bool = true) -> Bool {
        // By octets: to texts some letters beyond ASCII are equal to letters of ASCII.
        guard isDomain(identityDomain), isDomain(domain) else { return false }
        let (identity, signing) = (identityDomain.utf8.map(\.lowercased), domain.utf8.map(\.lowercased))
        return identity == signing
            || (orBeneath && identity.suffix(signing.count + 1).elementsEqual([UInt8(ascii: ".")] + signing))
    }

    /// A text as `dkim-quoted-printable` (RFC 6376 section 2.11).
    static func encode(_ text: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        for octet in text {
            switch octet {
            case UInt8(ascii: ";"), UInt8(ascii: "="), 0...0x20, 0x7F...:
                output += [UInt8(ascii: "="), digit(octet >> 4), digit(octet & 15)]
            default: output.append(octet)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    /// The text that `dkim-quoted-printable` stands for; nil where it is none. White space is no part of it.
    static func decode(_ text: [UInt8]) -> String? {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "=") {
                guard index + 2 < text.count, let high = text[index + 1].hexadecimalValue,
                    let low = text[index + 2].hexadecimalValue
                else { return nil }
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return String(validating: output, as: UTF8.self)
    }
}
