internal import Netius

/// Why a message, or a part of one, cannot be made.
public enum MailMessageError: Error, Hashable, CustomStringConvertible {
    /// No name of a header field: it is not 1 to 76 printable ASCII characters without a colon.
    case invalidFieldName(String)
    /// A field that the message writes itself, of what its properties say.
    case managedField(String)
    /// A line end, NUL or another control character in what is named, which would end up in the header section.
    case controlCharacter(in: String)
    /// Not of the form `type/subtype`, or a multipart, which only the message itself makes.
    case invalidMediaType(String)
    /// There is nobody in From.
    case noAuthor
    /// There are many in From, and nobody in Sender (RFC 5322 section 3.6.2).
    case noSender
    /// An address that can only be written in a message of `allowingUTF8`.
    case requiresUTF8(MailAddress)
    /// A message to be attached that has lines longer than 998 octets, NUL, or line ends other than CRLF: no encoding
    /// may hide those (RFC 2046 section 5.2.1).
    case unencodableMessage

    /// One line for people.
    public var description: String {
        switch self {
        case .invalidFieldName(let name): "'\(String(name.prefix(80)).onOneLine)' is no name of a header field"
        case .managedField(let name): "\(name) is written by the message itself"
        case .controlCharacter(let what): "there is a control character in \(what)"
        case .invalidMediaType(let text): "'\(String(text.prefix(80)).onOneLine)' is no media type of a single part"
        case .noAuthor: "nobody is in From"
        case .noSender: "more than one is in From, and nobody in Sender"
        case .requiresUTF8(let address): "\(address) can only be written where UTF-8 is allowed"
        case .unencodableMessage: "the attached message has lines that no mail may have"
        }
    }
}

extension String {
    /// Whether there is what would end a line, or what some reader takes for the end of one; a tab is none.
    var hasControlCharacter: Bool {
        unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x09: false
            case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
            default: false
            }
        }
    }

    /// The text with a space in the place of each control character.
    var withoutControlCharacters: String {
        guard hasControlCharacter else { return self }
        var text = ""
        for scalar in unicodeScalars {
            text.unicodeScalars.append(String(scalar).hasControlCharacter ? " " : scalar)
        }
        return text
    }
}
