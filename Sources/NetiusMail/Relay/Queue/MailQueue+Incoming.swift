internal import Netius

extension MailQueue {
    /// Gives messages their places of which a crash left the spare alone, and removes what else is left in `incoming`: the
    /// names of those that have their places, and what was never acknowledged. What cannot be read for the moment is left to
    /// the next time, until it has expired. This waits for a disk.
    ///
    /// - Returns: The messages that had no place; why something could not be read, where that is so.
    func recover() -> (placed: [MailIdentifier], failure: SystemError?) {
        var spares: [String: [(name: String, identifier: MailIdentifier)]] = [:]
        var placed: [MailIdentifier] = []
        var failure: SystemError?
        for name in unread.withLock({ $0.names }) {
            do {
                guard let (identifier, isNew) = try recover(name) else {
                    unread.withLock { $0.remove(name) }
                    continue
                }
                spares[identifier.folder, default: []].append((name, identifier))
                if isNew { placed.append(identifier) }
            } catch {
                failure = error as? SystemError ?? SystemError(operation: "recover \(name) (\(error))", code: 0)
            }
        }
        for spares in spares.values {
            do {
                // First, so that one name is on the disk at any time.
                if let first = spares.first { try synchronizePlace(of: first.identifier) }
                for (name, _) in spares {
                    try FileSystem.removeFile(incomingPath(name))
                    unread.withLock { $0.remove(name) }
                    spareNames.noteRemoval()
                }
            } catch {
                failure = error as? SystemError ?? SystemError(operation: "recover mail (\(error))", code: 0)
            }
        }
        return (placed, failure)
    }

    /// Gives a file of `incoming` its place, if it is a message with something left to do.
    ///
    /// - Returns: The message, whose name is yet to be brought to the disk, and whether it had no place; nil where nothing is
    ///   left in `incoming`.
    /// - Throws: `SystemError` where something cannot be read for the moment.
    private func recover(_ name: String) throws -> (MailIdentifier, isNew: Bool)? {
        let path = incomingPath(name)
        guard let file = try openSpare(path, name) else { return nil }
        let identifier = file.message.identifier
        let place = try placeStatus(of: identifier)
        // What has two names was acknowledged, or about to be: its content needs no look.
        if let place, place.isSameFile(as: file.file.status) { return (identifier, false) }
        guard try isWhole(file) else {
            try removeUnacknowledged(path, as: name)
            return nil
        }
        if place != nil, try hasOther(identifier) { return (identifier, false) }
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

    /// Opens a file of `incoming`; nil where nothing is left of it there.
    private func openSpare(_ path: String, _ name: String) throws -> QueueFile? {
        do {
            return try QueueFile(path: path)
        } catch let error as SystemError {
            guard error.isNotFound || giveUpIfExpired(path, name, error) else { throw error }
        } catch {
            try removeUnacknowledged(path, as: name)
        }
        return nil
    }

    /// Looks at all of a message. One of which only the content cannot be read when its time is over counts as whole: its
    /// sender is known, and is told once it has its place.
    private func isWhole(_ file: QueueFile) throws -> Bool {
        do {
            try configuration.disk.check(file)
            return true
        } catch let error as SystemError {
            guard !error.isOfMachine, hasExpired(file.message.arrival) else { throw error }
            return true
        } catch {
            return false
        }
    }

    /// What has the place of a message, perhaps a link; nil where nothing has.
    private func placeStatus(of identifier: MailIdentifier) throws -> File.Status? {
        do {
            return try FileSystem.status(of: path(of: identifier))
        } catch let error as SystemError where error.isNotFound {
            return nil
        }
    }

    /// Whether another file, in a message's place, is the message too. One that is damaged is set aside.
    private func hasOther(_ identifier: MailIdentifier) throws -> Bool {
        let path = path(of: identifier)
        do {
            try configuration.disk.check(try QueueFile(path: path))
            return true
        } catch let error as SystemError {
            guard error.isNotFound else { throw error }
            return false
        } catch {
            setAside(path, as: identifier.description)
            return false
        }
    }

    // MARK: What is no message

    /// Removes a file that is not whole; what another version has written, or is no file, is set aside.
    private func removeUnacknowledged(_ path: String, as name: String) throws {
        let file = try File(path: path)
        let ours = QueueFileLayout.magic
        let start = file.status.kind == .regular ? try file.read(at: 0, upTo: ours.count) : []
        if start.count == ours.count, start.dropLast() == ours.dropLast(), start.last != ours.last, start.last != 0 {
            setAside(path, as: name)
            return
        }
        do {
            try FileSystem.removeFile(path)
        } catch {
            // Such as a folder, which somebody else has made.
            setAside(path, as: name)
        }
    }

    /// Sets aside what still cannot be read when the time is over of any message that was written into it; but not where
    /// nothing can be read.
    private func giveUpIfExpired(_ path: String, _ name: String, _ error: SystemError) -> Bool {
        // A spare may be much older than the message.
        let written = (try? FileSystem.status(of: path))?.modified ?? MailIdentifier(String(name.prefix(36)))?.time
        guard let written, hasExpired(written), !error.isOfMachine else { return false }
        log.error("gave up a file that cannot be read: \(error)", metadata: ["file": "corrupt/\(name)"])
        setAside(path, as: name)
        return true
    }

    private func hasExpired(_ time: Timestamp) -> Bool {
        time.advanced(by: configuration.expiry) <= .now
            && ContinuousClock.now - opened >= configuration.unreadablePatience
    }
}

extension File.Status {
    fileprivate func isSameFile(as other: File.Status) -> Bool { device == other.device && inode == other.inode }
}
