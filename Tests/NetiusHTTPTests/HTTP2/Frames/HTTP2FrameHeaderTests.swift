import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Headers of frames")
struct HTTP2FrameHeaderTests {
    @Test("Are read as they were written, wherever they begin", arguments: 0...16 as ClosedRange)
    func readsWhatIsWritten(position: Int) {
        for length in [0, 1, 255, 256, 0x4000, 0x01_0203, 0xFF_FFFF] {
            for stream: UInt32 in [0, 1, 255, 256, 0x0102_0304, 0x7FFF_FFFF] {
                for (kind, flags) in [(0, 0), (1, 0x2D), (0x10, 0xFF), (0xFF, 0x80)] as [(UInt8, UInt8)] {
                    let header = HTTP2FrameHeader(
                        length: length, kind: HTTP2FrameKind(rawValue: kind), flags: HTTP2FrameFlags(rawValue: flags),
                        stream: stream)
                    let output = OutputBuffer()
                    output.append([UInt8](repeating: 0xFF, count: position))
                    HTTP2FrameEncoder.appendHeader(
                        length: length, header.kind, header.flags, stream: stream, to: output)
                    #expect(output.count == position + HTTP2FrameHeader.size)
                    #expect(HTTP2FrameHeader(output.bytes.span, at: position) == header)
                }
            }
        }
    }

    @Test("Are read octet by octet as RFC 9113 §4.1 lays them out")
    func layout() {
        let octets: [UInt8] = [0x01, 0x02, 0x03, 0x09, 0x04, 0x05, 0x06, 0x07, 0x08]
        let header = HTTP2FrameHeader(octets.span, at: 0)
        #expect(header.length == 0x01_0203)
        #expect(header.kind == .continuation)
        #expect(header.flags == .endHeaders)
        #expect(header.stream == 0x0506_0708)
    }

    @Test("The reserved bit is ignored")
    func reservedBit() {
        let octets: [UInt8] = [0, 0, 0, 0, 0, 0x80, 0, 0, 1]
        #expect(HTTP2FrameHeader(octets.span, at: 0).stream == 1)
        #expect(HTTP2FrameHeader([UInt8](repeating: 0xFF, count: 9).span, at: 0).stream == 0x7FFF_FFFF)
    }

    @Test("Random octets are read as the plainest reader reads them", arguments: 0..<4 as Range)
    func random(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        for _ in 0..<2000 {
            let octets = (0..<9).map { _ in UInt8.random(in: 0...255, using: &random) }
            let header = HTTP2FrameHeader(octets.span, at: 0)
            let word = octets.reduce(0 as UInt128) { $0 << 8 | UInt128($1) }
            #expect(header.length == Int(word >> 48))
            #expect(UInt128(header.kind.rawValue) == word >> 40 & 0xFF)
            #expect(UInt128(header.flags.rawValue) == word >> 32 & 0xFF)
            #expect(UInt128(header.stream) == word & 0x7FFF_FFFF)
        }
    }
}
