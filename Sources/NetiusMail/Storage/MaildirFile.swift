internal import Netius

/// The file of one message in one Maildir: first in `tmp`, then in `new`. All of it waits for a disk.
///
/// Unless it is stored, nothing is left of it when the last reference goes.
final class MaildirFile: Sendable {
    /// What the message is called: the middle of the file's name, between the time and the host.
    let identifier: String
    private let folder: String
    private let name: String
    private let headingCount: Int
    private let file: NewFile
    private let isStored = Guarded(false)

    init(_ mailbox: MaildirDelivery.Mailbox, heading: [UInt8], identifier: String) throws {
        self.identifier = identifier
        folder = mailbox.path
        name = "\(Timestamp.now.seconds).\(identifier).netius"
        headingCount = heading.count
        do {
            file = try NewFile(path: "\(folder)/tmp/\(name)")
        } catch {
            // Most often the folders are there.
            if !mailbox.isMade, let recipient = mailbox.recipients.first, try !Maildir.isFolder(folder) {
                throw MailStoreError.unknownMailbox(recipient)
            }
            try Maildir.makeFolders(folder)
            file = try NewFile(path: "\(folder)/tmp/\(name)")
        }
        try file.write(heading)
    }

    func write(_ bytes: [UInt8]) throws {
        try file.write(bytes)
    }

    /// Writes what another has behind its heading.
    func copy(from other: MaildirFile) throws {
        let source = try File(path: other.currentPath)
        var offset = other.headingCount
        while case let bytes = try source.read(at: offset, upTo: 256 * 1024), !bytes.isEmpty {
            try file.write(bytes)
            offset += bytes.count
        }
    }

    private var currentPath: String { "\(folder)/\(isStored.withLock { $0 } ? "new" : "tmp")/\(name)" }

    /// Makes it last, and returns once it does.
    func store() throws {
        try file.synchronize()
        try file.keep(as: "\(folder)/new/\(name)")
        isStored.withLock { $0 = true }
        try Folder.synchronize(path: "\(folder)/new")
        try Maildir.synchronizeOnce(folder)
    }

    /// Takes it away, wherever it is.
    func remove() {
        if isStored.withLock({ $0 }) {
            // As well as that can be done: the disk may be what failed, and a reader may have moved it to `cur`.
            _ = try? FileSystem.removeFile("\(folder)/new/\(name)")
        } else {
            file.remove()
        }
    }
}
