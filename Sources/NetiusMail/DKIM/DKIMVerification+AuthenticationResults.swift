internal import Netius

extension DKIMVerification {
    /// The most characters of one value in such a field, so that no line of it has more than 998 octets (RFC 5322
    /// section 2.1.1) whatever a sender claims; what is beyond is left out.
    private static let maximumLength = 256

    /// The result as the field `Authentication-Results` has it (RFC 8601 section 2.2), in ASCII and one line.
    ///
    /// ```
    /// dkim=pass (2048-bit key) header.d=example.com header.i=@example.com header.s=mail header.a=rsa-sha256 header.b=...
    /// ```
    public var authenticationResult: String { words.joined(separator: " ") }

    /// The whole field with CRLF at its end, to be put before a message: `Authentication-Results: mx.example.com; ...`.
    /// Fields of the same name that claim to be the host's are to be removed before (RFC 8601 section 5).
    ///
    /// - Parameters:
    ///   - verifications: All results; without any it says `dkim=none`.
    ///   - host: The name under which the results are known.
    /// - Returns: The octets of the field.
    public static func authenticationResults(_ verifications: [DKIMVerification], by host: String) -> [UInt8] {
        var text = DKIMFoldedText("Authentication-Results:")
        text.append("\(value(host));")
        if verifications.isEmpty { text.append("dkim=none") }
        for (index, verification) in verifications.enumerated() {
            var words = verification.words
            if index < verifications.count - 1, let last = words.popLast() { words.append("\(last);") }
            for word in words { text.append(word) }
        }
        return text.bytes + [.carriageReturn, .lineFeed]
    }

    private var words: [String] {
        var words = ["dkim=\(result.rawValue)"]
        if let keyBitCount { words.append("(\(keyBitCount)-bit key)") }
        if let reason { words.append("reason=\(Self.quoted(reason))") }
        if let domain { words.append("header.d=\(Self.value(domain))") }
        if let identity {
            let local = identity.local.isEmpty ? "" : Self.localPart(identity.local)
            words.append("header.i=\(local)@\(Self.value(identity.domain))")
        }
        if let selector { words.append("header.s=\(Self.value(selector))") }
        if let algorithmName { words.append("header.a=\(Self.value(algorithmName))") }
        if let signaturePrefix { words.append("header.b=\(Self.value(signaturePrefix))") }
        return words
    }

    /// A token as it is, anything else in quotes (RFC 2045 section 5.1).
    private static func value(_ text: String) -> String {
        let isToken = text.utf8.allSatisfy { octet in
            0x21...0x7E ~= octet && !"()<>@,;:\\\"/[]?=".utf8.contains(octet)
        }
        return isToken && 1...maximumLength ~= text.utf8.count ? text : quoted(text)
    }

    private static func localPart(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 && ($0.isAtomText || $0 == UInt8(ascii: ".")) }
            && text.utf8.count <= maximumLength ? text : quoted(text)
    }

    /// A `quoted-string`; what it cannot hold becomes a question mark.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(maximumLength) {
            if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
            quoted.unicodeScalars.append(0x20...0x7E ~= scalar.value ? scalar : "?")
        }
        return quoted + "\""
    }
}
