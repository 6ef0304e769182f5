internal import Netius

extension HTTPMiddleware {
    /// Cancels a handler that has not come to a response in time, and answers 503.
    ///
    /// The handler must heed its cancellation: the 503 is sent when it has ended. Its response is dropped then, whatever
    /// it is. Content that it streams once it has returned is not limited: there the server's `writeTimeout` holds.
    ///
    /// A handler that never has to wait pays for a task of its own, and for no timer.
    ///
    /// - Parameter duration: How long a handler may take.
    /// - Returns: The middleware.
    public static func deadline(_ duration: Duration) -> HTTPMiddleware {
        HTTPMiddleware { next in
            { request in
                let call = HandlerCall(next)
                let task = call.begin(request)
                // Most handlers have ended where they would first wait.
                if let result = call.result { return try result.get() }
                let loop = try EventLoop.current ?? LoopGroup.shared.next()
                let timer = loop.schedule(at: .now + duration) { call.expire(task) }
                defer { timer.cancel() }
                let result = await withTaskCancellationHandler {
                    await task.value
                } onCancel: {
                    task.cancel()
                }
                guard !call.hasExpired else {
                    return .text("503 Service Unavailable\n", status: .serviceUnavailable)
                }
                return try result.get()
            }
        }
    }
}

/// A handler at work in a task of its own, which can be cancelled without the connection's.
private final class HandlerCall: Sendable {
    typealias Outcome = Result<HTTPResponse, any Error>

    private enum State: Sendable {
        case running
        case ended(Outcome)
        case expired
    }

    private let handler: HTTPServer.Handler
    private let state = Guarded(State.running)

    init(_ handler: @escaping HTTPServer.Handler) {
        self.handler = handler
    }

    /// What the handler came to, if it has ended in time.
    var result: Outcome? {
        guard case .ended(let result) = state.withLock({ $0 }) else { return nil }
        return result
    }

    var hasExpired: Bool {
        guard case .expired = state.withLock({ $0 }) else { return false }
        return true
    }

    /// Runs the handler as far as it goes without waiting, and then on the same loop.
    ///
    /// Outside of the connection's isolation, because a task in an isolation that has a preference too is enqueued
    /// before it begins; without the preference every plain asynchronous function would leave the loop's thread.
    func begin(_ request: HTTPRequest) -> Task<Outcome, Never> {
        Task.immediate(executorPreference: EventLoop.current?.taskExecutor) {
            let outcome: Outcome
            do {
                outcome = .success(try await self.handler(request))
            } catch {
                outcome = .failure(error)
            }
            self.state.withLock { state in
                if case .running = state { state = .ended(outcome) }
            }
            return outcome
        }
    }

    /// Cancels the handler, unless it has ended.
    func expire(_ task: Task<Outcome, Never>) {
        state.withLock { state in
            if case .running = state { state = .expired }
        }
        task.cancel()
    }
}
