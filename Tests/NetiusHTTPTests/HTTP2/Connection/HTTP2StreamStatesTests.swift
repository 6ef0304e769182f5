import TestSupport
import Testing

@testable import NetiusHTTP

/// RFC 9113 §5.1: what every frame means in every state of its stream. Stream 1 is the one in question.
@Suite("Frames in every state of a stream")
struct HTTP2StreamStatesTests {
    enum State: CaseIterable {
        case idle, open, halfClosedRemote, halfClosedLocal, ended, endedAndReleased, resetByPeer,
            resetByPeerAndReleased,
            resetHere, resetHereAndReleased
    }

    enum Outcome: Equatable {
        case seen([CoreProbe.Seen])
        case ignored
        case stream(HTTP2ErrorCode)
        case connection(HTTP2ErrorCode)
    }

    /// A connection whose stream 1 is in the state.
    private static func probe(_ role: HTTP2Connection.Role, _ state: State) -> CoreProbe {
        var probe = CoreProbe(role)
        guard state != .idle else { return probe }
        let remoteEnds = state == .halfClosedRemote || state == .ended || state == .endedAndReleased
        let localEnds = state == .halfClosedLocal || state == .ended || state == .endedAndReleased
        if role == .server {
            let flags: HTTP2FrameFlags = remoteEnds ? [.endHeaders, .endStream] : .endHeaders
            probe.feed(.headers([(":method", "GET")], stream: 1, flags))
            if localEnds { probe.sendHead(0, endsStream: true) }
        } else {
            _ = probe.open(endsStream: localEnds)
            if remoteEnds { probe.feed(.headers([(":status", "200")], stream: 1, [.endHeaders, .endStream])) }
        }
        switch state {
        case .resetByPeer, .resetByPeerAndReleased: probe.feed(.reset(.cancel, stream: 1))
        case .resetHere, .resetHereAndReleased: probe.connection.reset(0, .cancel, to: probe.output)
        default: break
        }
        switch state {
        case .endedAndReleased, .resetByPeerAndReleased, .resetHereAndReleased:
            probe.connection.release(0, to: probe.output)
        default: break
        }
        probe.forget()
        return probe
    }

    private static func outcome(_ probe: CoreProbe) -> Outcome {
        var probe = probe
        let resets = probe.sent()?.filter { $0.kind == HTTP2FrameKind.resetStream.rawValue }
        if let error = probe.error { return .connection(error.code) }
        if case .failed(1, let code, isByPeer: false)? = probe.seen.last {
            // What is told is what is sent.
            #expect(resets == [.reset(code, stream: 1)])
            return .stream(code)
        }
        #expect(resets == [])
        return probe.seen.isEmpty ? .ignored : .seen(probe.seen)
    }

    private static func check(
        _ role: HTTP2Connection.Role, _ frame: PlainFrame, _ expected: (State) -> Outcome
    ) {
        for state in State.allCases {
            var probe = probe(role, state)
            #expect(probe.error == nil)
            probe.feed(frame)
            #expect(outcome(probe) == expected(state), "\(role), \(state)")
        }
    }

    @Test("DATA", arguments: [HTTP2Connection.Role.server, .client])
    func data(role: HTTP2Connection.Role) {
        Self.check(role, .data("abc", stream: 1)) { state in
            switch state {
            case .idle: .connection(.protocolError)
            // A response has a head before its content.
            case .open, .halfClosedLocal: role == .server ? .seen([.data(1, octets("abc"))]) : .stream(.protocolError)
            case .halfClosedRemote, .ended, .endedAndReleased, .resetByPeer, .resetByPeerAndReleased:
                .stream(.streamClosed)
            case .resetHere, .resetHereAndReleased: .ignored
            }
        }
    }

    @Test("HEADERS that end the stream", arguments: [HTTP2Connection.Role.server, .client])
    func headers(role: HTTP2Connection.Role) {
        Self.check(role, .headers([("a", "b")], stream: 1, [.endHeaders, .endStream])) { state in
            switch state {
            case .idle:
                role == .server ? .seen([.head(1, ["a: b"]), .end(1)]) : .connection(.protocolError)
            case .open, .halfClosedLocal:
                .seen([role == .server ? .trailers(1, ["a: b"]) : .head(1, ["a: b"]), .end(1)])
            case .halfClosedRemote: .stream(.streamClosed)
            case .ended, .endedAndReleased: .connection(.streamClosed)
            case .resetByPeer, .resetByPeerAndReleased: .stream(.streamClosed)
            case .resetHere, .resetHereAndReleased: .ignored
            }
        }
    }

    @Test("HEADERS that do not end the stream", arguments: [HTTP2Connection.Role.server, .client])
    func openHeaders(role: HTTP2Connection.Role) {
        Self.check(role, .headers([("a", "b")], stream: 1)) { state in
            switch state {
            case .idle: role == .server ? .seen([.head(1, ["a: b"])]) : .connection(.protocolError)
            // On a server these would be trailers, which end the stream (RFC 9113 §8.1).
            case .open, .halfClosedLocal: role == .server ? .stream(.protocolError) : .seen([.head(1, ["a: b"])])
            case .halfClosedRemote: .stream(.streamClosed)
            case .ended, .endedAndReleased: .connection(.streamClosed)
            case .resetByPeer, .resetByPeerAndReleased: .stream(.streamClosed)
            case .resetHere, .resetHereAndReleased: .ignored
            }
        }
    }

    @Test("RST_STREAM", arguments: [HTTP2Connection.Role.server, .client])
    func reset(role: HTTP2Connection.Role) {
        Self.check(role, .reset(.refusedStream, stream: 1)) { state in
            switch state {
            case .idle: .connection(.protocolError)
            case .open, .halfClosedLocal, .halfClosedRemote: .seen([.failed(1, .refusedStream, isByPeer: true)])
            default: .ignored
            }
        }
    }

    @Test("WINDOW_UPDATE", arguments: [HTTP2Connection.Role.server, .client])
    func windowUpdate(role: HTTP2Connection.Role) {
        Self.check(role, .windowUpdate(5, stream: 1)) { state in
            switch state {
            case .idle: .connection(.protocolError)
            case .open, .halfClosedLocal, .halfClosedRemote: .seen([.windowOpened(1)])
            default: .ignored
            }
        }
    }

    @Test("PRIORITY, which is allowed always and means nothing", arguments: [HTTP2Connection.Role.server, .client])
    func priority(role: HTTP2Connection.Role) {
        Self.check(role, PlainFrame(.priority, stream: 1, [0, 0, 0, 3, 15])) { _ in .ignored }
    }

    @Test("Frames of unknown types", arguments: [HTTP2Connection.Role.server, .client])
    func unknown(role: HTTP2Connection.Role) {
        for kind: UInt8 in [0x0A, 0x0B, 0x11, 0xFF] {
            Self.check(role, PlainFrame(HTTP2FrameKind(rawValue: kind), .endStream, stream: 1, [1, 2, 3])) { _ in
                .ignored
            }
        }
    }

    @Test("Frames that are of no stream, or not allowed at all", arguments: [HTTP2Connection.Role.server, .client])
    func neverAllowed(role: HTTP2Connection.Role) {
        let frames = [
            PlainFrame(.settings, stream: 1), PlainFrame(.ping, stream: 1, [UInt8](repeating: 0, count: 8)),
            PlainFrame(.goAway, stream: 1, [UInt8](repeating: 0, count: 8)),
            PlainFrame(.continuation, .endHeaders, stream: 1),
            PlainFrame(.pushPromise, .endHeaders, stream: 1, [0, 0, 0, 2]),
            PlainFrame(.priorityUpdate, stream: 1, [0, 0, 0, 1]),
        ]
        for frame in frames { Self.check(role, frame) { _ in .connection(.protocolError) } }
    }

    @Test(
        "Frames that are of a stream do not come for the connection",
        arguments: [
            PlainFrame.data("", stream: 0), .headers([], stream: 0), .reset(.cancel, stream: 0),
            PlainFrame(.priority, stream: 0, [0, 0, 0, 3, 15]), PlainFrame(.continuation, .endHeaders, stream: 0),
            PlainFrame(.pushPromise, .endHeaders, stream: 0, [0, 0, 0, 2]),
        ])
    func ofNoStream(frame: PlainFrame) {
        for role in [HTTP2Connection.Role.server, .client] {
            var probe = CoreProbe(role)
            probe.feed(frame)
            #expect(probe.error?.code == .protocolError)
        }
    }

    @Test("A client opens streams of odd numbers that grow, a server none")
    func numbers() {
        var server = CoreProbe(.server)
        server.feed(.headers([], stream: 5), .headers([], stream: 9, [.endHeaders, .endStream]))
        #expect(server.seen == [.head(5, []), .head(9, []), .end(9)])
        // Those in between are closed now.
        var skipped = server
        skipped.feed(.headers([], stream: 7))
        #expect(skipped.error?.code == .protocolError)
        var even = server
        even.feed(.headers([], stream: 10))
        #expect(even.error?.code == .protocolError)
        server.feed(.headers([], stream: 0x7FFF_FFFF))
        #expect(server.seen.last == .head(0x7FFF_FFFF, []))

        for stream: UInt32 in [1, 2, 3] {
            var client = CoreProbe(.client)
            client.feed(.headers([(":status", "200")], stream: stream))
            #expect(client.error?.code == .protocolError)
        }
    }

    @Test("What a server sends on streams that a client gave up long ago is ignored")
    func forgotten() {
        var probe = CoreProbe(.client)
        for _ in 0..<300 {
            guard let slot = probe.open() else { return #expect(Bool(false), "no stream") }
            probe.connection.release(slot, .cancel, to: probe.output)
        }
        probe.forget()
        probe.feed(.headers([(":status", "200")], stream: 1), .data("late", stream: 1, .endStream))
        probe.feed(.headers([(":status", "200")], stream: 599, [.endHeaders, .endStream]))
        #expect(probe.error == nil && probe.seen == [])
        // The content is measured, whoever it is for.
        #expect(probe.sent()?.map(\.kind) == [RawFrame.Kind.ping])
        // It was never opened.
        probe.feed(.headers([(":status", "200")], stream: 601))
        #expect(probe.error?.code == .protocolError)
    }

    @Test("A client opens one stream at a time at least")
    func noLimit() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 0
        var probe = CoreProbe(.client, limits: limits)
        #expect(probe.open() == 0 && probe.open() == nil)
        probe.connection.release(0, .cancel, to: probe.output)
        #expect(probe.open() == 0)
    }
}
