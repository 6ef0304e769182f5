import Testing

@testable import NetiusHTTP

@Suite("Flow control on a client")
struct HTTP2ClientWindowTests {
    private static func part(of stream: UInt32) -> PlainFrame {
        PlainFrame(.data, stream: stream, [UInt8](repeating: 0x2E, count: 16_384))
    }

    @Test("A client gives the connection's window back as content comes, a stream's as it is consumed")
    func creditOfClient() {
        var limits = HTTP2Limits()
        limits.maximumStreamWindow = limits.streamWindow
        limits.connectionWindow = 65_535
        limits.maximumConnectionWindow = 65_535
        var probe = CoreProbe(.client, limits: limits)
        for stream: UInt32 in [1, 3, 5] {
            #expect(probe.open() != nil)
            probe.feed(.headers([(":status", "200")], stream: stream))
        }
        probe.forget()
        for stream: UInt32 in [1, 3, 5] {
            for _ in 0..<3 { probe.feed(Self.part(of: stream)) }
        }
        #expect(probe.sent() == [PlainFrame](repeating: .windowUpdate(16_384, stream: 0), count: 9))
        #expect(probe.connection.receiveWindow.available == 65_535)
        probe.connection.consumed(0, 16_384, to: probe.output)
        #expect(probe.sent() == [.windowUpdate(16_384, stream: 1)])
        // What nobody has read of it is not given back twice.
        probe.connection.creditConnection(32_768, to: probe.output)
        probe.connection.release(0, .cancel, to: probe.output)
        #expect(probe.sent() == [.reset(.cancel, stream: 1)])
        for _ in 0..<2 { probe.feed(Self.part(of: 3)) }
        #expect(probe.seen.last == .failed(3, .flowControlError, isByPeer: false))
        #expect(probe.error == nil)
    }
}
