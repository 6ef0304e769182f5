import Netius
import TestSupport

/// A client of HTTP/2 that sends what it is told, frame by frame, and takes note of what comes. What it may, and a test
/// does not say otherwise, it leaves to the server: its windows are as large as can be.
///
/// It holds the server to the protocol: frames out of place, too large, or beyond the windows are errors.
final class RawHTTP2Client: @unchecked Sendable {
    // @unchecked: used by one task at a time.
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let largestWindow = 1 << 31 - 1

    let connection: Connection
    /// What requests name as theirs.
    let scheme: String
    /// What has come on each stream.
    private(set) var streams: [UInt32: RawHTTP2Stream] = [:]
    /// The payloads of the PING acknowledgements that came.
    private(set) var pongs: [UInt64] = []
    /// How many of the client's SETTINGS the server has acknowledged.
    private(set) var acknowledgedSettings = 0
    /// The server's settings.
    private(set) var settings: [UInt16: UInt32] = [:]
    /// The GOAWAY frames that came.
    private(set) var goAways: [(lastStream: UInt32, code: UInt32, debug: String)] = []
    private(set) var isEnded = false
    /// Whether SETTINGS and PING of the server are answered.
    var answers = true
    var windows = RawHTTP2Windows()

    private var received: [UInt8] = []
    private var position = 0
    private var reader = RawHPACKReader()
    /// A header block that goes on.
    private var block: (stream: UInt32, octets: [UInt8], ends: Bool)?
    private var nextStream: UInt32 = 1

    init(_ connection: Connection, scheme: String = "http") {
        self.connection = connection
        self.scheme = scheme
    }

    func send(_ frames: RawFrame...) async throws { try await send(frames) }

    func send(_ frames: [RawFrame]) async throws {
        for frame in frames {
            windows.sent(frame)
            if frame.kind == RawFrame.Kind.headers, frame.stream >= nextStream, frame.stream < 1 << 31 - 2 {
                nextStream = (frame.stream | 1) + 2
            }
        }
        try await send(octets: frames.flatMap(\.octets))
    }

    func send(octets: [UInt8]) async throws { try await connection.write(octets) }

    func close() async { await connection.close() }

    /// A stream that was not used yet.
    func newStream() -> UInt32 {
        defer { nextStream += 2 }
        return nextStream
    }

    /// Reads one frame and takes note of it; nil at the end of the connection.
    @discardableResult
    func next() async throws -> RawFrame? {
        while true {
            if let frame = parse() {
                try await note(frame)
                return frame
            }
            received.removeFirst(position)
            position = 0
            guard !isEnded, let bytes = try await connection.read() else {
                isEnded = true
                guard received.isEmpty else { throw RawError.malformed("a frame that is cut off") }
                return nil
            }
            received += bytes
        }
    }

    private func parse() -> RawFrame? {
        guard received.count - position >= 9 else { return nil }
        let length = Int(received.number(at: position, count: 3))
        let end = position + 9 + length
        guard received.count >= end else { return nil }
        defer { position = end }
        return RawFrame(
            kind: received[position + 3], flags: received[position + 4], stream: received.number(at: position + 5),
            payload: Array(received[(position + 9)..<end]))
    }

    private func note(_ frame: RawFrame) async throws {
        guard frame.payload.count <= windows.frameSize else { throw RawError.malformed("a frame too large") }
        guard block == nil || frame.kind == RawFrame.Kind.continuation else {
            throw RawError.malformed("\(frame) within a header block")
        }
        switch frame.kind {
        case RawFrame.Kind.headers, RawFrame.Kind.continuation: try noteBlock(frame)
        case RawFrame.Kind.data:
            try windows.take(frame)
            let padding = frame.has(RawFrame.Flag.padded) ? Int(frame.payload.first ?? 0) : 0
            let bytes = frame.payload.dropFirst(frame.has(RawFrame.Flag.padded) ? 1 : 0).dropLast(padding)
            try streams[frame.stream, default: RawHTTP2Stream()].add(bytes, ends: frame.has(RawFrame.Flag.endStream))
        case RawFrame.Kind.resetStream:
            streams[frame.stream, default: RawHTTP2Stream()].reset = frame.payload.number(at: 0)
        case RawFrame.Kind.settings: try await noteSettings(frame)
        case RawFrame.Kind.ping: try await notePing(frame)
        case RawFrame.Kind.goAway:
            goAways.append(
                (
                    frame.payload.number(at: 0), frame.payload.number(at: 4),
                    String(decoding: frame.payload.dropFirst(8), as: UTF8.self)
                ))
        case RawFrame.Kind.windowUpdate: windows.received(frame)
        default: throw RawError.malformed("a frame of type \(frame.kind)")
        }
    }

    private func noteBlock(_ frame: RawFrame) throws {
        if frame.kind == RawFrame.Kind.continuation {
            guard block?.stream == frame.stream else { throw RawError.malformed("CONTINUATION out of place") }
            block?.octets += frame.payload
        } else {
            // Servers of ours send neither padding nor priority.
            guard !frame.has(RawFrame.Flag.padded), !frame.has(RawFrame.Flag.priority) else {
                throw RawError.malformed("\(frame)")
            }
            block = (frame.stream, frame.payload, frame.has(RawFrame.Flag.endStream))
        }
        guard frame.has(RawFrame.Flag.endHeaders), let whole = block else { return }
        block = nil
        let fields = try reader.fields(of: whole.octets).map { RawField(name: $0.0, value: $0.1) }
        try streams[whole.stream, default: RawHTTP2Stream()].add(fields, ends: whole.ends)
    }

    private func noteSettings(_ frame: RawFrame) async throws {
        guard !frame.has(RawFrame.Flag.acknowledgement) else {
            acknowledgedSettings += 1
            windows.acknowledged()
            reader.allowedSize = windows.headerTableSize
            return
        }
        for offset in stride(from: 0, to: frame.payload.count, by: 6) {
            let identifier = UInt16(frame.payload.number(at: offset, count: 2))
            settings[identifier] = frame.payload.number(at: offset + 2)
        }
        windows.received(settings)
        if answers { try await send(.settingsAcknowledgement) }
    }

    private func notePing(_ frame: RawFrame) async throws {
        let data = UInt64(frame.payload.number(at: 0)) << 32 | UInt64(frame.payload.number(at: 4))
        if frame.has(RawFrame.Flag.acknowledgement) {
            pongs.append(data)
        } else if answers {
            try await send(.ping(data, isAcknowledgement: true))
        }
    }
}
