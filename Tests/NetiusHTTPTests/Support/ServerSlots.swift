import Netius

/// Few servers run at a time: all tests at once would only wait for each other, and for longer than their timeouts.
final class ServerSlots: Sendable {
    static let shared = ServerSlots(count: 3)

    /// Whether the task has a slot already: a server in the test of a server takes no second one.
    @TaskLocal private static var hasSlot = false

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Guarded<State>

    private init(count: Int) {
        state = Guarded(State(free: count))
    }

    func use<Result>(_ body: () async throws -> Result) async throws -> Result {
        guard !Self.hasSlot else { return try await body() }
        await take()
        defer { giveBack() }
        return try await Self.$hasSlot.withValue(true) { try await body() }
    }

    private func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
