import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Lengths and values of frames")
struct HTTP2FrameRulesTests {
    /// A server whose stream 1 is open and stream 3 half closed.
    private static func server(_ limits: HTTP2Limits = HTTP2Limits()) -> CoreProbe {
        var probe = CoreProbe(.server, limits: limits)
        probe.feed(.headers([], stream: 1), .headers([], stream: 3, [.endHeaders, .endStream]))
        probe.forget()
        return probe
    }

    @Test(
        "Lengths that are impossible end the connection with FRAME_SIZE_ERROR",
        arguments: [
            PlainFrame(.ping, stream: 0, [UInt8](repeating: 0, count: 7)),
            PlainFrame(.ping, stream: 0, [UInt8](repeating: 0, count: 9)), PlainFrame(.ping),
            PlainFrame(.ping, .acknowledgement, stream: 0, [0]),
            PlainFrame(.settings, stream: 0, [0]), PlainFrame(.settings, stream: 0, [UInt8](repeating: 0, count: 7)),
            PlainFrame(.settings, .acknowledgement, stream: 0, [0, 0, 0, 0, 0, 0]),
            PlainFrame(.resetStream, stream: 1, [0, 0, 0]), PlainFrame(.resetStream, stream: 1, [0, 0, 0, 0, 0]),
            PlainFrame(.windowUpdate, stream: 1, [0, 0, 1]), PlainFrame(.windowUpdate, stream: 0, [0, 0, 0, 0, 1]),
            PlainFrame(.goAway, stream: 0, [0, 0, 0, 0, 0, 0, 0]), PlainFrame(.priorityUpdate, stream: 0, [0, 0, 1]),
            PlainFrame(.data, .padded, stream: 1), PlainFrame(.headers, [.padded, .endHeaders], stream: 5),
            PlainFrame(.headers, [.priority, .endHeaders], stream: 5, [0, 0, 0, 0]),
            PlainFrame(.headers, [.padded, .priority, .endHeaders], stream: 5, [1, 0, 0, 0, 0, 0]),
            PlainFrame(.data, stream: 1, [UInt8](repeating: 0, count: 16_385)),
            PlainFrame(HTTP2FrameKind(rawValue: 0xAA), stream: 1, [UInt8](repeating: 0, count: 16_385)),
            PlainFrame(.priority, stream: 5, [0, 0, 0, 0]),
        ])
    func lengths(frame: PlainFrame) {
        var probe = Self.server()
        probe.feed(frame)
        #expect(probe.error?.code == .frameSizeError)
    }

    @Test(
        "A frame as large as was announced is taken, a larger one refused as soon as its header is there",
        arguments: [
            (16_384, 16_384), (20_000, 20_000), (0, 16_384), (-1, 16_384),
        ])
    func largest(limit: Int, allowed: Int) {
        var limits = HTTP2Limits()
        limits.frameSize = limit
        limits.streamWindow = 100_000
        var probe = Self.server(limits)
        probe.feed(.data(String(repeating: "x", count: allowed), stream: 1))
        #expect(probe.seen == [.data(1, [UInt8](repeating: UInt8(ascii: "x"), count: allowed))])
        let larger = PlainFrame(.data, stream: 1, [UInt8](repeating: 0, count: allowed + 1)).octets
        probe.feed(Array(larger.prefix(9)))
        #expect(probe.error?.code == .frameSizeError)
    }

    @Test("More padding than frame is a PROTOCOL_ERROR, as much as there is room is none")
    func padding() {
        for padding in 0...5 {
            for kind in [HTTP2FrameKind.data, .headers] {
                var probe = Self.server()
                let payload = [UInt8(padding)] + [UInt8](repeating: 0, count: 4)
                probe.feed(PlainFrame(kind, [.padded, .endHeaders, .endStream], stream: 1, payload.map { $0 }))
                if padding == 5 {
                    #expect(probe.error?.code == .protocolError)
                } else if kind == .data {
                    let content = [UInt8](repeating: 0, count: 4 - padding)
                    #expect(probe.seen == (content.isEmpty ? [] : [.data(1, content)]) + [.end(1)])
                } else if padding == 4 {
                    #expect(probe.seen == [.trailers(1, []), .end(1)])
                }
            }
        }
    }

    @Test("Padding of headers is no part of the block, nor is the priority")
    func paddedHeaders() {
        var probe = Self.server()
        let block = PlainFrame.block([("a", "b")])
        probe.feed(
            PlainFrame(
                .headers, [.padded, .priority, .endHeaders], stream: 5, [3, 0x80, 0, 0, 1, 9] + block + [9, 9, 9]))
        #expect(probe.seen == [.head(5, ["a: b"])])
    }

    @Test("A stream that depends on itself is reset, or if it is not open the connection ends")
    func selfDependency() {
        var inHeaders = Self.server()
        inHeaders.feed(PlainFrame(.headers, [.priority, .endHeaders], stream: 5, [0, 0, 0, 5, 9]))
        #expect(inHeaders.seen == [.failed(5, .protocolError, isByPeer: false)])
        #expect(inHeaders.sink.section == .discarded)
        var open = Self.server()
        open.feed(PlainFrame(.priority, stream: 1, [0x80, 0, 0, 1, 9]))
        #expect(open.seen == [.failed(1, .protocolError, isByPeer: false)])
        var idle = Self.server()
        idle.feed(PlainFrame(.priority, stream: 5, [0, 0, 0, 5, 9]))
        #expect(idle.error?.code == .protocolError)
    }

    @Test("PRIORITY of a wrong length resets a stream that is open")
    func priorityLength() {
        var probe = Self.server()
        probe.feed(PlainFrame(.priority, stream: 1, [0, 0, 0, 3]))
        #expect(probe.seen == [.failed(1, .frameSizeError, isByPeer: false)])
    }

    @Test("The reserved bit of identifiers is ignored everywhere")
    func reservedBits() {
        var probe = Self.server()
        probe.feed(PlainFrame(.data, stream: 0x8000_0001, octets("x")))
        probe.feed(PlainFrame(.windowUpdate, stream: 1, [0x80, 0, 0, 1]))
        probe.feed(PlainFrame(.goAway, stream: 0, [0x80, 0, 0, 7, 0, 0, 0, 0]))
        probe.feed(PlainFrame(.priorityUpdate, stream: 0, [0x80, 0, 0, 1] + octets("u=1")))
        #expect(probe.seen == [.data(1, octets("x")), .windowOpened(1), .goAway(7, .noError), .priority(1)])
    }

    @Test("Flags that a frame does not define are ignored")
    func unusedFlags() {
        var probe = Self.server()
        let all = HTTP2FrameFlags(rawValue: 0xFF)
        probe.feed(PlainFrame(.windowUpdate, all, stream: 1, [0, 0, 0, 1]))
        probe.feed(PlainFrame(.priority, all, stream: 1, [0, 0, 0, 3, 0]))
        probe.feed(PlainFrame(.data, HTTP2FrameFlags(rawValue: 0xF6), stream: 1, octets("x")))
        probe.feed(PlainFrame(.ping, HTTP2FrameFlags(rawValue: 0xFE), stream: 0, [1, 2, 3, 4, 5, 6, 7, 8]))
        probe.feed(PlainFrame(.resetStream, all, stream: 1, [0, 0, 0, 8]))
        #expect(
            probe.seen == [.windowOpened(1), .data(1, octets("x")), .failed(1, .cancel, isByPeer: true)])
        #expect(probe.sent()?.last == PlainFrame(.ping, .acknowledgement, stream: 0, [1, 2, 3, 4, 5, 6, 7, 8]))
    }

    @Test(
        "A header block is not interrupted by anything",
        arguments: [
            PlainFrame.data("x", stream: 1), .headers([], stream: 5), .headers([], stream: 7), PlainFrame.settings(),
            PlainFrame(.continuation, .endHeaders, stream: 1), PlainFrame(.continuation, .endHeaders, stream: 0),
            .windowUpdate(1, stream: 0), PlainFrame(HTTP2FrameKind(rawValue: 0xAA), stream: 5),
            PlainFrame(.ping, stream: 0, [UInt8](repeating: 0, count: 8)), .reset(.cancel, stream: 5),
        ])
    func interrupted(frame: PlainFrame) {
        var probe = Self.server()
        probe.feed(PlainFrame(.headers, stream: 5, [0]), frame)
        #expect(probe.error?.code == .protocolError)
        #expect(probe.sink.begun == probe.sink.ended)
    }

    @Test("CONTINUATION follows a block that goes on, and no other")
    func continuation() {
        let block = PlainFrame.block([("a", "b"), ("c", "d")])
        var probe = Self.server()
        probe.feed(
            PlainFrame(.headers, .endStream, stream: 5, Array(block.prefix(2))),
            PlainFrame(.continuation, stream: 5, Array(block[2..<7])), PlainFrame(.continuation, stream: 5),
            PlainFrame(.continuation, .endHeaders, stream: 5, Array(block.dropFirst(7))))
        #expect(probe.seen == [.head(5, ["a: b", "c: d"]), .end(5)])
        probe.feed(PlainFrame(.continuation, .endHeaders, stream: 5))
        #expect(probe.error?.code == .protocolError)
        var alone = Self.server()
        alone.feed(PlainFrame(.continuation, .endHeaders, stream: 1))
        #expect(alone.error?.code == .protocolError)
    }

    @Test("A block that cannot be decoded is a COMPRESSION_ERROR, whoever it is for", arguments: [1, 3, 5] as [UInt32])
    func compression(stream: UInt32) {
        var probe = Self.server()
        // An index beyond both tables.
        probe.feed(PlainFrame(.headers, [.endHeaders, .endStream], stream: stream, [0xFF, 0x7F]))
        #expect(probe.error?.code == .compressionError)
    }

    @Test("The connection stays ended once it has ended")
    func staysEnded() {
        var probe = Self.server()
        probe.feed(.data("", stream: 0))
        #expect(probe.error == HTTP2Error(.protocolError, "DATA for no stream"))
        #expect(throws: HTTP2Error(.protocolError, "DATA for no stream")) {
            var sink = SectionRecorder()
            let input = PlainFrame.settings().octets
            _ = try probe.connection.receive(input.span, into: &sink, at: probe.now, to: probe.output)
        }
    }
}
