internal import Netius

extension MailQueue {
    /// Gives a message its place, which is on the disk as a spare: when this returns it lasts, whatever happens to its name
    /// there.
    ///
    /// - Throws: `SystemError`; nothing of the message stays then.
    func place(_ file: NewFile, _ identifier: MailIdentifier) throws {
        willPlace(identifier)
        if try addName(of: identifier, to: file.path) {
            file.keep()
            spareNames.add(identifier, spare: file.path)
            return
        }
        // Where a file has one name alone, it is safe under this one when both folders are.
        try makingFolder(of: identifier) { try file.keep(as: path(of: identifier)) }
        do {
            try synchronizePlace(of: identifier)
        } catch {
            try? remove(identifier)
            throw error
        }
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
            return try folderChanges.withLock { _ in
                try FileSystem.makeFolder(folderPath(of: identifier))
                return try body()
            }
        }
    }

    /// Takes a folder away if it is empty.
    func removeFolderIfEmpty(_ folder: String) {
        folderChanges.withLock { _ in _ = FileSystem.removeFolder("\(activePath)/\(folder)") }
    }

    /// Notes that a message is about to be put into its folder, so that it is not taken for one that was there before.
    func willPlace(_ identifier: MailIdentifier) {
        unlisted.withLock { unlisted in
            if !unlisted.isEmpty { _ = unlisted[identifier.folder]?.insert(identifier) }
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
        guard unread.withLock({ !$0.isEmpty }), let file = try openIfThere(identifier) else { return }
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
