internal import Netius

/// The names that messages in their places still have as spares. Each stays until the message's own name is on the disk, so
/// that at any time one is; then a thread takes it away, for many at a time, and sees to it that it does not come back.
// @unchecked: all state is guarded by `lock`.
final class SpareNames: @unchecked Sendable {
    private static let largestBatch = 64
    private static let patience: Int64 = 1000
    private static let longestPatience: Int64 = 30_000

    /// What the thread has to do at a time.
    private struct Round {
        var messages: [MailIdentifier]
        var hasRemovals: Bool
    }

    private let incomingPath: String
    private let activePath: String
    private let disk: QueueDisk
    private let log: Log
    private let thread = BlockingPool(name: "netius-spares", maximumThreads: 1, maximumQueue: 1)
    private let lock = Lock()
    /// The spare that is the file of a message.
    private var spares: [MailIdentifier: String] = [:]
    /// The messages whose names nobody has synchronised.
    private var waiting: [MailIdentifier] = []
    /// Whether names have gone from `incoming` since it was synchronised.
    private var hasRemovals = false
    /// In milliseconds: doubled as long as the disk refuses.
    private var patience = SpareNames.patience
    private var isRefused = false
    private var isAtWork = false
    private var hasEnded = false

    init(incomingPath: String, activePath: String, disk: QueueDisk, log: Log) {
        self.incomingPath = incomingPath
        self.activePath = activePath
        self.disk = disk
        self.log = log
    }

    /// Takes notice of a spare that is a message, which is about to be given its place: who removes it from there removes
    /// both names.
    func willPlace(_ identifier: MailIdentifier, spare: String) {
        lock.lock()
        defer { lock.unlock() }
        spares[identifier] = spare
    }

    /// Takes notice that it has its place.
    func didPlace(_ identifier: MailIdentifier) {
        lock.lock()
        defer { lock.unlock() }
        waiting.append(identifier)
        start()
        // Where the disk refuses, more messages are no reason to ask again at once.
        if waiting.count >= Self.largestBatch, !isRefused { lock.signal() }
    }

    /// Forgets a spare that has no name any more.
    func forget(_ identifier: MailIdentifier) {
        lock.lock()
        defer { lock.unlock() }
        spares[identifier] = nil
    }

    /// Takes away the spare's name of a message that is done with.
    ///
    /// - Throws: `SystemError`; the name stands then.
    func remove(_ identifier: MailIdentifier) throws {
        guard let spare = spare(of: identifier) else { return }
        try FileSystem.removeFile(spare)
        forget(identifier)
        noteRemoval()
    }

    /// Takes notice that a name has gone from `incoming`, where it would be taken for a message if it came back.
    func noteRemoval() {
        lock.lock()
        defer { lock.unlock() }
        hasRemovals = true
        start()
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

    /// Has the thread work. Without one it is left to the next message, or to the next start.
    private func start() {
        guard !isAtWork else { return }
        isAtWork = thread.submit { [self] in work() }
    }

    // MARK: The thread

    private func work() {
        while let round = nextRound() {
            let (left, failure) = settle(round)
            switch (note(left, failure, of: round), failure) {
            case (false, let failure?):
                log.error("messages keep their spares' names: \(failure)", metadata: ["messages": "\(left.count)"])
            case (true, nil): log.notice("the names of spares are taken away again")
            default: break
            }
        }
    }

    /// What is to be done, after a while or as soon as it is much, but for the messages that are done with; nil where it is
    /// nothing.
    private func nextRound() -> Round? {
        lock.lock()
        defer { lock.unlock() }
        guard !waiting.isEmpty || hasRemovals else {
            isAtWork = false
            return nil
        }
        while isRefused || waiting.count < Self.largestBatch, !hasEnded, lock.wait(milliseconds: patience) {}
        defer { (waiting, hasRemovals) = ([], false) }
        return Round(messages: waiting.filter { spares[$0] != nil }, hasRemovals: hasRemovals)
    }

    /// Brings the names of messages to the disk, and then takes those of their spares away.
    ///
    /// - Returns: The messages that keep both, and why something failed, where that is so.
    private func settle(_ round: Round) -> (left: [MailIdentifier], failure: (any Error)?) {
        var (settled, left): ([MailIdentifier], [MailIdentifier]) = ([], [])
        var failure: (any Error)?
        do {
            // First: what was removed since has lost both names, and the other one's loss comes to the disk below.
            if round.hasRemovals { try disk.synchronize(incomingPath) }
            for (folder, identifiers) in Dictionary(grouping: round.messages, by: \.folder) {
                do {
                    try disk.synchronize("\(activePath)/\(folder)")
                    settled += identifiers
                } catch let error as SystemError where error.isNotFound {
                    // All that was in it has been removed since.
                } catch {
                    left += identifiers
                    failure = error
                }
            }
            // The folders may be new.
            if !settled.isEmpty { try disk.synchronize(activePath) }
        } catch {
            return (round.messages, error)
        }
        for identifier in settled {
            do {
                try remove(identifier)
            } catch {
                left.append(identifier)
                failure = error
            }
        }
        return (left, failure)
    }

    /// Has what failed tried again later, unless the queue has gone: then it is left to the next start.
    ///
    /// - Returns: Whether the round before failed.
    private func note(_ left: [MailIdentifier], _ failure: (any Error)?, of round: Round) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let wasRefused = isRefused
        isRefused = failure != nil
        patience = isRefused && wasRefused ? min(patience * 2, Self.longestPatience) : Self.patience
        if isRefused, hasEnded {
            (waiting, hasRemovals) = ([], false)
        } else if isRefused {
            waiting = left + waiting
            hasRemovals = hasRemovals || round.hasRemovals
        }
        return wasRefused
    }
}
