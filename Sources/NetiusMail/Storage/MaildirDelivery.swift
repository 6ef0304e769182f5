internal import Netius

/// A message on its way into a `Maildir`.
public final class MaildirDelivery: MailDelivery {
    /// A mailbox that it goes into.
    struct Mailbox: Sendable, Hashable {
        let path: String
        var recipients: [MailAddress]
        /// Whether its folder is made where there is none.
        let isMade: Bool
    }

    private struct State {
        /// What is not in the file yet.
        var buffered: [UInt8] = []
        var file: MaildirFile?
        var hasEnded = false
    }

    /// What is written at a time. A message that is no larger costs one visit to the disk.
    private static let bufferSize = 256 * 1024

    private let sender: MailAddress?
    private let mailboxes: [Mailbox]
    private let pool: BlockingPool
    private let state = Guarded(State())

    init(sender: MailAddress?, mailboxes: [Mailbox], pool: BlockingPool) {
        self.sender = sender
        self.mailboxes = mailboxes
        self.pool = pool
    }

    /// Adds octets.
    ///
    /// - Throws: `MailStoreError`, `CancellationError`, `BlockingPoolError`.
    public func append(_ bytes: [UInt8]) async throws {
        let isFull = try state.withLock { state throws(MailStoreError) in
            guard !state.hasEnded else { throw .ended }
            state.buffered += bytes
            return state.buffered.count >= Self.bufferSize
        }
        if isFull { try await run { try $0.writeBuffered() } }
    }

    /// Writes the message, and waits until it is on the disk, in every mailbox.
    ///
    /// - Returns: What it is called, which is part of the name of each file too.
    /// - Throws: `MailStoreError`, `BlockingPoolError`; `CancellationError` only where the task was cancelled before.
    public func commit() async throws -> String {
        try Task.checkCancellation()
        do {
            // Once begun, what comes of it is waited for.
            return try await withCheckedThrowingContinuation { continuation in
                let isTaken = pool.submit { [self] in
                    continuation.resume(with: Result { try writeToMailboxes() })
                }
                if !isTaken { continuation.resume(throwing: BlockingPoolError.queueFull) }
            }
        } catch let error as SystemError {
            throw MailStoreError.failed(error)
        }
    }

    /// Removes what was written.
    public func abandon() async {
        let file = state.withLock { state in
            defer { state = State(hasEnded: true) }
            return state.file
        }
        guard let file else { return }
        // In a task of its own: this one may be cancelled, and the pool would refuse it.
        await Task { [pool] in try? await pool.run { file.remove() } }.value
    }

    private func run<Result: Sendable>(
        _ work: @escaping @Sendable (MaildirDelivery) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.run { try work(self) }
        } catch let error as SystemError {
            throw MailStoreError.failed(error)
        }
    }

    /// Moves what is buffered to the file, which is made when it is needed first.
    private func writeBuffered() throws {
        let (bytes, file) = try state.withLock { state throws(MailStoreError) in
            guard !state.hasEnded else { throw .ended }
            defer { state.buffered = [] }
            return (state.buffered, state.file)
        }
        guard let first = mailboxes.first else { return }
        if let file { return try file.write(bytes) }
        let made = try makeFile(for: first, identifier: RandomIdentifier.make())
        try made.write(bytes)
        let isWanted = state.withLock { state in
            if !state.hasEnded { state.file = made }
            return !state.hasEnded
        }
        if !isWanted { made.remove() }
    }

    private func writeToMailboxes() throws -> String {
        try writeBuffered()
        let file = try state.withLock { state throws(MailStoreError) in
            guard !state.hasEnded else { throw .ended }
            defer { state = State(hasEnded: true) }
            return state.file
        }
        // A message for nobody is stored nowhere.
        guard let file else { return RandomIdentifier.make() }
        var stored: [MaildirFile] = []
        do {
            for mailbox in mailboxes.dropFirst() {
                let copy = try makeFile(for: mailbox, identifier: file.identifier)
                stored.append(copy)
                try copy.copy(from: file)
                try copy.store()
            }
            try file.store()
        } catch {
            // What was stored for some is taken back: nobody was told that it was.
            for file in stored + [file] { file.remove() }
            throw error
        }
        for mailbox in mailboxes { Maildir.sweepSometimes(mailbox.path) }
        return file.identifier
    }

    private func makeFile(for mailbox: Mailbox, identifier: String) throws -> MaildirFile {
        do {
            return try MaildirFile(mailbox, heading: heading(for: mailbox), identifier: identifier)
        } catch MailStoreError.unknownMailbox(let address) where mailboxes.count > 1 {
            // Others have a mailbox: it is not said to them all that there is none.
            throw MailStoreError.missingMailbox(address)
        }
    }

    /// The fields of final delivery: RFC 5321 section 4.4.
    private func heading(for mailbox: Mailbox) -> [UInt8] {
        var heading = Array("Return-Path: <\(sender?.description ?? "")>\r\n".utf8)
        for recipient in mailbox.recipients { heading += Array("Delivered-To: \(recipient)\r\n".utf8) }
        return heading
    }
}
