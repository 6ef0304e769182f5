internal import Netius

/// An address with the name of whom it belongs to (RFC 5322 section 3.4): `"Frank Jones" <frank@example.com>`.
public struct Mailbox: Sendable, Hashable {
    /// The name that is shown, decoded; nil where there is none. It has no control characters.
    public let name: String?
    /// The address.
    public let address: MailAddress

    /// A mailbox without a name.
    public init(_ address: MailAddress) {
        name = nil
        self.address = address
    }

    /// A mailbox with a name; an empty one is none.
    ///
    /// - Throws: `MailMessageError` for a name with a line end or another control character.
    public init(name: String?, address: MailAddress) throws(MailMessageError) {
        guard name?.hasControlCharacter != true else { throw .controlCharacter(in: "the name of \(address)") }
        self.init(decodedName: name, address: address)
    }

    init(decodedName: String?, address: MailAddress) {
        name = decodedName.flatMap { $0.isEmpty ? nil : $0 }
        self.address = address
    }
}

extension Mailbox: LosslessStringConvertible {
    /// Reads a mailbox as header fields have it, with comments, quotes and encoded words; nil for anything else, as a
    /// list or a group.
    public init?(_ text: String) {
        guard let list = MailAddressList(text), list.entries.count == 1, case .mailbox(let mailbox) = list.entries[0]
        else { return nil }
        self = mailbox
    }

    /// As it is read, in UTF-8: `Frank <frank@example.com>`, or the address alone.
    public var description: String {
        guard let name else { return "\(address)" }
        return "\(MailPhrase.text(name)) <\(address)>"
    }
}
