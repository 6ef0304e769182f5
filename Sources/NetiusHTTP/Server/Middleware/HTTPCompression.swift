/// What responses are compressed, and how: see `HTTPMiddleware.compression(_:)`.
public struct HTTPCompression: Sendable {
    /// The codings, by preference where the client likes several equally well; gzip, then deflate by default.
    public var codings: [HTTPContentCoding] = [.gzip, .deflate] {
        didSet { codingNames = codings.map(\.rawValue) }
    }
    /// How hard to try: 1, the fastest, to 9, the smallest; 4 by default. Of JSON, 4 leaves 17% at 170 MB/s, where 1
    /// leaves 19% at 260 MB/s and 6 leaves 15.5% at 90 MB/s; of prose 45% at 59 MB/s, 49% at 95 MB/s and 44% at
    /// 28 MB/s.
    public var level = 4
    /// The bytes that content must have to be worth it; 1024 by default. A stream whose length is not known always is.
    public var minimumSize = 1024
    /// The most bytes that are compressed in one go, and sent with their length; 32 KiB by default, which take about
    /// half a millisecond. Larger content is sent while it is compressed, and other connections have their turn
    /// between the pieces.
    public var maximumWholeSize = 32 * 1024
    /// The bytes of a stream that are written before what was compressed is sent; 0 by default: each write is sent at
    /// once. More are compressed better, and come later. Events (`text/event-stream`) are always sent at once.
    public var flushBytes = 0
    /// The streams, large responses among them, that may be compressed at a time; 1024 by default. Each takes 256 KiB,
    /// for as long as its client takes to read it. One more is sent as it is.
    public var maximumStreams = 1024
    /// The media types that are compressed; `CompressibleMediaTypes.standard` by default.
    public var mediaTypes = CompressibleMediaTypes.standard

    private(set) var codingNames = ["gzip", "deflate"]

    /// The defaults.
    public init() {}
}
