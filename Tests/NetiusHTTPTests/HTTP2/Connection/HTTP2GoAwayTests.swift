import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Connections that take no more streams")
struct HTTP2GoAwayTests {
    @Test(
        "Streams beyond the last one are ignored, however many and whatever comes on them, and nothing gets out of step"
    )
    func ignored() {
        var probe = CoreProbe(.server)
        probe.consumes = true
        probe.feed(.headers([], stream: 1))
        probe.connection.goAway(.noError, lastStream: 1, to: probe.output)
        #expect(probe.sent() == [PlainFrame(.goAway, stream: 0, [0, 0, 0, 1, 0, 0, 0, 0])])
        probe.forget()
        for number in 1...500 as ClosedRange<UInt32> {
            let insertion: [UInt8] = [0x40, 1, 0x61, 1, UInt8(truncatingIfNeeded: 0x61 + number % 26)]
            probe.feed(PlainFrame(.headers, .endHeaders, stream: 2 * number + 1, insertion))
        }
        for number in 1...500 as ClosedRange<UInt32> {
            let stream = 2 * number + 1
            probe.feed(PlainFrame(.data, stream: stream, [UInt8](repeating: 0, count: 5000)))
            probe.feed(.windowUpdate(1, stream: stream), .headers([], stream: stream, [.endHeaders, .endStream]))
            probe.feed(.reset(.cancel, stream: stream))
        }
        #expect(probe.seen == [])
        #expect(probe.error == nil)
        #expect(probe.connection.streams.count == 1)
        // The one before goes on, with what was put into the table last.
        probe.feed(PlainFrame(.headers, [.endHeaders, .endStream], stream: 1, [0xBE]))
        #expect(probe.seen == [.trailers(1, ["a: \(Character(UnicodeScalar(UInt8(0x61 + 500 % 26))))"]), .end(1)])
        #expect(probe.connection.receiveWindow.available > probe.connection.receiveWindow.size * 3 / 4 - 1)
    }

    @Test("The last stream may be lowered, not raised")
    func lastStream() {
        var probe = CoreProbe(.server)
        for (last, sent) in [(0x7FFF_FFFF, 0x7FFF_FFFF), (5, 5), (9, 5), (1, 1)] as [(UInt32, UInt32)] {
            probe.connection.goAway(.noError, lastStream: last, to: probe.output)
            #expect(probe.sent() == [PlainFrame(.goAway, stream: 0, PlainFrame.number(sent) + [0, 0, 0, 0])])
        }
        #expect(probe.connection.hasSentGoAway)
    }

    @Test("A client opens none once the server has said so, and hears of the last that is taken")
    func client() {
        var probe = CoreProbe(.client)
        #expect(probe.open() == 0)
        #expect(probe.open() == 1)
        probe.feed(PlainFrame(.goAway, stream: 0, PlainFrame.number(0x7FFF_FFFF) + [0, 0, 0, 0] + octets("soon")))
        #expect(probe.seen == [.goAway(0x7FFF_FFFF, .noError)])
        #expect(probe.open() == nil)
        probe.feed(PlainFrame(.goAway, stream: 0, PlainFrame.number(1) + [0, 0, 0, 0x0B]))
        // One that would raise it does not.
        probe.feed(PlainFrame(.goAway, stream: 0, PlainFrame.number(3) + [0, 0, 0, 0]))
        #expect(probe.seen.suffix(2) == [.goAway(1, .enhanceYourCalm), .goAway(1, .noError)])
        // What was taken is answered.
        probe.feed(.headers([(":status", "200")], stream: 1, [.endHeaders, .endStream]))
        #expect(probe.seen.suffix(2) == [.head(1, [":status: 200"]), .end(1)])
    }

    @Test("A client opens no more streams than the server allows, nor than it wants to")
    func concurrency() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 3
        var probe = CoreProbe(.client, limits: limits)
        #expect(probe.connection.streamsToOpen == 3)
        probe.feed(.settings([(.maximumConcurrentStreams, 2)]))
        #expect(probe.open() == 0)
        #expect(probe.open() == 1)
        #expect(probe.open() == nil)
        probe.feed(.settings([(.maximumConcurrentStreams, 1)]))
        #expect(probe.connection.streamsToOpen == 0)
        probe.connection.release(0, .cancel, to: probe.output)
        #expect(probe.open() == nil)
        probe.feed(.settings([(.maximumConcurrentStreams, 0xFFFF_FFFF)]))
        #expect(probe.connection.streamsToOpen == 2)
        #expect(probe.open() == 0)
        #expect(probe.connection.streams[0].id == 5)
        // There are no more identifiers.
        probe.connection.nextStream = 0x7FFF_FFFF
        #expect(probe.open() == 2)
        probe.connection.release(2, .cancel, to: probe.output)
        #expect(probe.open() == nil)
    }
}
