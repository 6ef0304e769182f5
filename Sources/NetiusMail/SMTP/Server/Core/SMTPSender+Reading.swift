internal import Netius

extension SMTPSender {
    private struct Seen: OptionSet {
        let rawValue: UInt8
        static let size = Seen(rawValue: 1)
        static let body = Seen(rawValue: 2)
        static let utf8 = Seen(rawValue: 4)
        static let requireTLS = Seen(rawValue: 8)
        static let returns = Seen(rawValue: 16)
        static let identifier = Seen(rawValue: 32)
        static let submitter = Seen(rawValue: 64)
    }

    /// The longest ENVID, decoded (RFC 3461 section 4.4).
    private static let maximumIdentifierLength = 100

    /// Reads what follows the verb MAIL.
    ///
    /// - Parameters:
    ///   - bytes: The line.
    ///   - start: Behind the verb.
    ///   - offered: The extensions that parameters may be of.
    ///   - hostName: The domain of `<postmaster>`.
    /// - Returns: What the command says.
    /// - Throws: What is to be answered instead.
    static func read(
        _ bytes: Span<UInt8>, from start: Int, offered: SMTPExtensions, hostName: String
    ) throws(SMTPRefusal) -> SMTPSender {
        let pathStart = start + 6
        guard pathStart <= bytes.count, bytes.equals(" from:", in: start..<pathStart) else {
            throw SMTPRefusal(reply: .mailSyntax)
        }
        guard let (path, end) = SMTPPath.read(bytes, from: pathStart) else { throw SMTPRefusal(reply: .badSender) }
        var sender =
            switch path {
            case .null: SMTPSender(nil)
            case .address(let address): SMTPSender(address)
            case .postmaster: SMTPSender(MailAddress(localPart: "postmaster", domain: hostName))
            }
        var position = end
        var seen: Seen = []
        while let parameter = try SMTPParameter.next(bytes, at: &position) {
            let kind = try sender.take(parameter, bytes, offered)
            guard seen.insert(kind).inserted else { throw .badParameters }
        }
        if !sender.usesUTF8, sender.address?.requiresUTF8 == true { throw SMTPRefusal(reply: .utf8Needed) }
        return sender
    }

    private mutating func take(
        _ parameter: SMTPParameter, _ bytes: Span<UInt8>, _ offered: SMTPExtensions
    ) throws(SMTPRefusal) -> Seen {
        let keyword = parameter.keyword
        if bytes.equals("size", in: keyword), offered.contains(.size) {
            guard let value = parameter.value, let number = bytes.number(in: value) else { throw .badParameters }
            size = number
            return .size
        }
        if bytes.equals("body", in: keyword), offered.contains(.eightBitMIME) {
            guard let value = parameter.value, let kind = Self.body(bytes, value, offered) else { throw .badParameters }
            body = kind
            return .body
        }
        if bytes.equals("smtputf8", in: keyword), offered.contains(.utf8) {
            guard parameter.value == nil else { throw .badParameters }
            usesUTF8 = true
            return .utf8
        }
        if bytes.equals("requiretls", in: keyword), offered.contains(.requireTLS) {
            guard parameter.value == nil else { throw .badParameters }
            requiresTLS = true
            return .requireTLS
        }
        if bytes.equals("ret", in: keyword), offered.contains(.deliveryStatusNotifications) {
            guard let value = parameter.value else { throw .badParameters }
            guard bytes.equals("full", in: value) || bytes.equals("hdrs", in: value) else { throw .badParameters }
            returns = bytes.equals("full", in: value) ? .full : .headers
            return .returns
        }
        if bytes.equals("envid", in: keyword), offered.contains(.deliveryStatusNotifications) {
            guard let value = parameter.value, let text = SMTPXText.decode(bytes, value),
                text.utf8.count <= Self.maximumIdentifierLength
            else { throw .badParameters }
            envelopeIdentifier = text
            return .identifier
        }
        if bytes.equals("auth", in: keyword), offered.contains(.authentication) {
            guard let value = parameter.value, let text = SMTPXText.decode(bytes, value),
                text == "<>" || MailAddress(text) != nil
            else { throw .badParameters }
            submitter = text
            return .submitter
        }
        throw .unknownParameter
    }

    private static func body(_ bytes: Span<UInt8>, _ value: Range<Int>, _ offered: SMTPExtensions) -> Body? {
        if bytes.equals("7bit", in: value) { return .sevenBit }
        if bytes.equals("8bitmime", in: value) { return .eightBitMIME }
        return bytes.equals("binarymime", in: value) && offered.contains(.binaryMIME) ? .binaryMIME : nil
    }
}
