/// How much of each thing is accepted from the peer of an HTTP/2 connection. Sizes are in octets; a limit below zero is
/// zero.
///
/// A stream beyond ``concurrentStreams`` is refused, and a request whose header section is too large is answered with
/// 431. A peer that goes beyond another limit causes more work than it should: the connection ends with
/// ENHANCE_YOUR_CALM, and the log names the limit.
public struct HTTP2Limits: Sendable, Equatable {
    /// The streams that the peer may have open (RFC 9113 §5.1.2). One that was reset counts as long as its handler still
    /// runs. Of those that have ended as they should, and whose handlers go on, there may be as many again. Default 100.
    public var concurrentStreams = 100
    /// A header section, decoded: names and values and 32 more for each field (RFC 9113 §6.5.2). Default 32 KiB.
    public var headerListSize = 32 * 1024
    /// The number of fields in a header section. Default 100.
    public var fieldCount = 100
    /// A header section as it is sent, compressed, in all its frames. Default 64 KiB.
    public var headerBlock = 64 * 1024
    /// The number of CONTINUATION frames of a header section. Default 8.
    public var continuationFrames = 8
    /// The payload of a frame, 2^14 to 2^24-1 (RFC 9113 §4.2). A larger one is a FRAME_SIZE_ERROR. Default 16 KiB.
    public var frameSize = 16 * 1024
    /// The table of fields that the peer may refer to (RFC 7541 §4.2). Default 4 KiB.
    public var headerTableSize = 4 * 1024
    /// The number of values in a SETTINGS frame. Default 32.
    public var settingsPerFrame = 32
    /// What the peer may send of the content of a stream before it is read, at first. Default 64 KiB - 1.
    public var streamWindow = 64 * 1024 - 1
    /// The same where the connection is fast and far enough to need it. Default 1 MiB.
    public var maximumStreamWindow = 1024 * 1024
    /// What the peer may send of the content of all streams before it is read, at first: the octets that may have to be
    /// kept for one connection. Default 1 MiB.
    ///
    /// On a client it is what may be under way: a response that nobody reads keeps no other from coming, so that the
    /// octets kept are those of each stream's window, ``concurrentStreams`` times ``maximumStreamWindow`` at most.
    public var connectionWindow = 1024 * 1024
    /// The same where the connection is fast and far enough to need it. Default 4 MiB.
    public var maximumConnectionWindow = 4 * 1024 * 1024
    /// The answers that wait because the peer does not read: to PING, SETTINGS, and what was wrong. Default 1000.
    public var queuedControlFrames = 1000
    /// The streams that the peer resets. Default 1000, 33 more each second.
    public var resetsByPeer = Rate(burst: 1000, perSecond: 33)
    /// The streams that are reset because the peer did something wrong. Default 200, 10 more each second.
    public var streamErrors = Rate(burst: 200, perSecond: 10)
    /// PING frames. Default 1000, 100 more each second, and one for each DATA frame that is sent.
    public var pings = Rate(burst: 1000, perSecond: 100)
    /// SETTINGS frames. Default 100, 10 more each second.
    public var settings = Rate(burst: 100, perSecond: 10)
    /// PRIORITY and PRIORITY_UPDATE frames. Default 1000, 100 more each second.
    public var priorities = Rate(burst: 1000, perSecond: 100)
    /// DATA frames without content that do not end their stream. Default 100, 10 more each second.
    public var emptyData = Rate(burst: 100, perSecond: 10)
    /// WINDOW_UPDATE frames. Default 1000, 100 more each second, and ``windowUpdatesPerDataFrame``.
    public var windowUpdates = Rate(burst: 1000, perSecond: 100)
    /// The WINDOW_UPDATE frames accepted besides ``windowUpdates`` for each DATA frame that is sent, and for each stream
    /// that the peer opens. Default 10.
    public var windowUpdatesPerDataFrame = 10

    /// The defaults.
    public init() {}

    /// How often something may happen.
    public struct Rate: Sendable, Hashable {
        /// How often at once.
        public var burst: Int
        /// How much of the burst comes back in each second.
        public var perSecond: Int

        /// Makes a rate. Numbers below zero are zero.
        public init(burst: Int, perSecond: Int) {
            self.burst = burst
            self.perSecond = perSecond
        }
    }
}
