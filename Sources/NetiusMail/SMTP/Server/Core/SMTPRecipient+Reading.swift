internal import Netius

extension SMTPRecipient {
    /// The longest ORCPT, decoded (RFC 3461 section 4.2).
    private static let maximumOriginalLength = 500

    /// Reads what follows the verb RCPT.
    ///
    /// - Parameters:
    ///   - bytes: The line.
    ///   - start: Behind the verb.
    ///   - offered: The extensions that parameters may be of.
    ///   - usesUTF8: Whether MAIL said SMTPUTF8.
    ///   - hostName: The domain of `<postmaster>`.
    /// - Returns: What the command says.
    /// - Throws: What is to be answered instead.
    static func read(
        _ bytes: Span<UInt8>, from start: Int, offered: SMTPExtensions, usesUTF8: Bool, hostName: String
    ) throws(SMTPRefusal) -> SMTPRecipient {
        let pathStart = start + 4
        guard pathStart <= bytes.count, bytes.equals(" to:", in: start..<pathStart) else {
            throw SMTPRefusal(reply: .recipientSyntax)
        }
        guard let (path, end) = SMTPPath.read(bytes, from: pathStart), let address = path.address(at: hostName) else {
            throw SMTPRefusal(reply: .badRecipient)
        }
        guard usesUTF8 || !address.requiresUTF8 else { throw SMTPRefusal(reply: .utf8Needed) }
        var recipient = SMTPRecipient(address)
        var position = end
        while let parameter = try SMTPParameter.next(bytes, at: &position) {
            guard offered.contains(.deliveryStatusNotifications) else { throw .unknownParameter }
            if bytes.equals("notify", in: parameter.keyword) {
                guard recipient.notify == nil, let value = parameter.value,
                    let notify = Notify.read(bytes, value)
                else { throw .badParameters }
                recipient.notify = notify
            } else if bytes.equals("orcpt", in: parameter.keyword) {
                guard recipient.original == nil, let value = parameter.value,
                    let original = readOriginal(bytes, value, usesUTF8: usesUTF8)
                else { throw .badParameters }
                recipient.original = original
            } else {
                throw .unknownParameter
            }
        }
        return recipient
    }

    /// ```
    /// original-recipient-address  = addr-type ";" xtext
    /// ```
    private static func readOriginal(_ bytes: Span<UInt8>, _ range: Range<Int>, usesUTF8: Bool) -> String? {
        var semicolon = range.lowerBound
        while semicolon < range.upperBound, bytes[semicolon] != UInt8(ascii: ";") {
            guard bytes[semicolon].isLetter || bytes[semicolon].isDigit || bytes[semicolon] == UInt8(ascii: "-") else {
                return nil
            }
            semicolon += 1
        }
        guard semicolon > range.lowerBound, semicolon + 1 < range.upperBound else { return nil }
        let type = range.lowerBound..<semicolon
        guard
            let address = SMTPXText.decode(
                bytes, semicolon + 1..<range.upperBound, allowsUTF8: usesUTF8 && bytes.equals("utf-8", in: type))
        else { return nil }
        let text = "\(String(decoding: bytes.octets(type), as: UTF8.self));\(address)"
        return text.utf8.count <= maximumOriginalLength ? text : nil
    }
}

extension SMTPPath {
    /// Whom a message for the path is for; nil for nobody.
    fileprivate func address(at hostName: String) -> MailAddress? {
        switch self {
        case .null: nil
        case .postmaster: MailAddress(localPart: "postmaster", domain: hostName)
        case .address(let address): address
        }
    }
}

extension SMTPRecipient.Notify {
    /// `NEVER`, or some of the others, each once, between commas.
    fileprivate static func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Self? {
        if bytes.equals("never", in: range) { return .never }
        var notify: Self = []
        var start = range.lowerBound
        while start <= range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let word = start..<end
            let condition: Self =
                bytes.equals("success", in: word)
                ? .success
                : bytes.equals("failure", in: word) ? .failure : bytes.equals("delay", in: word) ? .delay : []
            guard !condition.isEmpty, notify.insert(condition).inserted else { return nil }
            start = end + 1
        }
        return notify
    }
}
