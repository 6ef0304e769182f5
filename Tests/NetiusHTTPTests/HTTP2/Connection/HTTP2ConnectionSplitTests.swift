import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("How a connection's input is cut changes nothing")
struct HTTP2ConnectionSplitTests {
    /// What a client may send to a server that does nothing but read.
    private static let toServer: [PlainFrame] = [
        .settings([(.headerTableSize, 100), (.initialWindowSize, 1000), (.maximumConcurrentStreams, 5)]),
        PlainFrame(.settings, .acknowledgement), .windowUpdate(1000, stream: 0),
        PlainFrame(.priorityUpdate, stream: 0, [0, 0, 0, 1] + Array("u=1, i".utf8)),
        PlainFrame(.headers, .endHeaders, stream: 1, [0x82, 0x40, 1, 0x61, 1, 0x62]),
        PlainFrame(.data, .padded, stream: 1, [4] + Array("hello".utf8) + [0, 0, 0, 0]),
        PlainFrame(.ping, stream: 0, [1, 2, 3, 4, 5, 6, 7, 8]),
        PlainFrame(.headers, [.priority, .padded], stream: 3, [2, 0, 0, 0, 1, 9, 0xBE, 0, 0]),
        PlainFrame(.continuation, stream: 3), PlainFrame(.continuation, stream: 3, [0, 1, 0x63]),
        PlainFrame(.continuation, .endHeaders, stream: 3, [1, 0x64]),
        .data(" world", stream: 1), .data("", stream: 1), .windowUpdate(5, stream: 1),
        PlainFrame(HTTP2FrameKind(rawValue: 0xEE), stream: 9, [1, 2, 3]),
        .headers([("end", "here")], stream: 1, [.endHeaders, .endStream]),
        PlainFrame(.data, [.padded, .endStream], stream: 3, [3, 0, 0, 0]),
        .headers([("malformed", "it is")], stream: 5), .data("late", stream: 5, .endStream),
        PlainFrame(.priority, stream: 7, [0, 0, 0, 0, 1]), .headers([], stream: 7), .reset(.cancel, stream: 7),
        .headers([("content-length", "3")], stream: 9), .data("abcd", stream: 9),
        PlainFrame(.goAway, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0] + Array("bye".utf8)),
        .headers([], stream: 11, [.endHeaders, .endStream]), .windowUpdate(0, stream: 11),
    ]

    /// What a server may send to a client that has opened streams 1, 3 and 5.
    private static let toClient: [PlainFrame] = [
        .settings([(.maximumFrameSize, 20_000), (.initialWindowSize, 5)]), PlainFrame(.settings, .acknowledgement),
        .headers([(":status", "103"), ("link", "x")], stream: 1),
        PlainFrame(.headers, [], stream: 1, [0x88]), PlainFrame(.continuation, .endHeaders, stream: 1, [0x40, 0, 0]),
        .data("ab", stream: 1), .headers([(":status", "200")], stream: 3), .data("x", stream: 3, .endStream),
        PlainFrame(.data, [.padded, .endStream], stream: 1, [0, 0x63]), .windowUpdate(9, stream: 5),
        PlainFrame(.ping, .acknowledgement, stream: 0, [0, 0, 0, 0, 0, 0, 0, 7]),
        PlainFrame(.goAway, stream: 0, [0, 0, 0, 3, 0, 0, 0, 0]), .reset(.refusedStream, stream: 5),
    ]

    private static let seenByServer: [CoreProbe.Seen] = [
        .settings, .settings, .windowOpened(0), .head(1, [":method: GET", "a: b"]), .data(1, octets("hello")),
        .head(3, ["a: b", "c: d"]), .data(1, octets(" world")), .windowOpened(1), .trailers(1, ["end: here"]), .end(1),
        .end(3), .failed(5, .protocolError, isByPeer: false), .head(7, []), .failed(7, .cancel, isByPeer: true),
        .head(9, ["content-length: 3"]), .failed(9, .protocolError, isByPeer: false), .goAway(0, .noError),
        .head(11, []), .end(11), .failed(11, .protocolError, isByPeer: false),
    ]

    private static let seenByClient: [CoreProbe.Seen] = [
        .settings, .settings, .head(1, [":status: 103", "link: x"]), .head(1, [":status: 200", ": "]),
        .data(1, octets("ab")), .head(3, [":status: 200"]), .data(3, octets("x")), .end(3), .data(1, octets("c")),
        .end(1), .windowOpened(5), .acknowledged(7), .goAway(3, .noError),
        .failed(5, .refusedStream, isByPeer: true),
    ]

    private static func probe(_ role: HTTP2Connection.Role, _ input: [UInt8], pieces: [Int] = []) -> CoreProbe {
        var probe = CoreProbe(role, isFresh: true)
        if role == .client { for _ in 0..<3 { _ = probe.open(endsStream: false) } }
        probe.feed(input, pieces: pieces)
        return probe
    }

    private static func isSame(_ left: CoreProbe, _ right: CoreProbe) -> Bool {
        left.seen == right.seen && left.error == right.error && left.violation == right.violation
            && left.output.bytes == right.output.bytes
    }

    private static func input(_ role: HTTP2Connection.Role, _ more: [PlainFrame] = []) -> [UInt8] {
        let opening = CoreProbe.opening(of: role)
        return opening + ((role == .server ? toServer : toClient) + more).flatMap(\.octets)
    }

    @Test("All of it is understood", arguments: [HTTP2Connection.Role.server, .client])
    func whole(role: HTTP2Connection.Role) {
        let probe = Self.probe(role, Self.input(role))
        #expect(probe.error == nil)
        #expect(probe.violation == nil)
        #expect(probe.kept.isEmpty)
        #expect(probe.seen == (role == .server ? Self.seenByServer : Self.seenByClient))
    }

    @Test("Octet by octet, or in two pieces cut anywhere", arguments: [HTTP2Connection.Role.server, .client])
    func everyCut(role: HTTP2Connection.Role) {
        let input = Self.input(role)
        let whole = Self.probe(role, input)
        #expect(Self.isSame(Self.probe(role, input, pieces: Array(repeating: 1, count: input.count)), whole))
        for cut in 1..<input.count {
            #expect(Self.isSame(Self.probe(role, input, pieces: [cut]), whole), "cut at \(cut)")
        }
    }

    @Test(
        "What ends the connection ends it alike, whenever it comes",
        arguments: [
            PlainFrame.data("x", stream: 0), .headers([], stream: 2), .settings([(.enablePush, 7)]),
            PlainFrame(.headers, .endHeaders, stream: 21, [0x82, 0xFF, 0x7F]), .windowUpdate(0x7FFF_FFFF, stream: 0),
            PlainFrame(.ping, stream: 0, [1]), PlainFrame(.data, .padded, stream: 1, [9, 0]),
            PlainFrame(.continuation, .endHeaders, stream: 1),
            PlainFrame(.data, stream: 1, [UInt8](repeating: 0, count: 16_385)),
        ])
    func errors(frame: PlainFrame) {
        for role in [HTTP2Connection.Role.server, .client] {
            let input = Self.input(role, [frame])
            let whole = Self.probe(role, input)
            #expect(whole.error != nil)
            let last = min(frame.octets.count, 60)
            for cut in 1...last {
                let pieces = [input.count - frame.octets.count, cut]
                #expect(Self.isSame(Self.probe(role, input, pieces: pieces), whole), "cut at \(cut)")
            }
        }
    }

    @Test("Content is told as it comes, not when its frame is whole")
    func contentComesEarly() {
        var probe = CoreProbe(.server)
        probe.feed(.headers([], stream: 1))
        let frame = PlainFrame.data("abcdef", stream: 1, .endStream).octets
        probe.feed(Array(frame.prefix(11)))
        #expect(probe.seen.last == .data(1, octets("ab")))
        #expect(probe.kept.isEmpty)
        probe.feed(Array(frame.dropFirst(11)))
        #expect(probe.seen.suffix(2) == [.data(1, octets("abcdef")), .end(1)])
    }
}
