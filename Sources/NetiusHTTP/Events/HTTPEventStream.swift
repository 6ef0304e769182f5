internal import Netius

/// Writes for several tasks, one after the other, and remembers when.
final class HTTPEventStream: Sendable {
    private struct State {
        var isWriting = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var lastWrite = MonotonicTime.now

        mutating func begin() -> Bool {
            defer { isWriting = true }
            return !isWriting
        }
    }

    private let writer: HTTPResponseWriter
    private let state = Guarded(State())

    init(_ writer: HTTPResponseWriter) {
        self.writer = writer
    }

    func write(_ bytes: [UInt8]) async throws {
        await takeTurn()
        defer { endTurn() }
        try await writer.write(bytes)
    }

    /// Writes a comment whenever nothing else was written for so long, until that fails or the task is cancelled.
    func beat(every interval: Duration, on loop: EventLoop) async throws {
        while true {
            let due = state.withLock { $0.lastWrite } + interval
            if due > .now {
                try await loop.sleep(until: due)
            } else {
                try await write(Self.heartbeat)
            }
        }
    }

    /// A comment without text, and the end of an event without data: clients see nothing of it.
    static let heartbeat = Array(":\n\n".utf8)

    private func takeTurn() async {
        let isFirst = state.withLock { $0.begin() }
        guard !isFirst else { return }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.begin() { return true }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func endTurn() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.lastWrite = .now
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.isWriting = false
            return nil
        }
        next?.resume()
    }
}
