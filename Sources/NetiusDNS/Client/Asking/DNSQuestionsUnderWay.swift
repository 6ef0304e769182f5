internal import Netius

/// The questions that are being asked, so that tasks with the same share one, and those that wait for their turn.
///
/// A question is asked by a task of its own: it goes on while anybody waits for it, and is cancelled when the last has
/// been.
final class DNSQuestionsUnderWay: Sendable {
    typealias Ask = @Sendable () async throws -> DNSAnswer

    private struct Key: Hashable {
        let question: DNSQuestion
        /// Which servers are asked: what others say is no answer for whoever comes after them.
        let generation: UInt64
    }

    private struct Asking {
        /// Tells this asking from a later one of the same question.
        let number: UInt64
        let ask: Ask
        var waiters: [ObjectIdentifier: Waiter<DNSAnswer>]
        /// Nil while it waits for its turn.
        var task: Task<Void, Never>?
    }

    private struct State {
        var askings: [Key: Asking] = [:]
        var number: UInt64 = 0
        /// How many of them have a task.
        var running = 0
        /// Those without, in order, from `head` on; with some that nobody waits for any more.
        var queue: [(key: Key, number: UInt64)] = []
        var head = 0
    }

    private let limit: Int
    private let waitingLimit: Int
    private let state = Guarded(State())

    init(limit: Int, waiting: Int) {
        self.limit = max(limit, 1)
        waitingLimit = waiting
    }

    /// Waits for the answer that `ask` gives, or that another's does who has asked the same servers the same before.
    func answer(to question: DNSQuestion, _ generation: UInt64, _ ask: @escaping Ask) async throws -> DNSAnswer {
        try Task.checkCancellation()
        let key = Key(question: question, generation: generation)
        let waiter = Waiter<DNSAnswer>()
        // Where the answer was there before the task came to wait, the thread sanitizer sees nothing else between them.
        defer { waiter.settle() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiter.wait(continuation)
                join(waiter, key, ask)
            }
        } onCancel: {
            waiter.finish(.failure(CancellationError()))
            leave(waiter, key)
        }
    }

    private func join(_ waiter: Waiter<DNSAnswer>, _ key: Key, _ ask: @escaping Ask) {
        let hasRoom = state.withLock { state in
            if state.askings[key] != nil {
                state.askings[key]?.waiters[ObjectIdentifier(waiter)] = waiter
                return true
            }
            guard state.running < limit || state.askings.count - state.running < waitingLimit else { return false }
            state.number += 1
            state.askings[key] = Asking(number: state.number, ask: ask, waiters: [ObjectIdentifier(waiter): waiter])
            state.queue.append((key, state.number))
            proceed(&state)
            return true
        }
        if !hasRoom {
            let reason = "too many questions are under way"
            waiter.finish(.failure(DNSError.serversFailed("\(key.question.name)", reason: reason)))
        } else if waiter.isFinished {
            // It was cancelled before it came here.
            leave(waiter, key)
        }
    }

    /// Begins with whatever has waited longest, as far as there is room.
    private func proceed(_ state: inout State) {
        while state.running < limit, state.head < state.queue.count {
            let (key, number) = state.queue[state.head]
            state.head += 1
            guard let asking = state.askings[key], asking.number == number else { continue }
            state.running += 1
            state.askings[key]?.task = Task {
                do {
                    finish(key, number, .success(try await asking.ask()))
                } catch {
                    finish(key, number, .failure(error))
                }
            }
        }
        // What is done with is removed once it is the greater part.
        guard state.queue.count > 2 * (state.askings.count - state.running) + 16 else { return }
        state.queue = state.queue[state.head...].filter { state.askings[$0.key]?.number == $0.number }
        state.head = 0
    }

    private func leave(_ waiter: Waiter<DNSAnswer>, _ key: Key) {
        let abandoned: Task<Void, Never>? = state.withLock { state in
            guard state.askings[key]?.waiters.removeValue(forKey: ObjectIdentifier(waiter)) != nil,
                state.askings[key]?.waiters.isEmpty == true
            else { return nil }
            return remove(key, from: &state)?.task
        }
        abandoned?.cancel()
    }

    private func finish(_ key: Key, _ number: UInt64, _ result: Result<DNSAnswer, any Error>) {
        let waiters = state.withLock { state in
            guard state.askings[key]?.number == number, let asking = remove(key, from: &state) else {
                return [] as [Waiter<DNSAnswer>]
            }
            return Array(asking.waiters.values)
        }
        for waiter in waiters { waiter.finish(result) }
    }

    private func remove(_ key: Key, from state: inout State) -> Asking? {
        guard let asking = state.askings.removeValue(forKey: key) else { return nil }
        if asking.task != nil { state.running -= 1 }
        proceed(&state)
        return asking
    }
}
