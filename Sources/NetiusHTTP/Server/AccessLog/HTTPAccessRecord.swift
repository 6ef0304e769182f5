internal import Netius

/// What a server tells of a request that it has answered or refused.
///
/// It refers to what the driver has anyhow, so that to make one copies and allocates nothing.
struct HTTPAccessRecord {
    /// The head, as far as it was received; nil where there was none.
    var head: HTTPRequestHead?
    /// What was received in place of a request line, where it could not be read.
    var refusedLine: [UInt8] = []
    /// The address that the socket is connected to. What the request's context has wins.
    var peer: IPAddress?
    /// The code of the status that was answered with; 0 where nothing was.
    var status: Int
    /// The bytes of content that were sent, without what frames them.
    var contentSent: Int
    /// When the head was complete; nil where it never was.
    var began: MonotonicTime?
    /// When the response was handed to the system.
    var ended: MonotonicTime
}
