/// What a connection has received, for whoever drives it.
enum HTTP2Event {
    /// Nothing more can be made of the input: more has to arrive.
    case needsMore
    /// A stream's head is in the sink; on a client it may be an interim one.
    case head(slot: Int)
    /// A stream's trailers are in the sink.
    case trailers(slot: Int)
    /// Content, which is in the given part of the input; of no length where only the end has come.
    case data(slot: Int, Range<Int>)
    /// A stream has ended before its time.
    case failed(HTTP2StreamFailure)
    /// More can be sent: on one stream, or on any.
    case windowOpened(slot: Int?)
    /// The peer's settings have changed.
    case settings
    /// A stream is more, or less, urgent than before.
    case priority(slot: Int)
    /// The peer has answered a PING.
    case acknowledged(UInt64)
    /// The peer takes no streams beyond the given one (RFC 9113 §6.8).
    case goAway(lastStream: UInt32, HTTP2ErrorCode)
}

/// How far a call has come in the input.
struct HTTP2Step {
    var event: HTTP2Event
    /// The octets that are dealt with.
    var consumed: Int
}

/// Why a stream has ended before its time.
struct HTTP2StreamFailure: Error, Hashable {
    /// The stream's place; nil where nobody has heard of it.
    var slot: Int?
    var stream: UInt32
    var code: HTTP2ErrorCode
    /// Whether the peer has ended it, rather than we for the peer's fault.
    var isByPeer: Bool
    var reason: String
}
