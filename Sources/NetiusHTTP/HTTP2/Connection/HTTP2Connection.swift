internal import Netius

/// The state of one HTTP/2 connection, on either side (RFC 9113): octets in, events and replies out. It does no I/O.
///
/// Rules that hold throughout:
/// - An error of the connection is thrown, and every further call throws it again; whoever drives it sends GOAWAY.
/// - An error of a stream is answered with RST_STREAM and told as an event.
/// - Every header section is decoded, be it wanted or not, and all DATA counts for flow control: the state that both
///   sides share never gets out of step.
/// - Whatever the peer can make us do more than once has a budget (``HTTP2Limits``).
/// - A stream keeps its place until it is closed *and* released: work for a stream that the peer has given up counts.
struct HTTP2Connection {
    enum Role {
        case client
        case server
    }

    /// What the input is in the middle of.
    enum Phase {
        /// The client's connection preface, of which so much has come (RFC 9113 §3.4).
        case preface(Int)
        case frames
        case data(HTTP2DataProgress)
        /// A header block that goes on in CONTINUATION frames.
        case continuation(HTTP2Continuation)
    }

    let role: Role
    let limits: HTTP2Limits
    var phase: Phase
    var failure: HTTP2Error?
    /// Whether the peer's first SETTINGS have come, which must be its first frame.
    var hasSettings = false
    /// What the peer has said of itself.
    var peer = HTTP2Settings()
    /// Our SETTINGS that the peer has not acknowledged.
    var unacknowledgedSettings = 0
    /// Whether extended CONNECT is allowed (RFC 8441 §3).
    let allowsExtendedConnect: Bool

    var streams = HTTP2StreamTable()
    var closed = HTTP2ClosedStreams()
    /// The streams that have ended in order and still have their places.
    private(set) var endedCount = 0
    /// The highest stream that the peer has opened.
    var lastPeerStream: UInt32 = 0
    /// The stream that a client opens next.
    var nextStream: UInt32 = 1
    /// Streams of the peer's beyond this are ignored: it has been told.
    var lastAccepted = UInt32(Int32.max)
    /// Whether a GOAWAY has been sent.
    var hasSentGoAway = false
    /// The last stream that the peer will take, once it has said so.
    var peerLastStream: UInt32?
    /// What was said of streams that are still to come (RFC 9218 §7).
    var earlyPriorities: [(stream: UInt32, priority: HTTP2Priority)] = []

    var decoder: HPACKDecoder
    var encoder: HPACKEncoder

    /// What may be sent on all streams together.
    var sendWindow = HTTP2Settings().initialWindowSize
    var receiveWindow: HTTP2ReceiveWindow
    /// The window that a new stream of the peer's view has at least: until it knows better, the protocol's.
    var initialReceiveWindow: Int
    /// The size that the windows of streams are to have.
    var streamWindow: Int
    var estimator: HTTP2BandwidthEstimator

    var resetsByPeer: HTTP2TokenBucket
    var streamErrors: HTTP2TokenBucket
    var pings: HTTP2TokenBucket
    var settings: HTTP2TokenBucket
    var priorities: HTTP2TokenBucket
    var emptyData: HTTP2TokenBucket
    var windowUpdates: HTTP2TokenBucket
    /// The replies since the peer has last taken everything.
    var queuedReplies = 0

    init(role: Role, limits: HTTP2Limits, allowsExtendedConnect: Bool = false) {
        var limits = limits
        limits.frameSize = min(max(limits.frameSize, 0x4000), 0xFF_FFFF)
        limits.streamWindow = min(max(limits.streamWindow, 0), HTTP2ReceiveWindow.maximumSize)
        self.role = role
        self.limits = limits
        self.allowsExtendedConnect = allowsExtendedConnect
        phase = role == .server ? .preface(0) : .frames
        decoder = HPACKDecoder(
            maximumTableSize: HTTP2Settings().headerTableSize, maximumListSize: limits.headerListSize,
            maximumFieldCount: limits.fieldCount)
        encoder = HPACKEncoder()
        receiveWindow = HTTP2ReceiveWindow(size: max(limits.connectionWindow, HTTP2Settings().initialWindowSize))
        initialReceiveWindow = max(limits.streamWindow, HTTP2Settings().initialWindowSize)
        streamWindow = limits.streamWindow
        estimator = HTTP2BandwidthEstimator(
            window: limits.streamWindow, maximum: max(limits.maximumStreamWindow, limits.maximumConnectionWindow))
        resetsByPeer = HTTP2TokenBucket(limits.resetsByPeer)
        streamErrors = HTTP2TokenBucket(limits.streamErrors)
        pings = HTTP2TokenBucket(limits.pings)
        settings = HTTP2TokenBucket(limits.settings)
        priorities = HTTP2TokenBucket(limits.priorities)
        emptyData = HTTP2TokenBucket(limits.emptyData)
        windowUpdates = HTTP2TokenBucket(limits.windowUpdates)
    }

    /// What a client sends first (RFC 9113 §3.4).
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Writes what this side says first: the preface, the settings that are not the protocol's defaults, and how much
    /// may be outstanding on the connection.
    mutating func begin(to output: OutputBuffer) {
        var settings: [(HTTP2SettingIdentifier, UInt32)] = []
        if role == .client {
            output.append(Self.preface)
            settings.append((.enablePush, 0))
        } else {
            settings.append((.maximumConcurrentStreams, UInt32(clamping: limits.concurrentStreams)))
            settings.append((.noRFC7540Priorities, 1))
            if allowsExtendedConnect { settings.append((.enableConnectProtocol, 1)) }
        }
        let defaults = HTTP2Settings()
        if limits.headerTableSize != defaults.headerTableSize {
            settings.append((.headerTableSize, UInt32(clamping: limits.headerTableSize)))
        }
        if limits.streamWindow != defaults.initialWindowSize {
            settings.append((.initialWindowSize, UInt32(clamping: limits.streamWindow)))
        }
        if limits.frameSize != defaults.maximumFrameSize {
            settings.append((.maximumFrameSize, UInt32(clamping: limits.frameSize)))
        }
        settings.append((.maximumHeaderListSize, UInt32(clamping: limits.headerListSize)))
        HTTP2FrameEncoder.appendSettings(settings, to: output)
        unacknowledgedSettings += 1
        let more = receiveWindow.size - defaults.initialWindowSize
        if more > 0 { HTTP2FrameEncoder.appendWindowUpdate(stream: 0, increment: UInt32(more), to: output) }
    }

    /// Everything that was written has been taken by the system.
    @inline(__always)
    mutating func outputDrained() {
        queuedReplies = 0
    }

    /// Counts what the peer makes us send.
    mutating func countReply() throws(HTTP2Error) {
        queuedReplies += 1
        guard queuedReplies <= limits.queuedControlFrames else {
            throw HTTP2Error(.enhanceYourCalm, "too many replies that the peer does not take")
        }
    }

    /// Whether something has begun that has to be completed soon: the preface with its SETTINGS, or a header block.
    var isWithinHead: Bool {
        if case .continuation = phase { return true }
        return !hasSettings
    }

    /// A stream is closed; its place stays until it is released.
    mutating func close(_ id: UInt32, _ slot: Int?, _ reason: HTTP2ClosedStreams.Reason) {
        closed.insert(id, reason)
        guard let slot else { return }
        streams[slot].isRemoteEnded = true
        streams[slot].isLocalEnded = true
        streams[slot].isReset = true
    }

    /// A stream has ended in order, on both sides.
    @inline(__always)
    mutating func ended(_ slot: Int) {
        guard !streams[slot].isReset, !streams[slot].isEnded else { return }
        streams[slot].isEnded = true
        endedCount += 1
        closed.insert(streams[slot].id, .ended)
    }

    /// A closed stream's place is free.
    @inline(__always)
    mutating func remove(_ slot: Int) {
        if streams[slot].isEnded { endedCount -= 1 }
        streams.remove(slot)
    }

    /// Whether the identifier is one of the peer's to choose.
    func isPeers(_ id: UInt32) -> Bool {
        (id & 1 == 1) == (role == .server)
    }

    /// Whether the stream is one of the peer's that it was told would not be taken (RFC 9113 §6.8).
    func isIgnored(_ id: UInt32) -> Bool {
        isPeers(id) && id > lastAccepted
    }

    /// Whether the stream has not been opened yet (RFC 9113 §5.1).
    func isIdle(_ id: UInt32) -> Bool {
        isPeers(id) ? id > lastPeerStream : id >= nextStream
    }
}

/// How far a DATA frame has been read.
struct HTTP2DataProgress {
    /// Where its content goes; nil where it is for nobody.
    var slot: Int?
    var stream: UInt32
    var left: Int
    var padding: Int
    var endsStream: Bool
}

/// A header block whose end has not come.
struct HTTP2Continuation {
    var stream: UInt32
    var endsStream: Bool
    var dependsOnItself: Bool
    var block: [UInt8]
    var frames = 0
}
