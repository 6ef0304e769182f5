internal import Netius

extension MailQueue {
    /// A file to write a message into. This waits for a disk where none is ready.
    ///
    /// - Throws: `SystemError`.
    func takeSpare() throws -> NewFile {
        refused.removeAgain()
        return try spares.take()
    }

    /// Gives a message its place, which is on the disk as a spare: when this returns it lasts, whatever happens to its name
    /// there.
    ///
    /// - Throws: `SystemError`; the message is to be discarded then.
    func place(_ file: NewFile, _ identifier: MailIdentifier) throws {
        willPlace(identifier)
        // Before anybody finds it in its place, and removes it from there.
        spareNames.willPlace(identifier, spare: file.path)
        if try addName(of: identifier, to: file.path) {
            file.keep()
            spareNames.didPlace(identifier)
            return
        }
        // Where a file has one name alone, it is safe under this one when both folders are.
        try makingFolder(of: identifier) { try file.keep(as: path(of: identifier)) }
        spareNames.forget(identifier)
        spareNames.noteRemoval()
        try synchronizePlace(of: identifier)
    }

    /// Has nothing stay of a message that is refused although its file is whole, whatever happens to the machine. This waits
    /// for a disk.
    func discard(_ file: NewFile, _ identifier: MailIdentifier) {
        spareNames.forget(identifier)
        unread.withLock { _ = $0.since.remove(identifier) }
        let place = path(of: identifier)
        do {
            try file.discard()
        } catch {
            log.error("a message that was refused is not gone yet: \(error)", metadata: ["id": "\(identifier)"])
            refused.add([file.path, place])
        }
        // It may have got there although that was said to have failed.
        _ = try? FileSystem.removeFile(place)
    }

    /// Gives a file a message's name, besides its own; false where the file system gives it no more than one.
    func addName(of identifier: MailIdentifier, to path: String) throws -> Bool {
        try makingFolder(of: identifier) { try configuration.disk.addName(self.path(of: identifier), path) }
    }

    /// Waits until the name that a message has in its place is on the disk.
    func synchronizePlace(of identifier: MailIdentifier) throws {
        try configuration.disk.synchronize(folderPath(of: identifier))
        try configuration.disk.synchronize(activePath)
    }

    /// Runs `body`, which puts a message into its folder, and does so again with the folder where there was none.
    func makingFolder<Result>(of identifier: MailIdentifier, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SystemError where error.isNotFound {
            return try folderChanges.withLock {
                try FileSystem.makeFolder(folderPath(of: identifier))
                return try body()
            }
        }
    }

    /// Takes a folder away if it is empty.
    func removeFolderIfEmpty(_ folder: String) {
        folderChanges.withLock { _ = FileSystem.removeFolder("\(activePath)/\(folder)") }
    }

    /// Notes that a message is about to be put into its folder, so that it is not taken for one that was there before.
    func willPlace(_ identifier: MailIdentifier) {
        unlisted.withLock { unlisted in
            if !unlisted.isEmpty { _ = unlisted[identifier.folder]?.insert(identifier) }
        }
        unread.withLock { unread in
            if !unread.names.isEmpty { unread.since.insert(identifier) }
        }
    }

    // MARK: Removing

    /// Removes the file of a message for good. It may come back if the machine fails at once; then what was delivered is
    /// delivered again, which RFC 5321 section 6.1 prefers to a loss.
    func remove(_ identifier: MailIdentifier) throws {
        try noteRemoval(of: identifier)
        // The other name is the one by which it is found where this fails.
        try spareNames.remove(identifier)
        try FileSystem.removeFile(path(of: identifier))
        let folder = identifier.folder
        if folder != MailIdentifier().folder { removeFolderIfEmpty(folder) }
    }

    /// Notes in a message's journal that it is removed, where it may have another name that cannot be read yet.
    private func noteRemoval(of identifier: MailIdentifier) throws {
        let mayBeUnread = unread.withLock { !$0.names.isEmpty && $0.since.remove(identifier) == nil }
        guard mayBeUnread, let file = try openIfThere(identifier) else { return }
        var entries: [QueueJournal.Entry] = []
        for (index, recipient) in file.message.recipients.enumerated() where !recipient.isSettled {
            var entry = QueueJournal.Entry(recipient: index, recipient)
            entry.state = .removed
            entries.append(entry)
        }
        guard !entries.isEmpty else { return }
        try File.amend(
            path: file.path, from: file.journalEnd, with: QueueJournal.encode(entries), synchronizing: true)
    }

    private func openIfThere(_ identifier: MailIdentifier) throws -> QueueFile? {
        do throws(MailQueueError) {
            return try open(identifier)
        } catch .noSuchMessage, .damaged {
            return nil
        } catch {
            throw error
        }
    }
}
