import Netius

/// Values in the order in which they were added, from any thread.
final class Collector<Value: Sendable>: Sendable {
    private let storage = Guarded<[Value]>([])

    var values: [Value] { storage.withLock { $0 } }

    func add(_ value: Value) {
        storage.withLock { $0.append(value) }
    }
}
