import Testing

@testable import Netius

@Suite struct EventLoopDeadlineTests {
    @Test("What is in time is given back")
    func inTime() async throws {
        try await withLoop { loop in
            let isOnLoop = try await loop.withDeadline(in: .seconds(60)) { loop.isCurrent }
            #expect(isOnLoop)
        }
    }

    @Test("What is late is cancelled, and an error says so")
    func late() async throws {
        try await withLoop { loop in
            let wasCancelled = Counter()
            await #expect(throws: DeadlineError.self) {
                try await loop.withDeadline(in: .milliseconds(20)) {
                    do {
                        try await loop.sleep(for: .seconds(600))
                    } catch {
                        wasCancelled.add(error is CancellationError ? 1 : 100)
                        throw error
                    }
                }
            }
            #expect(wasCancelled.value == 1)
        }
    }

    @Test("An error of the operation is the caller's")
    func failure() async throws {
        try await withLoop { loop in
            let error = await #expect(throws: ConnectionError.self) {
                try await loop.withDeadline(in: .seconds(60)) { throw ConnectionError.closed }
            }
            #expect(error == .closed)
        }
    }

    @Test("To cancel the caller cancels the operation")
    func cancellation() async throws {
        try await withLoop { loop in
            let caller = Task {
                try await loop.withDeadline(in: .seconds(600)) { try await loop.sleep(for: .seconds(600)) }
            }
            caller.cancel()
            await #expect(throws: CancellationError.self) { try await caller.value }
        }
    }
}
