/// What requests are decompressed, and how far: see `HTTPMiddleware.decompression(_:)`.
public struct HTTPDecompression: Sendable {
    /// The codings that requests may have; gzip and deflate by default.
    public var codings: [HTTPContentCoding] = [.gzip, .deflate]
    /// The most codings that may be applied one over the other; 2 by default.
    public var maximumCodings = 2
    /// The most decoded bytes of a request; 16 MiB by default. Beyond it: 413. The same beyond twice as
    /// many coded bytes and 1 MiB, whatever they decode to.
    public var maximumSize = 16 * 1024 * 1024
    /// The most decoded bytes for one that was sent; 100 by default. Text seldom comes to 20, content that was made to
    /// exhaust the server to 1000. Beyond it, and beyond `ratioAllowance`: 413.
    public var maximumRatio = 100
    /// The decoded bytes of a request that may come of however few; 1 MiB by default.
    public var ratioAllowance = 1024 * 1024

    /// The defaults.
    public init() {}
}
