import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Flow control")
struct HTTP2FlowControlTests {
    private static func content(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x2E, count: count) }

    private static func data(
        _ count: Int, stream: UInt32, padding: Int? = nil, _ flags: HTTP2FrameFlags = []
    ) -> PlainFrame {
        guard let padding else { return PlainFrame(.data, flags, stream: stream, content(count)) }
        return PlainFrame(
            .data, flags.union(.padded), stream: stream, [UInt8(padding)] + content(count) + content(padding))
    }

    /// A server with open streams 1, 3 and 5, and no larger window than the initial one.
    private static func server(streamWindow: Int = 65_535, connectionWindow: Int = 65_535) -> CoreProbe {
        var limits = HTTP2Limits()
        limits.streamWindow = streamWindow
        limits.maximumStreamWindow = streamWindow
        limits.connectionWindow = connectionWindow
        limits.maximumConnectionWindow = connectionWindow
        limits.emptyData = HTTP2Limits.Rate(burst: 200, perSecond: 0)
        var probe = CoreProbe(.server, limits: limits)
        for stream: UInt32 in [1, 3, 5] { probe.feed(.headers([], stream: stream)) }
        probe.forget()
        return probe
    }

    // MARK: What the peer sends

    @Test("A stream may fill its window, and is reset when it sends more")
    func streamOverrun() {
        var probe = Self.server(streamWindow: 1000)
        probe.feed(Self.data(600, stream: 1), Self.data(400, stream: 1), Self.data(0, stream: 1))
        #expect(probe.seen == [.data(1, Self.content(1000))])
        var padded = probe
        probe.feed(Self.data(1, stream: 1))
        #expect(probe.seen.last == .failed(1, .flowControlError, isByPeer: false))
        #expect(probe.error == nil)
        // The length of the padding counts as well.
        padded.feed(Self.data(0, stream: 1, padding: 0))
        #expect(padded.seen.last == .failed(1, .flowControlError, isByPeer: false))
        // Others are not concerned.
        probe.feed(Self.data(1000, stream: 3))
        #expect(probe.seen.last == .data(3, Self.content(1000)))
    }

    @Test("The connection ends when all together send more than its window")
    func connectionOverrun() {
        var probe = Self.server()
        for _ in 0..<3 { probe.feed(Self.data(16_384, stream: 1)) }
        probe.feed(Self.data(16_383, stream: 3))
        #expect(probe.error == nil)
        var ended = probe
        ended.feed(Self.data(1, stream: 5))
        #expect(ended.error?.code == .flowControlError)
        // What is for nobody counts too.
        probe.connection.reset(2, .cancel, to: probe.output)
        probe.feed(Self.data(1, stream: 5))
        #expect(probe.error?.code == .flowControlError)
    }

    @Test("Windows are given back as content is consumed, and at once what nobody will consume")
    func credit() {
        var probe = Self.server()
        for _ in 0..<2 { probe.feed(Self.data(16_384, stream: 1)) }
        #expect(probe.sent() == [])
        probe.connection.consumed(0, 16_382, to: probe.output)
        #expect(probe.sent() == [])
        probe.connection.consumed(0, 1, to: probe.output)
        #expect(probe.sent() == [.windowUpdate(16_383, stream: 0), .windowUpdate(16_383, stream: 1)])
        // A stream that was reset: its content counts for the connection, and is given back.
        probe.connection.reset(1, .cancel, to: probe.output)
        _ = probe.sent()
        for _ in 0..<2 { probe.feed(Self.data(16_384, stream: 3)) }
        #expect(probe.sent() == [.windowUpdate(16_384, stream: 0), .windowUpdate(16_384, stream: 0)])
        #expect(probe.connection.receiveWindow.available == 65_535 - 16_385)
    }

    @Test("Padding is given back without anybody's doing")
    func padding() {
        var probe = Self.server()
        for _ in 0..<128 { probe.feed(Self.data(0, stream: 1, padding: 255)) }
        let updates = [PlainFrame.windowUpdate(16_384, stream: 0), .windowUpdate(16_384, stream: 1)]
        #expect(probe.sent() == updates + updates)
        #expect(probe.seen == [])
        for _ in 0..<1000 { probe.feed(Self.data(1, stream: 1, padding: 200)) }
        // It is only the content that holds the windows now.
        let connection = probe.connection
        #expect(connection.streams[0].receiveWindow.size - connection.streams[0].receiveWindow.available < 17_500)
        #expect(probe.error == nil)
    }

    @Test("Nothing is given back to a stream that has ended, but to the connection")
    func creditAfterEnd() {
        var probe = Self.server()
        probe.feed(Self.data(16_384, stream: 1), Self.data(16_384, stream: 1, .endStream))
        probe.connection.consumed(0, 32_768, to: probe.output)
        #expect(probe.sent() == [.windowUpdate(32_768, stream: 0)])
    }

    @Test("A stream that is given up in the middle of a frame costs the connection nothing", arguments: [false, true])
    func givenUpWithin(isReleased: Bool) {
        var probe = Self.server(connectionWindow: 65_535)
        let frame = Self.data(10_000, stream: 1, padding: 100, .endStream).octets
        probe.feed(Array(frame.prefix(4000)))
        let arrived = 4000 - 10
        #expect(probe.seen == [.data(1, Self.content(arrived))])
        if isReleased {
            probe.connection.creditConnection(arrived, to: probe.output)
            probe.connection.release(0, .cancel, to: probe.output)
        } else {
            probe.connection.reset(0, .cancel, to: probe.output)
            probe.connection.consumed(0, arrived, to: probe.output)
        }
        probe.feed(Array(frame.dropFirst(4000)))
        #expect(probe.seen == [.data(1, Self.content(arrived))])
        #expect(probe.error == nil)
        // All of it is due now: with as much as is missing to a quarter of the window, it is announced.
        probe.feed(Self.data(16_384, stream: 3))
        _ = probe.sent()
        probe.connection.consumed(1, 16_382 - 10_101, to: probe.output)
        #expect(probe.sent() == [])
        probe.connection.consumed(1, 1, to: probe.output)
        #expect(probe.sent() == [.windowUpdate(16_383, stream: 0)])
    }

    @Test("A place that another stream has now does not get the rest of a frame")
    func placeIsTaken() {
        var probe = Self.server()
        let frame = Self.data(100, stream: 1).octets
        probe.feed(Array(frame.prefix(50)))
        probe.connection.release(0, .cancel, to: probe.output)
        probe.forget()
        #expect(probe.connection.streams.insert(HTTP2StreamState()) == 0)
        probe.connection.streams[0].id = 7
        probe.feed(Array(frame.dropFirst(50)))
        #expect(probe.seen == [])
    }

    @Test("A smaller window than the protocol's holds once it is acknowledged (RFC 9113 §6.9.3)")
    func smallerWindow() {
        var limits = HTTP2Limits()
        limits.streamWindow = 100
        limits.maximumStreamWindow = 100
        var probe = CoreProbe(.server, limits: limits, isFresh: true)
        probe.feed(CoreProbe.opening(of: .server))
        probe.feed(.headers([], stream: 1), Self.data(16_384, stream: 1))
        #expect(probe.seen.last == .data(1, Self.content(16_384)))
        probe.feed(PlainFrame(.settings, .acknowledgement))
        _ = probe.sent()
        // The peer's window is 100 - 16384 now.
        #expect(probe.connection.streams[0].receiveWindow.available == 100 - 16_384)
        probe.feed(Self.data(0, stream: 1))
        #expect(probe.error == nil)
        var overrun = probe
        overrun.feed(Self.data(1, stream: 1))
        #expect(overrun.seen.last == .failed(1, .flowControlError, isByPeer: false))
        probe.connection.consumed(0, 16_384, to: probe.output)
        #expect(probe.connection.streams[0].receiveWindow.available == 100)
        probe.feed(Self.data(100, stream: 1))
        #expect(probe.seen.last == .data(1, Self.content(16_484)))
        probe.feed(.headers([], stream: 3), Self.data(101, stream: 3))
        #expect(probe.seen.last == .failed(3, .flowControlError, isByPeer: false))
    }

    // MARK: What is sent

    @Test("No more is sendable than both windows and the largest frame allow")
    func sendable() {
        var probe = Self.server()
        #expect(probe.connection.sendable(0) == 16_384)
        probe.send(Self.content(16_384), on: 0)
        probe.feed(.windowUpdate(100_000, stream: 0))
        for _ in 0..<2 { probe.send(Self.content(16_384), on: 0) }
        #expect(probe.connection.sendable(0) == 65_535 - 3 * 16_384)
        probe.send(Self.content(probe.connection.sendable(0)), on: 0)
        #expect(probe.connection.sendable(0) == 0)
        #expect(probe.connection.sendable(1) == 16_384)
        probe.feed(.windowUpdate(7, stream: 1))
        #expect(probe.connection.sendable(0) == 7)
        probe.feed(.settings([(.maximumFrameSize, 50_000)]))
        #expect(probe.connection.sendable(1) == 50_000)
    }

    @Test("The connection's window limits all streams together")
    func connectionWindow() {
        var probe = Self.server()
        for _ in 0..<2 { probe.send(Self.content(16_384), on: 0) }
        for _ in 0..<2 { probe.send(Self.content(16_383), on: 1) }
        #expect((0..<3).map { probe.connection.sendable($0) } == [1, 1, 1])
        probe.send(Self.content(1), on: 2)
        #expect((0..<3).map { probe.connection.sendable($0) } == [0, 0, 0])
        probe.feed(.windowUpdate(5, stream: 0))
        #expect(probe.seen.last == .windowOpened(0))
        #expect((0..<3).map { probe.connection.sendable($0) } == [5, 5, 5])
    }

    @Test("SETTINGS move the windows of open streams, below zero if need be, and not the connection's")
    func shrinks() {
        var probe = Self.server()
        probe.send(Self.content(1000), on: 0)
        probe.feed(.settings([(.initialWindowSize, 100)]))
        #expect(probe.connection.streams[0].sendWindow == 100 - 1000)
        #expect(probe.connection.streams[1].sendWindow == 100)
        #expect(probe.connection.sendable(0) == 0)
        #expect(probe.connection.sendWindow == 65_535 - 1000)
        probe.feed(.windowUpdate(900, stream: 1))
        #expect(probe.connection.sendable(0) == 0)
        probe.feed(.windowUpdate(1, stream: 1))
        #expect(probe.connection.sendable(0) == 1)
        probe.feed(.headers([], stream: 7))
        #expect(probe.connection.sendable(3) == 100)
        probe.feed(.settings([(.initialWindowSize, 0), (.initialWindowSize, 2000)]))
        #expect((0..<4).map { probe.connection.sendable($0) } == [1901, 2000, 2000, 2000])
    }

    @Test("No window goes beyond 2^31-1: a stream is reset, the connection ends")
    func tooLarge() {
        var probe = Self.server()
        probe.feed(.windowUpdate(0x7FFF_FFFF - 65_535, stream: 1))
        #expect(probe.seen == [.windowOpened(1)])
        #expect(probe.connection.streams[0].sendWindow == 0x7FFF_FFFF)
        var bySettings = probe
        probe.feed(.windowUpdate(1, stream: 1))
        #expect(probe.seen.last == .failed(1, .flowControlError, isByPeer: false))
        probe.feed(.windowUpdate(0x7FFF_FFFF - 65_535, stream: 0))
        #expect(probe.error == nil)
        probe.feed(.windowUpdate(1, stream: 0))
        #expect(probe.error?.code == .flowControlError)
        // A stream on which nothing more is sent has no window that could be too large.
        var closed = bySettings
        closed.connection.reset(0, .cancel, to: closed.output)
        closed.feed(.settings([(.initialWindowSize, 65_536)]))
        #expect(closed.error == nil)
        bySettings.feed(.settings([(.initialWindowSize, 65_536)]))
        #expect(bySettings.error?.code == .flowControlError)
    }

    @Test("An increment of nothing resets the stream, or ends the connection")
    func nothing() {
        var probe = Self.server()
        probe.feed(.windowUpdate(0, stream: 1))
        #expect(probe.seen == [.failed(1, .protocolError, isByPeer: false)])
        probe.feed(PlainFrame(.windowUpdate, stream: 0, [0x80, 0, 0, 0]))
        #expect(probe.error?.code == .protocolError)
    }

    // MARK: Bandwidth

    @Test("Windows grow as the peer fills them, and its PING is answered to whoever sent it")
    func grows() {
        var limits = HTTP2Limits()
        limits.connectionWindow = 65_535
        var probe = CoreProbe(.server, limits: limits)
        probe.consumes = true
        probe.feed(.headers([], stream: 1))
        let ping = PlainFrame(
            .ping, stream: 0,
            (0..<8).map { UInt8(truncatingIfNeeded: HTTP2BandwidthEstimator.pingData >> (56 - 8 * $0)) })
        var answer = ping
        answer.flags = HTTP2FrameFlags.acknowledgement.rawValue
        for _ in 0..<10 {
            _ = probe.sent()
            // A window's worth in each round trip.
            for _ in 0..<max(3, probe.connection.estimator.window * 3 / 4 / 16_384 + 1) {
                probe.feed(Self.data(16_384, stream: 1))
                _ = probe.takeSeen()
            }
            let sent = probe.sent() ?? []
            #expect(sent.filter { $0.kind == HTTP2FrameKind.ping.rawValue }.count <= 1)
            if sent.contains(ping) { probe.feed(answer) }
            #expect(probe.error == nil)
        }
        #expect(probe.connection.receiveWindow.size == limits.maximumConnectionWindow)
        #expect(probe.connection.streams[0].receiveWindow.size == limits.maximumStreamWindow)
        probe.forget()
        probe.feed(answer)
        #expect(probe.seen == [])
        probe.feed(PlainFrame(.ping, .acknowledgement, stream: 0, [0, 0, 0, 0, 0, 0, 0, 9]))
        #expect(probe.seen == [.acknowledged(9)])
    }
}
