/// Finds the content of a request in what follows its head (RFC 9112 §6.3).
struct HTTP1BodyDecoder {
    private enum Phase: UInt8 { case length, chunked, ended }

    private let bodySize: Int?
    private var phase = Phase.ended
    private var remaining: UInt64 = 0
    private var chunked: HTTP1ChunkedDecoder

    init(limits: HTTP1Limits) {
        bodySize = limits.bodySize
        chunked = HTTP1ChunkedDecoder(limits: limits)
    }

    /// Whether nothing of the content is to come.
    var isComplete: Bool { phase == .ended }

    var trailers: HTTPFields? { chunked.trailers }

    /// Makes ready for content framed so.
    @inline(__always)
    mutating func begin(_ framing: HTTP1Framing) throws(HTTP1Error) {
        switch framing {
        case .none:
            phase = .ended
        case .length(let length):
            if let bodySize, length > UInt64(clamping: bodySize) { throw .bodyTooLarge }
            remaining = length
            phase = .length
        case .chunked:
            chunked.reset()
            phase = .chunked
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
        }
    }
}
