import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Content against what was announced")
struct HTTP2ContentLengthTests {
    private static func seen(announced: Int, _ frames: PlainFrame...) -> [CoreProbe.Seen] {
        var probe = CoreProbe(.server)
        probe.feed(.headers([("content-length", "\(announced)")], stream: 1))
        probe.forget()
        for frame in frames { probe.feed(frame) }
        #expect(probe.error == nil)
        return probe.seen
    }

    @Test("As much as announced is content, in however many frames, padding apart")
    func exact() {
        #expect(
            Self.seen(announced: 5, .data("abc", stream: 1), .data("de", stream: 1, .endStream))
                == [.data(1, octets("abcde")), .end(1)])
        #expect(
            Self.seen(
                announced: 2, PlainFrame(.data, [.padded, .endStream], stream: 1, [3] + octets("ab") + [0, 0, 0]))
                == [.data(1, octets("ab")), .end(1)])
        #expect(Self.seen(announced: 0, .data("", stream: 1, .endStream)) == [.end(1)])
        #expect(
            Self.seen(announced: 1, .data("a", stream: 1), .headers([], stream: 1, [.endHeaders, .endStream]))
                == [.data(1, octets("a")), .trailers(1, []), .end(1)])
    }

    @Test("More resets the stream before the content is given to anybody")
    func more() {
        #expect(
            Self.seen(announced: 2, .data("abc", stream: 1)) == [.failed(1, .protocolError, isByPeer: false)])
        #expect(
            Self.seen(announced: 2, .data("ab", stream: 1), .data("c", stream: 1, .endStream))
                == [.data(1, octets("ab")), .failed(1, .protocolError, isByPeer: false)])
    }

    @Test("Less resets the stream, however it ends")
    func less() {
        #expect(
            Self.seen(announced: 3, .data("ab", stream: 1, .endStream))
                == [.failed(1, .protocolError, isByPeer: false)])
        #expect(
            Self.seen(announced: 3, .data("ab", stream: 1), .headers([], stream: 1, [.endHeaders, .endStream]))
                == [.data(1, octets("ab")), .failed(1, .protocolError, isByPeer: false)])
        var probe = CoreProbe(.server)
        probe.feed(.headers([("content-length", "1")], stream: 1, [.endHeaders, .endStream]))
        #expect(probe.seen == [.failed(1, .protocolError, isByPeer: false)])
    }

    @Test("Malformed sections reset the stream, heads and trailers")
    func malformed() {
        var probe = CoreProbe(.server)
        probe.feed(.headers([("malformed", "it is")], stream: 1))
        #expect(probe.seen == [.failed(1, .protocolError, isByPeer: false)])
        probe.feed(.headers([], stream: 3), .headers([("malformed", "it is")], stream: 3, [.endHeaders, .endStream]))
        #expect(probe.seen.last == .failed(3, .protocolError, isByPeer: false))
        // What follows is for nobody.
        probe.feed(.data("x", stream: 1, .endStream))
        #expect(probe.seen.count == 3)
    }

    @Test("Interim responses come before the final one, which alone may end the stream")
    func interim() {
        var probe = CoreProbe(.client)
        #expect(probe.open() == 0)
        probe.feed(.headers([(":status", "103")], stream: 1), .headers([(":status", "100")], stream: 1))
        probe.feed(.headers([(":status", "200"), ("content-length", "1")], stream: 1))
        probe.feed(.data("x", stream: 1), .headers([("a", "b")], stream: 1, [.endHeaders, .endStream]))
        #expect(
            probe.seen == [
                .head(1, [":status: 103"]), .head(1, [":status: 100"]),
                .head(1, [":status: 200", "content-length: 1"]), .data(1, octets("x")), .trailers(1, ["a: b"]), .end(1),
            ])
        #expect(probe.open() == 1)
        probe.feed(.headers([(":status", "103")], stream: 3, [.endHeaders, .endStream]))
        #expect(probe.seen.last == .failed(3, .protocolError, isByPeer: false))
    }
}
