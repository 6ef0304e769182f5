/// Finds the content of a message in what follows its head (RFC 9112 §6.3).
struct HTTP1BodyDecoder {
    private enum Phase: UInt8 { case length, chunked, closeDelimited, ended }

    private let bodySize: Int?
    private var phase = Phase.ended
    private var isChunked = false
    /// What is left: of the announced length, or of what is allowed where none is announced.
    private var remaining: UInt64 = 0
    private var chunked: HTTP1ChunkedDecoder

    init(limits: HTTP1Limits) {
        bodySize = limits.bodySize
        chunked = HTTP1ChunkedDecoder(limits: limits)
    }

    /// Whether nothing of the content is to come.
    var isComplete: Bool { phase == .ended }

    var trailers: HTTPFields? { isChunked ? chunked.trailers : nil }

    /// Makes ready for content framed so.
    @inline(__always)
    mutating func begin(_ framing: HTTP1Framing) throws(HTTP1Error) {
        isChunked = framing == .chunked
        switch framing {
        case .none, .tunnel:
            phase = .ended
        case .length(let length):
            if let bodySize, length > UInt64(clamping: bodySize) { throw .bodyTooLarge }
            remaining = length
            phase = .length
        case .chunked:
            chunked.reset()
            phase = .chunked
        case .closeDelimited:
            remaining = bodySize.map { UInt64(clamping: $0) } ?? .max
            phase = .closeDelimited
        }
    }

    mutating func decode(_ input: Span<UInt8>) throws(HTTP1Error) -> HTTP1BodyEvent {
        switch phase {
        case .ended:
            return .end(consumed: 0)
        case .length:
            guard !input.isEmpty else { return .needsMore(consumed: 0) }
            let count = min(input.count, Int(clamping: remaining))
            remaining -= UInt64(count)
            if remaining == 0 { phase = .ended }
            return .data(0..<count, consumed: count)
        case .chunked:
            let event = try chunked.decode(input)
            if case .end = event { phase = .ended }
            return event
        case .closeDelimited:
            guard !input.isEmpty else { return .needsMore(consumed: 0) }
            guard remaining > 0 else { throw .bodyTooLarge }
            let count = min(input.count, Int(clamping: remaining))
            remaining -= UInt64(count)
            return .data(0..<count, consumed: count)
        }
    }

    /// Takes notice that the peer has ended the stream.
    mutating func decodeEnd() {
        if phase == .closeDelimited { phase = .ended }
    }
}
