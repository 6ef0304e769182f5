internal import Netius

/// The queue of a relay as others see it: to look at, and to give orders. A relay that runs carries orders out itself;
/// where none does, they are carried out on its files.
public struct MailSpool: Sendable {
    /// The folder.
    public let path: String

    /// A spool that a relay has made.
    ///
    /// - Throws: `SystemError` where there is none.
    public init(path: String) throws {
        self.path = path
        _ = try FileSystem.names(in: "\(path)/active")
    }

    // MARK: Looking

    /// Whether delivery is paused.
    public var isPaused: Bool { (try? File(path: "\(path)/paused")) != nil }

    /// Shows every message in the queue to `body`, the oldest first. Those that cannot be read are left out.
    ///
    /// - Throws: `SystemError`; what `body` throws.
    public func forEachMessage(_ body: (QueuedMessage) throws -> Void) throws {
        for folder in try FileSystem.names(in: "\(path)/active").sorted() {
            // What is delivered meanwhile goes, and its folder with it.
            let names = (try? FileSystem.names(in: "\(path)/active/\(folder)")) ?? []
            for identifier in names.compactMap({ MailIdentifier($0) }).sorted() {
                if let file = try? QueueFile(path: filePath(identifier)) { try body(file.message) }
            }
        }
    }

    /// A message.
    ///
    /// - Throws: `MailQueueError`.
    public func message(_ identifier: MailIdentifier) throws(MailQueueError) -> QueuedMessage {
        try open(identifier).message
    }

    /// The octets of a message as they are sent, from the first one on.
    ///
    /// - Throws: `MailQueueError`.
    public func content(of identifier: MailIdentifier, upTo count: Int) throws(MailQueueError) -> [UInt8] {
        let file = try open(identifier)
        return try MailQueue.systemErrors {
            let prologue: [UInt8]
            do {
                prologue = try file.prologue()
            } catch is RecordReader.Malformed {
                throw MailQueueError.damaged(identifier)
            }
            let rest = min(max(count - prologue.count, 0), file.layout.contentLength)
            return Array((prologue + (try file.file.read(at: file.layout.contentStart, upTo: rest))).prefix(count))
        }
    }

    private func filePath(_ identifier: MailIdentifier) -> String {
        "\(path)/active/\(identifier.folder)/\(identifier)"
    }

    private func open(_ identifier: MailIdentifier) throws(MailQueueError) -> QueueFile {
        do {
            return try QueueFile(path: filePath(identifier))
        } catch let error as SystemError {
            guard error.isNotFound else { throw .system(error) }
            throw .noSuchMessage(identifier)
        } catch {
            throw .damaged(identifier)
        }
    }

    // MARK: Orders

    /// Has what waits for its time tried at once: a message, or all.
    ///
    /// - Throws: `MailQueueError`; an error with the relay's words.
    public func retry(_ identifier: MailIdentifier? = nil) async throws {
        try await order(.retry(identifier)) { queue in
            for found in try identifier.map({ [$0] }) ?? queue.identifiers() { try queue.forgetTimes(of: found) }
        }
    }

    /// Takes a message out of the queue, without telling anybody.
    ///
    /// - Throws: `MailQueueError`; an error with the relay's words.
    public func remove(_ identifier: MailIdentifier) async throws {
        try await order(.remove(identifier)) { queue in
            _ = try queue.open(identifier)
            try queue.remove(identifier)
        }
    }

    /// Pauses delivery: mail is taken, and stays. It holds until `resume`, also when the relay is started anew.
    public func pause() async throws {
        try await order(.pause) { try $0.setPaused(true) }
    }

    /// Lets delivery go on.
    public func resume() async throws {
        try await order(.resume) { try $0.setPaused(false) }
    }

    /// Asks the relay or, where none runs, does it.
    private func order(_ control: RelayControl, _ work: @escaping @Sendable (MailQueue) throws -> Void) async throws {
        let address = SocketAddress.unix(path: "\(path)/\(RelayControl.socketName)")
        guard let connection = try? await Connection.connect(to: address) else {
            let configuration = MailQueue.Configuration(path: path)
            return try await BlockingPool.shared.run { try work(try MailQueue(configuration)) }
        }
        await connection.setTimeouts(read: .seconds(30), write: .seconds(30))
        try await connection.write("\(control.line)\n")
        var answer: [UInt8] = []
        while answer.last != .lineFeed, answer.count <= 4096, let bytes = try await connection.read() {
            answer += bytes
        }
        await connection.close()
        let text = String(decoding: answer.dropLast(), as: UTF8.self)
        guard text == "ok" else {
            throw RelayControlError(text.hasPrefix("error ") ? String(text.dropFirst(6)) : "the relay gave no answer")
        }
    }
}

extension MailQueue {
    /// Makes a message's recipients due at once.
    func forgetTimes(of identifier: MailIdentifier) throws {
        let file = try open(identifier)
        var entries: [QueueJournal.Entry] = []
        for (index, recipient) in file.message.recipients.enumerated() where !recipient.isSettled {
            var entry = QueueJournal.Entry(recipient: index, recipient)
            entry.nextAttempt = nil
            entries.append(entry)
        }
        try File.amend(
            path: file.path, from: file.journalEnd, with: QueueJournal.encode(entries), synchronizing: false)
    }
}
