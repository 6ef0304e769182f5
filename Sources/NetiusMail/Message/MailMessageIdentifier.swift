internal import Netius

/// What a message, or a part of one, is called (RFC 5322 section 3.6.4): `<left@right>`.
public struct MailMessageIdentifier: Sendable, Hashable {
    /// The most octets of one that is made or read.
    public static let maximumLength = 250

    /// The identifier with its angle brackets.
    public let description: String

    /// A new one that nobody else has: random, at the domain of whoever writes the message, or at
    /// `localhost` where the domain is none or too long.
    public init(domain: String = "localhost") {
        let left = RandomIdentifier.make()
        description = MailMessageIdentifier("<\(left)@\(domain)>")?.description ?? "<\(left)@localhost>"
    }
}

extension MailMessageIdentifier: LosslessStringConvertible {
    /// Reads an identifier; nil for what is none: it has angle brackets around printable ASCII without more of them, and
    /// an `@` within.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        guard 5...Self.maximumLength ~= octets.count, octets.first == UInt8(ascii: "<"),
            octets.last == UInt8(ascii: ">")
        else { return nil }
        let content = octets[1..<octets.count - 1]
        guard content.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }),
            let at = content.firstIndex(of: UInt8(ascii: "@")), at > content.startIndex, at < content.endIndex - 1
        else { return nil }
        description = text
    }

    /// The identifiers in the value of a field, as References has them; what is none is passed over.
    public static func identifiers(in text: String) -> [MailMessageIdentifier] {
        text.utf8.split(separator: UInt8(ascii: "<")).compactMap { piece in
            guard let end = piece.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            return MailMessageIdentifier("<\(String(Substring(piece[...end])))")
        }
    }
}
