internal import Netius

/// How the content of a part is written (RFC 2045 section 6).
public enum MailTransferEncoding: String, Sendable, Hashable, CaseIterable {
    /// Lines of ASCII.
    case sevenBit = "7bit"
    /// Lines of octets.
    case eightBit = "8bit"
    /// Octets.
    case binary
    /// Lines of ASCII in which `=` begins what is none.
    case quotedPrintable = "quoted-printable"
    /// Base64, in lines of 76.
    case base64

    /// The encoding that the value of a Content-Transfer-Encoding field names, in whatever case; nil for an unknown one.
    public init?(_ text: String) {
        // A comment may follow (RFC 5322 section 3.2.2).
        let name = text.prefix { $0 != "(" && $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercasedASCII
        self.init(rawValue: name)
    }
}

/// Reads the content of one part, in pieces.
enum MailContentDecoder: Sendable {
    case identity
    case quotedPrintable(MailQuotedPrintableDecoder)
    case base64(MailBase64Decoder)

    init(_ encoding: MailTransferEncoding?) {
        switch encoding {
        case .quotedPrintable: self = .quotedPrintable(MailQuotedPrintableDecoder())
        case .base64: self = .base64(MailBase64Decoder())
        case .sevenBit, .eightBit, .binary, nil: self = .identity
        }
    }

    mutating func decode(_ text: some Sequence<UInt8>, into octets: inout [UInt8]) {
        switch self {
        case .identity: octets.append(contentsOf: text)
        case .quotedPrintable(var decoder):
            decoder.decode(text, into: &octets)
            self = .quotedPrintable(decoder)
        case .base64(var decoder):
            decoder.decode(text, into: &octets)
            self = .base64(decoder)
        }
    }

    mutating func finish(into octets: inout [UInt8]) {
        switch self {
        case .identity: break
        case .quotedPrintable(var decoder): decoder.finish(into: &octets)
        case .base64(var decoder): decoder.finish(into: &octets)
        }
        self = .identity
    }
}
