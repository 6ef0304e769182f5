import Testing

@testable import Netius

@Suite("A task that waits for another thread")
struct WaiterTests {
    private struct Failure: Error {}

    @Test("What finishes first is what it resumes with, and all else is dropped")
    func first() async throws {
        try await withDeadline {
            let waiter = Waiter<Int>()
            let number = try await withCheckedThrowingContinuation { continuation in
                waiter.wait(continuation)
                #expect(!waiter.isFinished)
                waiter.finish(.success(1))
                #expect(waiter.isFinished)
                waiter.finish(.failure(Failure()))
                waiter.finish(.success(2))
            }
            #expect(number == 1)
        }
    }

    @Test("What was finished before it came to wait resumes it at once")
    func early() async throws {
        try await withDeadline {
            let waiter = Waiter<Int>()
            waiter.finish(.failure(Failure()))
            waiter.finish(.success(1))
            // Nobody has it as yet.
            #expect(!waiter.isFinished)
            await #expect(throws: Failure.self) {
                _ = try await withCheckedThrowingContinuation { waiter.wait($0) }
            }
            #expect(waiter.isFinished)
        }
    }

    @Test("Many threads finish it at once: it is resumed once")
    func race() async throws {
        try await withDeadline {
            for _ in 0..<200 {
                let waiter = Waiter<Int>()
                let finishing = Task.detached {
                    await withTaskGroup(of: Void.self) { group in
                        for number in 0..<4 { group.addTask { waiter.finish(.success(number)) } }
                    }
                }
                let number = try await withCheckedThrowingContinuation { waiter.wait($0) }
                #expect(0..<4 ~= number && waiter.isFinished)
                await finishing.value
            }
        }
    }
}
