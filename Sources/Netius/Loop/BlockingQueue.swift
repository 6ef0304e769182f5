/// The queue of a `BlockingPool` and the threads that empty it.
// @unchecked: all state is guarded by `lock`.
final class BlockingQueue: @unchecked Sendable {
    private let name: String
    private let maximumThreads: Int
    private let maximumQueue: Int
    private let lock = Lock()
    private var waiting: [@Sendable () -> Void] = []
    private var first = 0
    private var threads = 0
    /// Of the threads, those that have no work: they look for some, wait for some or are yet to start.
    private var idle = 0

    init(name: String, maximumThreads: Int, maximumQueue: Int) {
        self.name = name
        self.maximumThreads = maximumThreads
        self.maximumQueue = maximumQueue
    }

    private var count: Int { waiting.count - first }

    /// Takes the work, unless too much is waiting or there is no thread for it and none can be started.
    func append(_ work: @escaping @Sendable () -> Void) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let needsThread = count >= idle && threads < maximumThreads
        guard needsThread || count - idle < maximumQueue else { return false }
        waiting.append(work)
        guard needsThread else {
            lock.signal()
            return true
        }
        threads += 1
        idle += 1
        do {
            try Thread.start(name: name) { [self] in runWork() }
        } catch {
            threads -= 1
            idle -= 1
            guard threads == 0 else { return true }
            waiting.removeLast()
            return false
        }
        return true
    }

    private func runWork() {
        var hasWorked = false
        while let next = take(afterWork: hasWorked) {
            next()
            hasWorked = true
        }
    }

    /// The next piece of work; nil when there was none for long enough.
    private func take(afterWork: Bool) -> (@Sendable () -> Void)? {
        lock.lock()
        defer { lock.unlock() }
        if afterWork { idle += 1 }
        defer { idle -= 1 }
        while count == 0 {
            guard lock.wait(milliseconds: 10_000) || count > 0 else {
                threads -= 1
                return nil
            }
        }
        let next = waiting[first]
        first += 1
        if first == waiting.count || first > 1024 {
            waiting.removeFirst(first)
            first = 0
        }
        return next
    }
}
