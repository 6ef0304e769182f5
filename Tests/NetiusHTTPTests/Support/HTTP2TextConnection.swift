import TestSupport

/// What a client of HTTP/2 knows of its connection. Bytes in, what is to be sent out; no I/O.
struct HTTP2TextConnection {
    private(set) var windows = RawHTTP2Windows()
    private(set) var streams: [UInt32: RawHTTP2Stream] = [:]
    /// The requests that were sent, in their order.
    private(set) var requests: [(stream: UInt32, method: String)] = []
    /// What the server has said that it will not go beyond.
    private var lastStream = UInt32.max

    private var received: ArraySlice<UInt8> = []
    private var reader = RawHPACKReader()
    private var block: (stream: UInt32, octets: [UInt8], ends: Bool)?
    /// The content of streams that the server may not replace yet.
    private var owed: [UInt32: Int] = [:]

    /// Whether the server has said that it will not answer on that stream.
    func isRefused(_ stream: UInt32) -> Bool { stream > lastStream }

    /// What begins a connection: as many connection-wide octets as the server likes, and of each stream no more than
    /// the test has asked for.
    mutating func start() -> [UInt8] {
        let frames = [
            RawFrame.settings((RawFrame.Setting.enablePush, 0)),
            .windowUpdate(0, UInt32(RawHTTP2Client.largestWindow - 65_535)),
        ]
        return RawHTTP2Client.preface + octets(frames)
    }

    mutating func octets(_ frames: [RawFrame]) -> [UInt8] {
        for frame in frames { windows.sent(frame) }
        return frames.flatMap(\.octets)
    }

    /// Begins a request.
    mutating func request(_ head: RequestText.Head, scheme: String, isLast: Bool) -> [UInt8] {
        let stream = (requests.last?.stream).map { $0 + 2 } ?? 1
        requests.append((stream, head.method))
        var fields = [(":method", head.method), (":authority", head.authority)]
        if head.method != "CONNECT" { fields += [(":scheme", scheme), (":path", head.path)] }
        return section(RawHPACK.block(fields + head.fields.map { ($0.name, $0.value) }), on: stream, ends: isLast)
    }

    /// Trailers of the last request, or its end alone.
    mutating func end(_ trailers: [RawField]) -> [UInt8] {
        guard let stream = requests.last?.stream, isOpen(stream) else { return [] }
        guard !trailers.isEmpty else { return octets([.data(stream, ends: true)]) }
        return section(RawHPACK.block(trailers.map { ($0.name, $0.value) }), on: stream, ends: true)
    }

    /// As much of the content of the last request as the windows have room for; it is taken off. What the server does
    /// not want any more is dropped.
    mutating func content(_ rest: inout ArraySlice<UInt8>, ends: Bool) -> [UInt8] {
        guard let stream = requests.last?.stream, isOpen(stream) else {
            rest = []
            return []
        }
        var result: [UInt8] = []
        while !rest.isEmpty, case let room = min(windows.sendable(on: stream), 16_384), room > 0 {
            let piece = rest.prefix(room)
            rest = rest.dropFirst(room)
            result += octets([.data(stream, bytes: Array(piece), ends: ends && rest.isEmpty)])
        }
        return result
    }

    /// Lets the server send in place of what the test has read of a stream.
    mutating func credit(_ stream: UInt32) -> [UInt8] {
        guard let count = owed.removeValue(forKey: stream), count > 0, isOpen(stream) else { return [] }
        return octets([.windowUpdate(stream, UInt32(count))])
    }

    private func isOpen(_ stream: UInt32) -> Bool { streams[stream]?.reset == nil }

    private mutating func section(_ block: [UInt8], on stream: UInt32, ends: Bool) -> [UInt8] {
        var frames = [
            RawFrame.headers(stream, Array(block.prefix(16_384)), ends: ends, isWhole: block.count <= 16_384)
        ]
        var rest = block.dropFirst(16_384)
        while !rest.isEmpty {
            frames.append(.continuation(stream, Array(rest.prefix(16_384)), isLast: rest.count <= 16_384))
            rest = rest.dropFirst(16_384)
        }
        return octets(frames)
    }
}

extension HTTP2TextConnection {
    /// Takes what has come; what it is to be answered with.
    mutating func receive(_ bytes: [UInt8]) throws -> [UInt8] {
        received = (Array(received) + bytes)[...]
        var answers: [UInt8] = []
        while received.count >= 9 {
            let head = Array(received.prefix(9))
            let end = 9 + Int(head.number(at: 0, count: 3))
            guard received.count >= end else { break }
            let frame = RawFrame(
                kind: head[3], flags: head[4], stream: head.number(at: 5),
                payload: Array(received.dropFirst(9).prefix(end - 9)))
            received = received.dropFirst(end)
            answers += try note(frame)
        }
        return answers
    }

    private mutating func note(_ frame: RawFrame) throws -> [UInt8] {
        guard frame.payload.count <= windows.frameSize else { throw RawError.malformed("a frame too large") }
        guard block == nil || frame.kind == RawFrame.Kind.continuation else {
            throw RawError.malformed("\(frame) within a header block")
        }
        switch frame.kind {
        case RawFrame.Kind.headers: block = (frame.stream, frame.payload, frame.has(RawFrame.Flag.endStream))
        case RawFrame.Kind.continuation: block?.octets += frame.payload
        case RawFrame.Kind.data:
            try windows.take(frame)
            owed[frame.stream, default: 0] += frame.payload.count
            try streams[frame.stream, default: RawHTTP2Stream()].add(
                frame.payload[...], ends: frame.has(RawFrame.Flag.endStream))
            return frame.payload.isEmpty ? [] : octets([.windowUpdate(0, UInt32(frame.payload.count))])
        case RawFrame.Kind.resetStream:
            streams[frame.stream, default: RawHTTP2Stream()].reset = frame.payload.number(at: 0)
        case RawFrame.Kind.settings: return noteSettings(frame)
        case RawFrame.Kind.ping where !frame.has(RawFrame.Flag.acknowledgement):
            return RawFrame(
                kind: RawFrame.Kind.ping, flags: RawFrame.Flag.acknowledgement, payload: frame.payload
            ).octets
        case RawFrame.Kind.goAway: lastStream = frame.payload.number(at: 0)
        case RawFrame.Kind.windowUpdate: windows.received(frame)
        default: throw RawError.malformed("\(frame)")
        }
        guard frame.has(RawFrame.Flag.endHeaders), let whole = block else { return [] }
        block = nil
        let fields = try reader.fields(of: whole.octets).map { RawField(name: $0.0, value: $0.1) }
        try streams[whole.stream, default: RawHTTP2Stream()].add(fields, ends: whole.ends)
        return []
    }

    private mutating func noteSettings(_ frame: RawFrame) -> [UInt8] {
        guard !frame.has(RawFrame.Flag.acknowledgement) else {
            windows.acknowledged()
            return []
        }
        var settings: [UInt16: UInt32] = [:]
        for offset in stride(from: 0, to: frame.payload.count, by: 6) {
            settings[UInt16(frame.payload.number(at: offset, count: 2))] = frame.payload.number(at: offset + 2)
        }
        windows.received(settings)
        return octets([.settingsAcknowledgement])
    }
}
