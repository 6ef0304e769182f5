internal import Netius

/// A store of files: one for each message, in the folders that readers of mail know as a Maildir.
///
/// A message is written to a file in `tmp`, synchronised with the disk, moved into `new`, and the folder synchronised
/// too, before its delivery is committed: who looks into `new` never finds a part of a message, and what was committed
/// outlasts a loss of power. A folder that is missing is made, for the process's owner alone.
///
/// What is left in `tmp` by a process that was killed is removed when nobody has changed it for 36 hours, whatever the date
/// of its content: after the first delivery into the Maildir, and then once an hour at most. A `tmp` that is a link is
/// left alone.
///
/// The octets are stored as they arrived, with CRLF at the end of lines, behind the fields `Return-Path` and
/// `Delivered-To` of final delivery (RFC 5321 section 4.4).
public struct Maildir: MailStore {
    /// Which messages go where.
    public enum Layout: Sendable, Hashable {
        /// All into one Maildir, whoever they are for.
        case shared
        /// Each into the Maildir that is called as the local part of the address, in lower case. Who has no folder is
        /// unknown; only the postmaster's, which must be reachable (RFC 5321 section 4.5.1), is made when it is needed.
        case perUser
    }

    /// The most mailboxes that one message goes into.
    public static let maximumMailboxes = 100

    /// The path of the Maildir, or of the folder that holds those of the users.
    public let path: String
    /// Which messages go where.
    public let layout: Layout
    /// What separates a user's name from a detail that counts for nothing here: `frank+lists@example.com` is Frank's.
    /// Nil for nothing. Default `+`.
    public var detailSeparator: Character? = "+"

    let pool: BlockingPool

    /// A Maildir at a path, made when it is needed; or, for each user, one in the folder with the path, which exists.
    public init(path: String, layout: Layout = .shared) {
        self.init(path: path, layout: layout, pool: .shared)
    }

    init(path: String, layout: Layout, pool: BlockingPool) {
        self.path = path
        self.layout = layout
        self.pool = pool
    }

    /// A Maildir at a path, whose folders are made now; or, for each user, one in the folder with the path, which is made
    /// if there is none.
    ///
    /// This waits for a disk: on a loop, do it in a `BlockingPool`.
    ///
    /// - Throws: `SystemError` where there is no such folder and none can be made.
    public init(preparing path: String, layout: Layout = .shared) throws {
        self.init(path: path, layout: layout)
        switch layout {
        case .shared: try Self.makeFolders(path)
        case .perUser:
            try FileSystem.makeFolder(path)
            try Self.synchronizeOnce(path)
        }
    }

    /// Says whether there is a mailbox for the address.
    ///
    /// - Throws: `MailStoreError`.
    public func check(_ recipient: MailAddress) async throws {
        let name = try folderName(for: recipient)
        guard let name, name != Self.postmaster else { return }
        let folder = "\(path)/\(name)"
        let isThere: Bool
        do {
            isThere = try await pool.run { try Self.isFolder(folder) }
        } catch let error as SystemError {
            throw MailStoreError.failed(error)
        }
        guard isThere else { throw MailStoreError.unknownMailbox(recipient) }
    }

    /// Begins to store a message. Nothing is written before there is something of it.
    ///
    /// - Throws: `MailStoreError`.
    public func begin(_ envelope: SMTPEnvelope) async throws -> MaildirDelivery {
        var mailboxes: [MaildirDelivery.Mailbox] = []
        var indices: [String: Int] = [:]
        for recipient in envelope.recipients {
            let name = try folderName(for: recipient.address)
            let folder = name.map { "\(path)/\($0)" } ?? path
            if let index = indices[folder] {
                mailboxes[index].recipients.append(recipient.address)
            } else {
                indices[folder] = mailboxes.count
                mailboxes.append(
                    .init(path: folder, recipients: [recipient.address], isMade: name == nil || name == Self.postmaster)
                )
            }
        }
        guard mailboxes.count <= Self.maximumMailboxes else {
            throw MailStoreError.tooManyMailboxes(Self.maximumMailboxes)
        }
        return MaildirDelivery(sender: envelope.sender.address, mailboxes: mailboxes, pool: pool)
    }

    private static let postmaster = "postmaster"

    /// The name of the folder below `path`; nil for `path` itself. Whatever an address says, it is one name of letters,
    /// digits and few signs, which begins with one of the former.
    private func folderName(for recipient: MailAddress) throws(MailStoreError) -> String? {
        guard layout == .perUser else { return nil }
        var name = recipient.localPart[...]
        if let detailSeparator, let separator = name.firstIndex(of: detailSeparator) { name = name[..<separator] }
        let octets = name.utf8.map(\.lowercased)
        guard let first = octets.first, first.isLetter || first.isDigit,
            octets.allSatisfy({ $0.isLetter || $0.isDigit || [0x2D, 0x2E, 0x5F].contains($0) })
        else { throw .unknownMailbox(recipient) }
        return String(decoding: octets, as: UTF8.self)
    }
}
