internal import Netius

/// The names that messages in their places still have as spares. Each stays until the message's own name is on the disk, so
/// that at any time one is; then a thread takes it away, for many at a time.
// @unchecked: all state is guarded by `lock`.
final class SpareNames: @unchecked Sendable {
    private static let largestBatch = 64
    private static let patience: Int64 = 1000

    private let activePath: String
    private let disk: QueueDisk
    private let log: Log
    private let thread = BlockingPool(name: "netius-spares", maximumThreads: 1, maximumQueue: 1)
    private let lock = Lock()
    /// The spare that is the file of a message.
    private var spares: [MailIdentifier: String] = [:]
    /// The messages whose names nobody has synchronised.
    private var waiting: [MailIdentifier] = []
    private var isAtWork = false
    private var hasEnded = false

    init(activePath: String, disk: QueueDisk, log: Log) {
        self.activePath = activePath
        self.disk = disk
        self.log = log
    }

    /// Takes notice of a message that has been given its place and is a spare too.
    func add(_ identifier: MailIdentifier, spare: String) {
        lock.lock()
        defer { lock.unlock() }
        spares[identifier] = spare
        waiting.append(identifier)
        if !isAtWork {
            // Without a thread it is left to the next one's.
            isAtWork = thread.submit { [self] in work() }
        } else if waiting.count >= Self.largestBatch {
            lock.signal()
        }
    }

    /// Takes away the spare's name of a message that is done with.
    ///
    /// - Throws: `SystemError`; the name stands then.
    func remove(_ identifier: MailIdentifier) throws {
        guard let spare = spare(of: identifier) else { return }
        try FileSystem.removeFile(spare)
        forget(identifier)
    }

    /// Does at once what is left to do.
    func end() {
        lock.lock()
        defer { lock.unlock() }
        hasEnded = true
        lock.signal()
    }

    private func spare(of identifier: MailIdentifier) -> String? {
        lock.lock()
        defer { lock.unlock() }
        return spares[identifier]
    }

    private func forget(_ identifier: MailIdentifier) {
        lock.lock()
        defer { lock.unlock() }
        spares[identifier] = nil
    }

    // MARK: The thread

    private func work() {
        while let batch = nextBatch() {
            if !batch.isEmpty { settle(batch) }
        }
    }

    /// Those whose turn it is, after a while or as soon as they are many, but for those that are done with; nil where nobody
    /// waits.
    private func nextBatch() -> [MailIdentifier]? {
        lock.lock()
        defer { lock.unlock() }
        guard !waiting.isEmpty else {
            isAtWork = false
            return nil
        }
        while waiting.count < Self.largestBatch, !hasEnded, lock.wait(milliseconds: Self.patience) {}
        defer { waiting = [] }
        return waiting.filter { spares[$0] != nil }
    }

    /// Brings the names of messages to the disk, and then takes those of their spares away. Where that fails, both stay until
    /// the message is removed or the queue is started anew.
    private func settle(_ batch: [MailIdentifier]) {
        var settled: [MailIdentifier] = []
        do {
            for (folder, identifiers) in Dictionary(grouping: batch, by: \.folder) {
                do {
                    try disk.synchronize("\(activePath)/\(folder)")
                    settled += identifiers
                } catch let error as SystemError where error.isNotFound {
                    // All that was in it has been removed since.
                }
            }
            // The folders may be new.
            try disk.synchronize(activePath)
            for identifier in settled { try remove(identifier) }
        } catch {
            log.error("messages keep their spares' names: \(error)", metadata: ["messages": "\(batch.count)"])
        }
    }
}
