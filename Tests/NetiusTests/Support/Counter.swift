import Synchronization

/// A number that any thread adds to.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .sequentiallyConsistent) }

    /// Adds and gives back the sum.
    @discardableResult
    func add(_ amount: Int = 1) -> Int {
        number.wrappingAdd(amount, ordering: .sequentiallyConsistent).newValue
    }

    /// The number once it stays the same for a while.
    func settled(for duration: Duration = .milliseconds(100)) async throws -> Int {
        var before: Int
        repeat {
            before = value
            try await Task.sleep(for: duration)
        } while value != before
        return before
    }
}
