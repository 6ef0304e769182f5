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
    /// Of the content that was written.
    private var checksum = Checksum()
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
                for bytes in pending {
                    checksum.append(bytes)
                    try file.write(bytes)
                }
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
                continuation.resume(with: Result { try commitBlocking(prologue: prologue, committed) })
            }
            if !isTaken { continuation.resume(throwing: MailQueueError.overloaded) }
        }
    }

    /// The same for a message that is there as a whole, on a thread that may wait for the disk.
    func commitAlone(
        _ content: [UInt8], prologue: [UInt8], _ committed: (QueuedMessage, QueueContent) -> Void
    ) throws {
        pending = [content]
        pendingCount = content.count
        contentLength = content.count
        try commitBlocking(prologue: { prologue }, committed)
    }

    private func commitBlocking(
        prologue: () throws -> [UInt8], _ committed: (QueuedMessage, QueueContent) -> Void
    ) throws {
        let prologue = try prologue()
        // What had to be written in parts is too large to keep.
        let kept = file == nil ? pending : nil
        do {
            try write(prologue)
        } catch let error as SystemError {
            throw MailQueueError.system(error)
        }
        let layout = QueueFileLayout(
            envelopeLength: encodedEnvelope.count, contentLength: contentLength, prologueLength: prologue.count)
        let message = QueuedMessage(
            identifier: identifier, arrival: arrival, envelope: envelope, size: prologue.count + contentLength)
        committed(message, QueueContent(layout: layout, prologue: prologue, content: kept))
    }

    private func begin() throws -> NewFile {
        try checkParts(prologueLength: 0)
        let file = try queue.takeSpare()
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
        for bytes in pending { checksum.append(bytes) }
        let head = QueueFileLayout.head(
            envelope: encodedEnvelope, contentLength: contentLength, contentChecksum: checksum.value,
            prologue: prologue)
        let isBegun = file != nil
        let written = try file ?? queue.takeSpare()
        if isBegun {
            for bytes in pending { try written.write(bytes) }
            try written.write(prologue)
        } else {
            var whole = head
            whole.reserveCapacity(head.count + encodedEnvelope.count + pendingCount + prologue.count)
            whole += encodedEnvelope
            for bytes in pending { whole += bytes }
            whole += prologue
            try written.write(whole)
        }
        pending = []
        file = nil
        do {
            if isBegun { try written.overwrite(head, at: 0) }
            try queue.configuration.disk.synchronizeFile(written)
            try queue.place(written, identifier)
        } catch {
            // It is whole: a later start would take it for a message that was acknowledged.
            queue.discard(written, identifier)
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
