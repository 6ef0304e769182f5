import Netius
import NetiusMail

/// `netius dkim sign`: a message in a file gets a signature.
struct DKIMSigning {
    let file: String
    let keyFile: String
    let selector: String
    let domain: String
    let isToStandardOutput: Bool
    let time: Timestamp
    let configuration: DKIMSigner.Configuration

    init(_ values: CommandValues) throws(UsageError) {
        let words = try DKIMCommand.words(values, ["FILE", "KEY", "SELECTOR", "DOMAIN"])
        (file, keyFile, selector, domain) = (words[0], words[1], words[2], words[3])
        if file == "-", keyFile == "-" { throw .unexpectedArgument("-") }
        isToStandardOutput = try values.required(DKIMCommand.toStandardOutput, as: .boolean)
        time = try DKIMCommand.time(values)
        let forms = try values.required(DKIMCommand.canonicalization, as: Self.canonicalizations)
        configuration = DKIMSigner.Configuration(
            headerCanonicalization: forms.header, bodyCanonicalization: forms.body,
            identity: try values.value(of: DKIMCommand.identity, as: .string),
            lifetime: try values.value(of: DKIMCommand.lifetime, as: .duration()))
    }

    private struct Forms: Sendable {
        let header: DKIMCanonicalization
        let body: DKIMCanonicalization
    }

    private static let canonicalizations = ConfigurationFormat<Forms>(
        expected: "relaxed or simple, a slash, and relaxed or simple"
    ) { text in
        let parts = text.lowercasedASCII.split(separator: "/", omittingEmptySubsequences: false)
        let forms = parts.compactMap { DKIMCanonicalization(rawValue: String($0)) }
        guard parts.count == 2, forms.count == 2 else { return nil }
        return Forms(header: forms[0], body: forms[1])
    }

    func run() throws {
        let key = try InputFile.key(keyFile, DKIMPrivateKey.init(pem:))
        let signer = try DKIMSigner(domain: domain, selector: selector, key: key, configuration: configuration)
        let message = Self.message(try InputFile.read(file, upTo: InputFile.maximumMessageSize))
        let signed = try signer.sign(message, at: time) + message
        try ReplacedFile.write(signed, to: isToStandardOutput ? "-" : file)
    }

    /// The message as it is signed, and written: without white space before it, each line ended by CRLF.
    private static func message(_ content: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == .space || 0x09...0x0D ~= $0 }
        var message: [UInt8] = []
        message.reserveCapacity(content.count + content.count / 32)
        for octet in content.drop(while: isBlank) {
            if octet == .lineFeed, message.last != .carriageReturn { message.append(.carriageReturn) }
            message.append(octet)
        }
        return message
    }
}
