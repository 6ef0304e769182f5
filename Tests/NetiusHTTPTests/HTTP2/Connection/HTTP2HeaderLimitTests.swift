import Testing

@testable import NetiusHTTP

@Suite("What header blocks may be")
struct HTTP2HeaderLimitTests {
    @Test("A header block in many frames is refused", arguments: [0, 3, 4])
    func continuations(count: Int) {
        var limits = HTTP2Limits()
        limits.continuationFrames = 3
        var probe = CoreProbe(.server, limits: limits)
        probe.feed(PlainFrame(.headers, stream: 1))
        for _ in 0..<count { probe.feed(PlainFrame(.continuation, stream: 1)) }
        if count <= 3 {
            #expect(probe.error == nil)
        } else {
            #expect(probe.error == HTTP2Error(.enhanceYourCalm, "too many CONTINUATION frames"))
        }
    }

    @Test("A header block of many octets is refused, in however many frames", arguments: [1, 2, 4])
    func headerBlock(frames: Int) {
        var limits = HTTP2Limits()
        limits.headerBlock = 100
        // Indexed fields of one octet each.
        for size in [100, 101] {
            var probe = CoreProbe(.server, limits: limits)
            let pieces = (0..<frames).map { index in
                [UInt8](
                    repeating: 0x82, count: index < frames - 1 ? size / frames : size - size / frames * (frames - 1))
            }
            for (index, piece) in pieces.enumerated() {
                let flags: HTTP2FrameFlags = index == frames - 1 ? .endHeaders : []
                probe.feed(PlainFrame(index == 0 ? .headers : .continuation, flags, stream: 1, piece))
            }
            if size == 100 {
                #expect(probe.error == nil)
                #expect(probe.seen.count == 1)
            } else {
                #expect(probe.error == HTTP2Error(.enhanceYourCalm, "a header block is too large"))
            }
        }
    }

    @Test("A header section that is too large when decoded is told as such, and the connection goes on")
    func headerList() {
        var limits = HTTP2Limits()
        limits.headerListSize = 100
        limits.fieldCount = 2
        var probe = CoreProbe(.server, limits: limits)
        probe.feed(.headers([("a", "b"), ("c", "d")], stream: 1))
        probe.feed(.headers([("a", "b"), ("c", "d"), ("e", "f")], stream: 3))
        probe.feed(.headers([("a", String(repeating: "x", count: 90))], stream: 5))
        #expect(
            probe.seen == [
                .head(1, ["a: b", "c: d"]), .head(3, ["a: b", "c: d", "too large"]), .head(5, ["too large"]),
            ])
    }

    @Test("The table of the header compression stays in step over sections that nobody wants")
    func discardedSections() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 1
        var probe = CoreProbe(.server, limits: limits)
        let insertion: [UInt8] = [0x40, 1, UInt8(ascii: "a"), 1, UInt8(ascii: "b")]
        probe.feed(.headers([], stream: 1))
        probe.feed(PlainFrame(.headers, .endHeaders, stream: 3, insertion))
        probe.connection.release(0, .cancel, to: probe.output)
        probe.feed(PlainFrame(.headers, .endHeaders, stream: 1, [0x40, 1, UInt8(ascii: "c"), 1, UInt8(ascii: "d")]))
        probe.feed(PlainFrame(.headers, .endHeaders, stream: 5, [0xBE, 0xBF]))
        #expect(probe.seen.last == .head(5, ["c: d", "a: b"]))
    }
}
