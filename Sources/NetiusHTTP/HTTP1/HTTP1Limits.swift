/// How much of each thing is accepted in an HTTP/1 message. Sizes are in octets; a limit below zero is zero.
///
/// A server answers what is beyond a limit with the status named there; a client fails with the ``HTTP1Error``.
public struct HTTP1Limits: Sendable, Equatable {
    /// The request line with its line end. Beyond it: 414. Default 8 KiB.
    public var requestLine = 8 * 1024
    /// The status line of a response with its line end. Default 8 KiB.
    public var statusLine = 8 * 1024
    /// The number of interim responses, such as 100 (Continue), before the final one. Default 16.
    public var interimResponses = 16
    /// All header fields with their line ends and the empty line after them. Beyond it: 431. Default 32 KiB.
    public var headerBlock = 32 * 1024
    /// The number of header fields. Beyond it: 431. Default 100.
    public var fieldCount = 100
    /// The extensions of one chunk. Beyond it: 400. Default 256.
    public var chunkExtensions = 256
    /// The extensions of all chunks of a body. Beyond it: 400. Default 16 KiB.
    public var chunkExtensionsInAll = 16 * 1024
    /// All trailer fields with their line ends and the empty line after them. Beyond it: 431. Default 8 KiB.
    public var trailerBlock = 8 * 1024
    /// The number of trailer fields. Beyond it: 431. Default 32.
    public var trailerCount = 32
    /// The content of a message, whether its length is announced or not. Beyond it: 413. Default nil: no limit.
    public var bodySize: Int?

    /// The defaults.
    public init() {}
}
