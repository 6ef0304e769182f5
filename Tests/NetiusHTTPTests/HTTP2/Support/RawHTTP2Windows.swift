/// The flow control of a client's end, counted naively (RFC 9113 §5.2), and its settings: what the server may still
/// send, which it must not exceed, and what the client may.
struct RawHTTP2Windows {
    /// The largest table that the client has agreed to.
    private(set) var headerTableSize = 4096
    /// The largest payload that the client has agreed to.
    private(set) var frameSize = 16_384
    /// What the server may send on the connection.
    private var connection = 65_535
    /// What it may send on a stream: the initial size, and what was added to each.
    private var initial = 65_535
    private var streams: [UInt32: Int] = [:]
    /// The settings that the server has not acknowledged.
    private var pending: [[(UInt16, UInt32)]] = []

    /// What the client may send on the connection, and on a stream.
    private(set) var sendable = 65_535
    private var initialSendable = 65_535
    private var sendableStreams: [UInt32: Int] = [:]

    func sendable(on stream: UInt32) -> Int {
        max(0, min(sendable, initialSendable + sendableStreams[stream, default: 0]))
    }

    /// Takes note of what the client sends.
    mutating func sent(_ frame: RawFrame) {
        switch frame.kind {
        case RawFrame.Kind.windowUpdate where frame.stream == 0: connection += Int(frame.payload.number(at: 0))
        case RawFrame.Kind.windowUpdate: streams[frame.stream, default: 0] += Int(frame.payload.number(at: 0))
        case RawFrame.Kind.data:
            sendable -= frame.payload.count
            sendableStreams[frame.stream, default: 0] -= frame.payload.count
        case RawFrame.Kind.settings where !frame.has(RawFrame.Flag.acknowledgement):
            pending.append(
                stride(from: 0, to: frame.payload.count, by: 6).map {
                    (UInt16(frame.payload.number(at: $0, count: 2)), frame.payload.number(at: $0 + 2))
                })
        default: break
        }
    }

    /// The server has acknowledged settings: from here on it obeys them.
    mutating func acknowledged() {
        guard !pending.isEmpty else { return }
        for (identifier, value) in pending.removeFirst() {
            switch identifier {
            case RawFrame.Setting.initialWindowSize: initial = Int(value)
            case RawFrame.Setting.maximumFrameSize: frameSize = Int(value)
            case RawFrame.Setting.headerTableSize: headerTableSize = Int(value)
            default: break
            }
        }
    }

    /// The server has sent DATA.
    mutating func take(_ frame: RawFrame) throws {
        connection -= frame.payload.count
        streams[frame.stream, default: 0] -= frame.payload.count
        guard frame.payload.isEmpty || (connection >= 0 && initial + streams[frame.stream, default: 0] >= 0) else {
            throw RawError.malformed("DATA of \(frame.payload.count) beyond a window")
        }
    }

    /// The server has sent WINDOW_UPDATE.
    mutating func received(_ frame: RawFrame) {
        let increment = Int(frame.payload.number(at: 0))
        if frame.stream == 0 { sendable += increment } else { sendableStreams[frame.stream, default: 0] += increment }
    }

    /// The server has sent SETTINGS.
    mutating func received(_ settings: [UInt16: UInt32]) {
        if let size = settings[RawFrame.Setting.initialWindowSize] { initialSendable = Int(size) }
    }
}
