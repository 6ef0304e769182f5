internal import Netius

/// A message on its way into the queue. Unless it is committed nothing of it stays.
///
/// One task at a time uses it.
// @unchecked: its state is used by the task that has it, and by a thread of the queue only while that task waits.
final class QueueWriter: @unchecked Sendable {
    let identifier: MailIdentifier
    let arrival: Timestamp
    private let queue: MailQueue
    private let envelope: SMTPEnvelope
    private let encodedEnvelope: [UInt8]
    /// What has not been written.
    private var pending: [[UInt8]] = []
    private var pendingCount = 0
    private(set) var contentLength = 0
    /// The file, once it is begun.
    private var file: NewFile?

    init(_ queue: MailQueue, envelope: SMTPEnvelope, identifier: MailIdentifier, arrival: Timestamp) {
        self.queue = queue
        self.envelope = envelope
        self.identifier = identifier
        self.arrival = arrival
        encodedEnvelope = QueueEnvelope.encode(envelope, identifier: identifier, arrival: arrival)
    }

    /// Takes more of the content, and waits for the disk when much has gathered.
    ///
    /// - Throws: `MailQueueError`; `CancellationError`.
    func append(_ bytes: [UInt8]) async throws {
        pending.append(bytes)
        pendingCount += bytes.count
        contentLength += bytes.count
        guard pendingCount >= queue.configuration.maximumBuffer else { return }
        do {
            try await queue.pool.run { [self] in
                try queue.checkSpace(for: pendingCount)
                let file = try file ?? begin()
                for bytes in pending { try file.write(bytes) }
            }
        } catch let error as SystemError {
            throw MailQueueError.system(error)
        } catch is BlockingPoolError {
            throw MailQueueError.overloaded
        }
        pending = []
        pendingCount = 0
    }

    /// Makes the message durable: when this returns, it is in the queue and on the disk.
    ///
    /// - Parameters:
    ///   - prologue: Makes the fields that are sent before the content, on a thread that may be kept busy.
    ///   - committed: Told, on a thread of the queue, even where nobody waits any more.
    /// - Throws: `MailQueueError`; what `prologue` throws.
    func commit(
        prologue: @escaping @Sendable () throws -> [UInt8],
        _ committed: @escaping @Sendable (QueuedMessage, QueueContent) -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let isTaken = queue.pool.submit { [self] in
                commitBlocking(prologue: prologue, committed) { continuation.resume(with: $0) }
            }
            if !isTaken { continuation.resume(throwing: MailQueueError.overloaded) }
        }
    }

    /// The same, on a thread of the queue.
    func commitBlocking(
        prologue: () throws -> [UInt8], _ committed: @escaping @Sendable (QueuedMessage, QueueContent) -> Void,
        _ completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        do {
            let (message, content) = try place(try prologue())
            queue.synchronizer.synchronize(queue.folderPath(of: identifier)) { [queue, identifier] result in
                switch result {
                case .success:
                    committed(message, content)
                    completion(.success(()))
                case .failure(let error):
                    // Nobody is told that we have it.
                    try? queue.remove(identifier)
                    completion(.failure(MailQueueError.system(error)))
                }
            }
        } catch let error as SystemError {
            completion(.failure(MailQueueError.system(error)))
        } catch {
            completion(.failure(error))
        }
    }

    /// Writes the message and gives the file its place: all but that its name is on the disk.
    private func place(_ prologue: [UInt8]) throws -> (QueuedMessage, QueueContent) {
        // What had to be written in parts is too large to keep.
        let kept = file == nil ? pending : nil
        try write(prologue)
        file = nil
        pending = []
        let layout = QueueFileLayout(
            envelopeLength: encodedEnvelope.count, contentLength: contentLength, prologueLength: prologue.count)
        let message = QueuedMessage(
            identifier: identifier, arrival: arrival, envelope: envelope, size: prologue.count + contentLength)
        return (message, QueueContent(layout: layout, prologue: prologue, content: kept))
    }

    /// Commits a message that is there as a whole, and waits for the disk.
    func commitAlone(
        _ content: [UInt8], prologue: [UInt8], _ committed: (QueuedMessage, QueueContent) -> Void
    ) throws {
        pending = [content]
        pendingCount = content.count
        contentLength = content.count
        let (message, parts) = try place(prologue)
        do {
            try Folder.synchronize(path: queue.folderPath(of: identifier))
        } catch {
            try? queue.remove(identifier)
            throw error
        }
        committed(message, parts)
    }

    private func begin() throws -> NewFile {
        try checkParts(prologueLength: 0)
        let file = try NewFile(path: queue.incomingPath(of: identifier))
        self.file = file
        // Room for the head, which tells of parts that are yet to come.
        try file.write([UInt8](repeating: 0, count: QueueFileLayout.headLength) + encodedEnvelope)
        return file
    }

    /// Throws where the file could not be read back.
    private func checkParts(prologueLength: Int) throws {
        guard max(encodedEnvelope.count, prologueLength) <= QueueFileLayout.maximumPartLength else {
            throw MailQueueError.envelopeTooLarge
        }
    }

    /// Writes what is left, and gives the file its place.
    private func write(_ prologue: [UInt8]) throws {
        try checkParts(prologueLength: prologue.count)
        try queue.checkSpace(for: pendingCount + prologue.count)
        let head = QueueFileLayout.head(envelope: encodedEnvelope, contentLength: contentLength, prologue: prologue)
        let new: NewFile
        if let file {
            new = file
            for bytes in pending { try file.write(bytes) }
            try file.write(prologue)
            try file.overwrite(head, at: 0)
        } else {
            new = try NewFile(path: queue.incomingPath(of: identifier))
            var whole = head
            whole.reserveCapacity(head.count + encodedEnvelope.count + pendingCount + prologue.count)
            whole += encodedEnvelope
            for bytes in pending { whole += bytes }
            whole += prologue
            try new.write(whole)
        }
        try new.synchronize()
        try queue.makeFolder(of: identifier)
        let path = queue.path(of: identifier)
        queue.willPlace(identifier)
        do {
            try new.keep(as: path)
        } catch let error as SystemError where error.isNotFound {
            // The folder was empty, and has just been removed.
            try queue.makeFolder(of: identifier, isGone: true)
            try new.keep(as: path)
        }
        do {
            // It may be another one than before, which somebody else is about to bring to the disk.
            try queue.makeFolder(of: identifier)
        } catch {
            try? queue.remove(identifier)
            throw error
        }
    }
}

/// The content of a message just accepted, as far as it is kept in memory.
struct QueueContent: Sendable {
    let layout: QueueFileLayout
    let prologue: [UInt8]
    /// Nil where it is in the file alone.
    let content: [[UInt8]]?
}
