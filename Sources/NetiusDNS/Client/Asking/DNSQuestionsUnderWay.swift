internal import Netius

/// The questions that are being asked, so that tasks with the same share one.
///
/// A question is asked by a task of its own: it goes on while anybody waits for it, and is cancelled when the last has
/// been.
final class DNSQuestionsUnderWay: Sendable {
    private struct Asking {
        /// Tells this asking from a later one of the same question.
        let number: UInt64
        let task: Task<Void, Never>
        var waiters: [ObjectIdentifier: DNSWaiter]
    }

    private struct State {
        var askings: [DNSQuestion: Asking] = [:]
        var number: UInt64 = 0
    }

    private let limit: Int
    private let state = Guarded(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Waits for the answer that `ask` gives, or that another's does who has asked the same before.
    func answer(
        to question: DNSQuestion, _ ask: @escaping @Sendable () async throws -> DNSAnswer
    ) async throws -> DNSAnswer {
        try Task.checkCancellation()
        let waiter = DNSWaiter()
        // Where the answer was there before the task came to wait, the thread sanitizer sees nothing else between them.
        defer { waiter.settle() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiter.wait(continuation)
                join(waiter, question, ask)
            }
        } onCancel: {
            waiter.finish(.failure(CancellationError()))
            leave(waiter, question)
        }
    }

    private func join(
        _ waiter: DNSWaiter, _ question: DNSQuestion, _ ask: @escaping @Sendable () async throws -> DNSAnswer
    ) {
        let hasRoom = state.withLock { state in
            if state.askings[question] != nil {
                state.askings[question]?.waiters[ObjectIdentifier(waiter)] = waiter
                return true
            }
            guard state.askings.count < limit else { return false }
            state.number += 1
            let number = state.number
            let task = Task {
                do {
                    finish(question, number, .success(try await ask()))
                } catch {
                    finish(question, number, .failure(error))
                }
            }
            state.askings[question] = Asking(number: number, task: task, waiters: [ObjectIdentifier(waiter): waiter])
            return true
        }
        if !hasRoom {
            let reason = "too many questions are under way"
            waiter.finish(.failure(DNSError.serversFailed("\(question.name)", reason: reason)))
        } else if waiter.isFinished {
            // It was cancelled before it came here.
            leave(waiter, question)
        }
    }

    private func leave(_ waiter: DNSWaiter, _ question: DNSQuestion) {
        let abandoned: Task<Void, Never>? = state.withLock { state in
            guard state.askings[question]?.waiters.removeValue(forKey: ObjectIdentifier(waiter)) != nil,
                state.askings[question]?.waiters.isEmpty == true
            else { return nil }
            return state.askings.removeValue(forKey: question)?.task
        }
        abandoned?.cancel()
    }

    private func finish(_ question: DNSQuestion, _ number: UInt64, _ result: Result<DNSAnswer, any Error>) {
        let waiters = state.withLock { state in
            guard let asking = state.askings[question], asking.number == number else { return [] as [DNSWaiter] }
            state.askings[question] = nil
            return Array(asking.waiters.values)
        }
        for waiter in waiters { waiter.finish(result) }
    }
}
