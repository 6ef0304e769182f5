internal import Netius

extension MailQueue {
    /// Gives messages their places of which a crash left the spare alone, and removes what else is left in `incoming`: the
    /// names of those that have their places, and what was never acknowledged. What cannot be read for the moment is left to
    /// the next time. This waits for a disk.
    ///
    /// - Returns: The messages that had no place; why something could not be read, where that is so.
    func recover() -> (placed: [MailIdentifier], failure: SystemError?) {
        var spares: [String: MailIdentifier] = [:]
        var placed: [MailIdentifier] = []
        var failure: SystemError?
        for name in unread.withLock({ $0 }) {
            do {
                guard let (identifier, isNew) = try recover(name) else {
                    unread.withLock { _ = $0.remove(name) }
                    continue
                }
                spares[name] = identifier
                if isNew { placed.append(identifier) }
            } catch {
                failure = error as? SystemError ?? SystemError(operation: "recover \(name) (\(error))", code: 0)
            }
        }
        do {
            // First, so that one name is on the disk at any time.
            let folders = Dictionary(spares.values.map { ($0.folder, $0) }) { first, _ in first }
            for identifier in folders.values { try synchronizePlace(of: identifier) }
            for name in spares.keys {
                try FileSystem.removeFile(incomingPath(name))
                unread.withLock { _ = $0.remove(name) }
            }
        } catch {
            failure = error as? SystemError ?? SystemError(operation: "recover mail (\(error))", code: 0)
        }
        return (placed, failure)
    }

    /// Gives a file of `incoming` its place, if it is a message with something left to do.
    ///
    /// - Returns: The message, whose name is yet to be brought to the disk, and whether it had no place; nil where the file
    ///   is gone.
    /// - Throws: `SystemError` where something cannot be read for the moment.
    private func recover(_ name: String) throws -> (MailIdentifier, isNew: Bool)? {
        let path = incomingPath(name)
        let file: QueueFile
        do {
            file = try QueueFile(path: path)
            try file.check()
        } catch let error as SystemError {
            guard error.isNotFound else { throw error }
            return nil
        } catch {
            removeUnacknowledged(path, as: name)
            return nil
        }
        let identifier = file.message.identifier
        guard try !hasPlace(file) else { return (identifier, false) }
        // Only now: what has just been removed from its place was noted as settled before.
        let current = try QueueFile(path: path)
        guard !current.message.isSettled else {
            try FileSystem.removeFile(path)
            return nil
        }
        // Where it was the process that failed it may be in memory alone.
        try File.amend(path: path, from: current.journalEnd, with: [], synchronizing: true)
        if try !addName(of: identifier, to: path) {
            try makingFolder(of: identifier) { try FileSystem.move(path, to: self.path(of: identifier)) }
        }
        return (identifier, true)
    }

    private func removeUnacknowledged(_ path: String, as name: String) {
        do {
            try FileSystem.removeFile(path)
        } catch {
            // Such as a folder, which somebody else has made.
            setAside(path, as: name)
        }
    }

    /// Whether there is a message in the place of this one: the same file or, where a file has one name alone, another that
    /// is whole.
    private func hasPlace(_ file: QueueFile) throws -> Bool {
        let path = path(of: file.message.identifier)
        do {
            let status = try File(path: path).status
            let own = file.file.status
            if status.device != own.device || status.inode != own.inode { try QueueFile(path: path).check() }
            return true
        } catch let error as SystemError {
            guard error.isNotFound else { throw error }
            return false
        } catch {
            setAside(path, as: file.message.identifier.description)
            return false
        }
    }
}
