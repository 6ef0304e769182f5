internal import Netius

/// The content of a request while it is decoded.
final class HTTPDecodedContent: Sendable {
    private struct State {
        var decoder: HTTPContentDecoder
        var hasBegun = false
        /// What was decoded since others had their turn.
        var turn = 0
    }

    /// What is decoded before other connections have their turn: about a millisecond.
    private static let turnBytes = 256 * 1024

    private let body: HTTPRequestBody
    private let state: Guarded<State>

    init(of body: HTTPRequestBody, _ decoder: HTTPContentDecoder) {
        self.body = body
        state = Guarded(State(decoder: decoder))
    }

    /// The next decoded bytes; nil at the end.
    func next() async throws -> [UInt8]? {
        while true {
            if let bytes = try decode() {
                if endsTurn(bytes.count) { await EventLoop.current?.yield() }
                return bytes
            }
            var iterator = body.makeAsyncIterator()
            guard let coded = try await iterator.next(isolation: #isolation) else { return try end() }
            state.withLock { state in
                state.hasBegun = true
                state.decoder.append(coded)
            }
        }
    }

    private func decode() throws -> [UInt8]? {
        try state.withLock { try $0.decoder.next() }
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
