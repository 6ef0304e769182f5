import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("What a peer may make a connection do")
struct HTTP2BudgetTests {
    /// A flood, the limit that it meets, and what is said of it.
    struct Flood: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var reason: String
        var limit: @Sendable (inout HTTP2Limits, HTTP2Limits.Rate) -> Void
        /// The frames of one time, which is the given one.
        var frames: @Sendable (UInt32) -> [PlainFrame]
    }

    private static let floods = [
        Flood(testDescription: "rapid reset", reason: "too many resets of streams") {
            $0.resetsByPeer = $1
        } frames: {
            [.headers([], stream: 2 * $0 + 101), .reset(.cancel, stream: 2 * $0 + 101)]
        },
        Flood(testDescription: "resets of closed streams", reason: "too many resets of streams") {
            $0.resetsByPeer = $1
        } frames: { _ in
            [.reset(.cancel, stream: 1)]
        },
        Flood(testDescription: "window updates of nothing", reason: "too many errors of streams") {
            $0.streamErrors = $1
        } frames: {
            [.headers([], stream: 2 * $0 + 101), .windowUpdate(0, stream: 2 * $0 + 101)]
        },
        Flood(testDescription: "content after the end", reason: "too many errors of streams") {
            $0.streamErrors = $1
        } frames: {
            [
                .headers([], stream: 2 * $0 + 101, [.endHeaders, .endStream]),
                .data("x", stream: 2 * $0 + 101),
            ]
        },
        Flood(testDescription: "malformed heads", reason: "too many errors of streams") {
            $0.streamErrors = $1
        } frames: {
            [.headers([("malformed", "it is")], stream: 2 * $0 + 101)]
        },
        Flood(testDescription: "windows that are too large", reason: "too many errors of streams") {
            $0.streamErrors = $1
        } frames: {
            [.headers([], stream: 2 * $0 + 101), .windowUpdate(0x7FFF_FFFF, stream: 2 * $0 + 101)]
        },
        Flood(testDescription: "PING", reason: "too many PINGs") {
            $0.pings = $1
        } frames: { _ in
            [PlainFrame(.ping, stream: 0, [UInt8](repeating: 1, count: 8))]
        },
        Flood(testDescription: "SETTINGS", reason: "too many SETTINGS") {
            $0.settings = $1
        } frames: { _ in
            [.settings()]
        },
        Flood(testDescription: "acknowledgements of SETTINGS", reason: "too many SETTINGS") {
            $0.settings = $1
        } frames: { _ in
            [PlainFrame(.settings, .acknowledgement)]
        },
        Flood(testDescription: "PRIORITY", reason: "too many priorities") {
            $0.priorities = $1
        } frames: { _ in
            [PlainFrame(.priority, stream: 1, [0, 0, 0, 3, 9])]
        },
        Flood(testDescription: "PRIORITY_UPDATE", reason: "too many priorities") {
            $0.priorities = $1
        } frames: {
            [PlainFrame(.priorityUpdate, stream: 0, PlainFrame.number(2 * $0 + 1001) + octets("u=1"))]
        },
        Flood(testDescription: "empty DATA", reason: "too many empty DATA frames") {
            $0.emptyData = $1
        } frames: { _ in
            [.data("", stream: 1)]
        },
        Flood(testDescription: "DATA with nothing but padding", reason: "too many empty DATA frames") {
            $0.emptyData = $1
        } frames: { _ in
            [PlainFrame(.data, .padded, stream: 1, [3, 0, 0, 0])]
        },
        Flood(testDescription: "WINDOW_UPDATE for the connection", reason: "too many WINDOW_UPDATEs") {
            $0.windowUpdates = $1
        } frames: { _ in
            [.windowUpdate(1, stream: 0)]
        },
        Flood(testDescription: "WINDOW_UPDATE for a stream", reason: "too many WINDOW_UPDATEs") {
            $0.windowUpdates = $1
        } frames: { _ in
            [.windowUpdate(1, stream: 1)]
        },
    ]

    @Test(
        "Has a budget: what is within is taken, what is beyond ends the connection, time brings it back",
        arguments: floods)
    func budget(flood: Flood) {
        var limits = HTTP2Limits()
        flood.limit(&limits, HTTP2Limits.Rate(burst: 20, perSecond: 10))
        limits.windowUpdatesPerDataFrame = 0
        var probe = CoreProbe(.server, limits: limits)
        // The opening has its SETTINGS, which count.
        probe.now = probe.now + .seconds(10)
        probe.feed(.headers([], stream: 1))
        func send(_ times: Range<UInt32>) -> Bool {
            for time in times {
                for frame in flood.frames(time) { probe.feed(frame) }
                // Streams whose work is done make room, and nobody waits for what was sent.
                for slot in probe.connection.streams.slots where probe.connection.streams[slot].isReset {
                    guard probe.connection.streams[slot].id != 0 else { continue }
                    probe.connection.release(slot, to: probe.output)
                }
                probe.connection.outputDrained()
                if probe.error != nil { return false }
            }
            return true
        }
        #expect(send(0..<20))
        probe.now = probe.now + .seconds(1)
        #expect(send(20..<30))
        #expect(!send(30..<31))
        #expect(probe.error == HTTP2Error(.enhanceYourCalm, flood.reason))
    }

    @Test("WINDOW_UPDATEs are earned by streams and by DATA that is sent")
    func earnedUpdates() {
        var limits = HTTP2Limits()
        limits.windowUpdates = HTTP2Limits.Rate(burst: 1, perSecond: 0)
        limits.windowUpdatesPerDataFrame = 3
        var probe = CoreProbe(.server, limits: limits)
        probe.feed(.headers([], stream: 1))
        probe.send([1], on: 0)
        for _ in 0..<1 + 3 + 3 { probe.feed(.windowUpdate(1, stream: 1)) }
        #expect(probe.error == nil)
        probe.feed(.windowUpdate(1, stream: 1))
        #expect(probe.error?.code == .enhanceYourCalm)
    }

    @Test("Replies that the peer does not take are counted, and not those that it has taken")
    func replies() {
        var limits = HTTP2Limits()
        limits.queuedControlFrames = 10
        var probe = CoreProbe(.server, limits: limits)
        let ping = PlainFrame(.ping, stream: 0, [UInt8](repeating: 1, count: 8))
        probe.connection.outputDrained()
        for _ in 0..<5 { probe.feed(ping, .settings()) }
        #expect(probe.error == nil)
        probe.connection.outputDrained()
        for _ in 0..<10 { probe.feed(ping) }
        #expect(probe.error == nil)
        probe.feed(ping)
        #expect(probe.error == HTTP2Error(.enhanceYourCalm, "too many replies that the peer does not take"))
    }

    @Test("SETTINGS with many values are refused", arguments: [31, 32, 33])
    func settingsValues(count: Int) {
        var probe = CoreProbe(.server)
        probe.feed(.settings(Array(repeating: (HTTP2SettingIdentifier(rawValue: 0xF0), 1 as UInt32), count: count)))
        #expect((probe.error == nil) == (count <= 32))
        if count > 32 { #expect(probe.error == HTTP2Error(.enhanceYourCalm, "too many SETTINGS")) }
    }

    @Test("A stream beyond the limit is refused, and those whose work goes on count")
    func streams() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 2
        var probe = CoreProbe(.server, limits: limits)
        probe.feed(.headers([], stream: 1), .headers([], stream: 3), .headers([], stream: 5))
        #expect(probe.seen.last == .failed(5, .refusedStream, isByPeer: false))
        #expect(probe.sink.section == .discarded)
        #expect(probe.sent() == [.reset(.refusedStream, stream: 5)])
        // Reset, it has not been released.
        probe.feed(.reset(.cancel, stream: 1), .headers([], stream: 7))
        #expect(probe.seen.last == .failed(7, .refusedStream, isByPeer: false))
        // One that has ended as it should makes room.
        probe.feed(.data("", stream: 3, .endStream))
        probe.sendHead(1, endsStream: true)
        probe.feed(.headers([], stream: 9), .headers([], stream: 11))
        #expect(probe.seen.suffix(2) == [.head(9, []), .failed(11, .refusedStream, isByPeer: false)])
        probe.connection.release(0, to: probe.output)
        probe.feed(.headers([], stream: 13), .headers([], stream: 15))
        #expect(probe.seen.suffix(2) == [.head(13, []), .failed(15, .refusedStream, isByPeer: false)])
        // What comes late for a refused stream is no fault.
        probe.feed(.data("x", stream: 15), .headers([], stream: 15, [.endHeaders, .endStream]))
        #expect(probe.seen.last == .failed(15, .refusedStream, isByPeer: false))
        #expect(probe.error == nil)
    }

    @Test("Streams that have ended, but whose work goes on, count beyond twice the limit")
    func endedStreams() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 2
        var probe = CoreProbe(.server, limits: limits)
        for slot in 0..<4 {
            let id = UInt32(2 * slot + 1)
            probe.feed(.headers([], stream: id, [.endHeaders, .endStream]))
            #expect(probe.seen.suffix(2) == [.head(id, []), .end(id)])
            probe.sendHead(slot, endsStream: true)
        }
        probe.feed(.headers([], stream: 9))
        #expect(probe.seen.last == .failed(9, .refusedStream, isByPeer: false))
        probe.connection.release(2, to: probe.output)
        probe.feed(.headers([], stream: 11), .headers([], stream: 13))
        #expect(probe.seen.suffix(2) == [.head(11, []), .failed(13, .refusedStream, isByPeer: false)])
        #expect(probe.error == nil)
    }

    @Test("Refusals count where streams were broken off, and not where they have ended", arguments: [true, false])
    func refusals(isBrokenOff: Bool) {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 2
        limits.streamErrors = HTTP2Limits.Rate(burst: 5, perSecond: 0)
        var probe = CoreProbe(.server, limits: limits)
        for slot in 0..<(isBrokenOff ? 2 : 4) {
            let id = UInt32(2 * slot + 1)
            probe.feed(.headers([], stream: id, isBrokenOff ? .endHeaders : [.endHeaders, .endStream]))
            if isBrokenOff {
                probe.feed(.reset(.cancel, stream: id))
            } else {
                probe.sendHead(slot, endsStream: true)
            }
        }
        for number in 10..<15 as Range<UInt32> { probe.feed(.headers([], stream: 2 * number + 1)) }
        #expect(probe.seen.suffix(1) == [.failed(29, .refusedStream, isByPeer: false)])
        #expect(probe.error == nil)
        probe.feed(.headers([], stream: 31))
        #expect(probe.error == (isBrokenOff ? HTTP2Error(.enhanceYourCalm, "too many errors of streams") : nil))
    }

    @Test("Priorities of streams that never come are not kept in any number")
    func earlyPriorities() {
        var limits = HTTP2Limits()
        limits.priorities = HTTP2Limits.Rate(burst: 100_000, perSecond: 0)
        var probe = CoreProbe(.server, limits: limits)
        for number in 0..<5000 as Range<UInt32> {
            probe.feed(PlainFrame(.priorityUpdate, stream: 0, PlainFrame.number(2 * number + 1) + octets("u=1, i")))
        }
        #expect(probe.connection.earlyPriorities.count <= 100)
        probe.feed(.headers([], stream: 5))
        #expect(probe.connection.streams[0].priority == HTTP2Priority(urgency: 1, isIncremental: true))
        #expect(probe.connection.streams[0].isPriorityExplicit)
        probe.feed(.headers([], stream: 0x7FFF_FFFF))
        #expect(probe.connection.earlyPriorities.isEmpty)
    }
}
