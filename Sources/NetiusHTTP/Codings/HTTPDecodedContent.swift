internal import Netius

/// The content of a request while it is decoded.
final class HTTPDecodedContent: Sendable {
    private struct State {
        var decoder: HTTPContentDecoder
        /// Nil while somebody reads.
        var iterator: HTTPRequestBody.AsyncIterator?
        var hasBegun = false
        /// What was decoded since others had their turn.
        var turn = 0
    }

    /// What is decoded before other connections have their turn: about a millisecond.
    private static let turnBytes = 256 * 1024

    private let state: Guarded<State>

    init(of body: HTTPRequestBody, _ decoder: HTTPContentDecoder) {
        state = Guarded(State(decoder: decoder, iterator: body.makeAsyncIterator()))
    }

    /// The next decoded bytes; nil at the end.
    func next() async throws -> [UInt8]? {
        while true {
            switch try state.withLock({ try $0.decoder.step() }) {
            case .decoded(let bytes):
                if endsTurn(bytes.count) { await EventLoop.current?.yield() }
                return bytes
            case .halfway(let count):
                if endsTurn(count) { await EventLoop.current?.yield() }
            case .needsInput:
                guard let coded = try await read() else { return try end() }
                state.withLock { state in
                    state.hasBegun = true
                    state.decoder.append(coded)
                }
            }
        }
    }

    private func read() async throws -> [UInt8]? {
        guard var iterator = state.withLock({ $0.iterator.take() }) else { throw HTTPBodyError.concurrentRead }
        defer { state.withLock { $0.iterator = iterator } }
        return try await iterator.next(isolation: #isolation)
    }

    private func endsTurn(_ count: Int) -> Bool {
        state.withLock { state in
            state.turn += count
            guard state.turn >= Self.turnBytes else { return false }
            state.turn = 0
            return true
        }
    }

    /// No content at all is none that could have been cut: the message's framing has told its end.
    private func end() throws -> [UInt8]? {
        try state.withLock { state in
            if state.hasBegun { try state.decoder.finish() }
            return nil
        }
    }
}
