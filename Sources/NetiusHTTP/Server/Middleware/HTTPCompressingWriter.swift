internal import Netius

/// Compresses the content of one response while it is written.
final class HTTPCompressingWriter: Sendable {
    private let target: HTTPResponseWriter
    private let state: Guarded<State>

    /// - Parameters:
    ///   - target: Where the compressed content is written.
    ///   - deflater: What compresses it, until `end()` gives it back.
    ///   - flushBytes: How much is written before what was compressed is sent; nil if it can wait for the end.
    ///   - contentLength: How much will be written, if that is known.
    init(to target: HTTPResponseWriter, _ deflater: Deflater, flushBytes: Int?, contentLength: Int?) {
        self.target = target
        state = Guarded(State(deflater: deflater, flushBytes: flushBytes, remaining: contentLength))
    }

    /// What the content is written to.
    var writer: HTTPResponseWriter {
        HTTPResponseWriter(
            write: { bytes in try await self.write(bytes) },
            finish: { trailers in try await self.finish(trailers: trailers) })
    }

    private func write(_ bytes: ArraySlice<UInt8>) async throws {
        let flush = try state.withLock { try $0.begin(bytes.count) }
        try await transfer(bytes, flush)
    }

    /// Ends the content. A second time it does nothing.
    func finish(trailers: HTTPFields?) async throws {
        guard try state.withLock({ try $0.beginEnd() }) else { return }
        try await transfer([], .finish)
        if let trailers { try await target.finish(trailers: trailers) }
    }

    /// Lets nothing follow, not even from a task that the handler left behind. What was compressing is the caller's.
    func end() -> Deflater? {
        state.withLock { $0.deflater.take() }
    }

    /// Compresses the bytes and sends what comes of it, in pieces.
    private func transfer(_ bytes: ArraySlice<UInt8>, _ flush: Deflater.Flush) async throws {
        var rest = bytes
        do {
            while true {
                let step = try state.withLock { try $0.step(&rest, flush) }
                // An empty write, too, sends the head of the response.
                if !step.output.isEmpty || (step.isDone && flush == .sync) { try await target.write(step.output) }
                if step.isDone { break }
                if step.endsTurn { await EventLoop.current?.yield() }
            }
        } catch {
            state.withLock { $0.phase = .failed }
            throw error
        }
        state.withLock { $0.phase = flush == .finish ? .ended : .idle }
    }
}

extension HTTPCompressingWriter {
    /// How far the content has come.
    private struct State {
        enum Phase {
            case idle
            case writing
            /// All is written.
            case ended
            /// Something was lost on its way.
            case failed
        }

        /// What is sent at a time, unless it is flushed.
        static let outputBytes = 16 * 1024
        /// What is compressed before other connections have their turn: a fraction of a millisecond.
        static let turnBytes = 32 * 1024

        /// Nil after the response.
        var deflater: Deflater?
        let flushBytes: Int?
        /// What may still be written, if the length was announced.
        var remaining: Int?
        var phase = Phase.idle
        /// What was compressed and not sent.
        var output: [UInt8] = []
        /// What was written since the last flush.
        var unflushed = 0
        /// What was compressed since others had their turn.
        var turn = 0

        init(deflater: Deflater, flushBytes: Int?, remaining: Int?) {
            self.deflater = deflater
            self.flushBytes = flushBytes
            self.remaining = remaining
        }

        /// So many bytes are about to be written.
        mutating func begin(_ count: Int) throws -> Deflater.Flush {
            switch phase {
            case .idle: break
            case .writing: throw ConnectionError.concurrentWrite
            case .ended, .failed: throw HTTPServerError.responseEnded
            }
            if let remaining {
                // Nobody else can tell: the length of what is sent is not that which was announced.
                guard count <= remaining else { throw HTTPServerError.contentLengthMismatch }
                self.remaining = remaining - count
            }
            phase = .writing
            unflushed += count
            guard let flushBytes, unflushed >= flushBytes else { return .none }
            unflushed = 0
            return .sync
        }

        /// False if it has ended already.
        mutating func beginEnd() throws -> Bool {
            switch phase {
            case .idle: break
            case .writing: throw ConnectionError.concurrentWrite
            case .failed: throw HTTPServerError.responseEnded
            case .ended: return false
            }
            guard remaining ?? 0 == 0 else { throw HTTPServerError.contentLengthMismatch }
            phase = .writing
            return true
        }

        /// Compresses a piece of the bytes. What comes of it is given out once it is worth a write.
        mutating func step(
            _ rest: inout ArraySlice<UInt8>, _ flush: Deflater.Flush
        ) throws -> (output: [UInt8], isDone: Bool, endsTurn: Bool) {
            guard let deflater else { throw HTTPServerError.responseEnded }
            let piece = rest.prefix(Self.turnBytes)
            let isLast = piece.count == rest.count
            // What cannot be compressed needs a little more room than it had.
            let room = min(2 * Self.outputBytes - output.count, piece.count + 256)
            let step = deflater.deflate(piece.span, isLast ? flush : .none, into: &output, room: room)
            rest = rest.dropFirst(step.consumed)
            turn += step.consumed
            let endsTurn = turn >= Self.turnBytes
            if endsTurn { turn = 0 }
            let isDone = isLast && step.isDone
            guard output.count >= Self.outputBytes || (isDone && flush != .none) else { return ([], isDone, endsTurn) }
            var ready: [UInt8] = []
            swap(&ready, &output)
            return (ready, isDone, endsTurn)
        }
    }
}
