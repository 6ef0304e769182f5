/// What From, To, Cc and the like hold (RFC 5322 section 3.4, with the UTF-8 of RFC 6532): mailboxes, and groups of them.
public struct MailAddressList: Sendable, Hashable {
    /// One of the list.
    public enum Entry: Sendable, Hashable {
        /// A mailbox.
        case mailbox(Mailbox)
        /// Mailboxes under a name; there may be none, as in `undisclosed-recipients:;`.
        case group(name: String, members: [Mailbox])
    }

    /// The most octets of a list that is read: 256 KiB.
    public static let maximumLength = 256 * 1024

    /// The entries, in order.
    public var entries: [Entry]

    /// A list.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// The mailboxes, those of groups too.
    public var mailboxes: [Mailbox] {
        var mailboxes: [Mailbox] = []
        for entry in entries {
            switch entry {
            case .mailbox(let mailbox): mailboxes.append(mailbox)
            case .group(_, let members): mailboxes += members
            }
        }
        return mailboxes
    }
}

extension MailAddressList: LosslessStringConvertible {
    /// Reads a list as a header field has it, folded or not, also one of the obsolete syntax (RFC 5322 section 4.4): with
    /// routes, spaces within addresses, and commas with nothing between. Nil for anything else, and for an empty text.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, let tokens = MailAddressToken.tokens(of: Array(text.utf8)) else {
            return nil
        }
        var reader = MailAddressListReader(tokens)
        guard let entries = reader.entries() else { return nil }
        self.entries = entries
    }

    /// The entries with commas between, in UTF-8.
    public var description: String {
        entries.map { entry in
            switch entry {
            case .mailbox(let mailbox): "\(mailbox)"
            case .group(let name, let members):
                "\(MailPhrase.text(name)): \(members.map(\.description).joined(separator: ", "));"
            }
        }.joined(separator: ", ")
    }
}
