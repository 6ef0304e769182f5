internal import Netius

extension DNSName: LosslessStringConvertible {
    /// Reads labels joined by dots, with or without the dot of the root at the end; nil for any other text.
    ///
    /// As in zone files (RFC 1035 section 5.1), a backslash takes the special meaning from the character that follows,
    /// and with three decimal digits stands for an octet. Other characters are visible ASCII: an internationalized name
    /// is given in its ASCII form (`xn--...`).
    public init?(_ description: String) {
        guard description != "." else {
            self = .root
            return
        }
        // No text of a name is longer: each octet takes at most four characters.
        guard description.utf8.count <= 4 * Self.maximumLength else { return nil }
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var rest = Array(description.utf8)[...]
        var endsInDot = false
        while let octet = rest.popFirst() {
            endsInDot = octet == UInt8(ascii: ".")
            switch octet {
            case UInt8(ascii: "."):
                labels.append(label)
                label = []
            case UInt8(ascii: "\\"):
                guard let escaped = Self.escaped(&rest) else { return nil }
                label.append(escaped)
            case 0x21...0x7E: label.append(octet)
            default: return nil
            }
        }
        if !endsInDot { labels.append(label) }
        self.init(labels: labels)
    }

    /// The octet that follows a backslash.
    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let first = rest.popFirst() else { return nil }
        guard first.isDigit else { return 0x20...0x7E ~= first ? first : nil }
        guard let second = rest.popFirst(), let third = rest.popFirst(), second.isDigit, third.isDigit else {
            return nil
        }
        let number = [first, second, third].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return UInt8(exactly: number)
    }

    /// The labels joined by dots, without one at the end; of the root a dot. What is not visible ASCII, and what would
    /// be read as something else, is escaped.
    public var description: String {
        guard !isRoot else { return "." }
        var text: [UInt8] = []
        for label in labels {
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            for octet in label {
                switch octet {
                case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("),
                    UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
                    text += [UInt8(ascii: "\\"), octet]
                default: text.appendZoneText(octet, isSpecial: octet == 0x20)
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The text as zone files have it, with the dot of the root at the end.
    package var absoluteText: String { isRoot ? "." : "\(self)." }
}

extension [UInt8] {
    /// Appends an octet as it is if it is visible ASCII or a space, and not special; else a backslash and three digits.
    mutating func appendZoneText(_ octet: UInt8, isSpecial: Bool = false) {
        guard !(0x20...0x7E ~= octet) || isSpecial else { return append(octet) }
        append(UInt8(ascii: "\\"))
        for divisor in [100, 10, 1] as [UInt8] { append(UInt8(ascii: "0") + octet / divisor % 10) }
    }
}
