/// How the end of a received message's content is found (RFC 9112 §6).
enum HTTP1Framing: Equatable {
    /// There is no content.
    case none
    /// That many octets, more than none.
    case length(UInt64)
    /// The chunked transfer coding.
    case chunked
    /// Of a response: the content ends where the connection does.
    case closeDelimited
    /// Of a response: after the head the connection is no longer HTTP/1, as after 101 or 2xx to CONNECT.
    case tunnel
}

/// How far a decoder came with a head.
struct HTTP1HeadProgress: Equatable {
    /// Octets of the input that must not be presented again.
    var consumed: Int
    /// Whether the head has been read to its end.
    var isComplete: Bool
}

/// What a decoder found in a body. Octets of the input beyond `consumed` are to be presented again.
enum HTTP1BodyEvent: Equatable {
    /// The octets of the range are content; the range is not empty.
    case data(Range<Int>, consumed: Int)
    /// Nothing more can be told from this input.
    case needsMore(consumed: Int)
    /// The content, with its trailers, has ended.
    case end(consumed: Int)
}
