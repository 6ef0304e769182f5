import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Frames that are written")
struct HTTP2FrameEncoderTests {
    private static func written(_ write: (OutputBuffer) -> Void) -> [UInt8] {
        let output = OutputBuffer()
        write(output)
        return output.bytes
    }

    @Test("SETTINGS has six octets for each value, on stream 0")
    func settings() {
        let octets = Self.written {
            HTTP2FrameEncoder.appendSettings(
                [(.maximumConcurrentStreams, 100), (.initialWindowSize, 0x7FFF_FFFF), (.noRFC7540Priorities, 1)],
                to: $0)
        }
        #expect(
            octets == [0, 0, 18, 4, 0, 0, 0, 0, 0] + [0, 3, 0, 0, 0, 100] + [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]
                + [0, 9, 0, 0, 0, 1])
        #expect(Self.written { HTTP2FrameEncoder.appendSettings([], to: $0) } == [0, 0, 0, 4, 0, 0, 0, 0, 0])
        #expect(
            Self.written { HTTP2FrameEncoder.appendSettingsAcknowledgement(to: $0) } == [0, 0, 0, 4, 1, 0, 0, 0, 0])
    }

    @Test("PING has eight octets, and its answer the same ones")
    func ping() {
        let data: UInt64 = 0x0102_0304_0506_0708
        #expect(
            Self.written { HTTP2FrameEncoder.appendPing(data, isAcknowledgement: false, to: $0) }
                == [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(
            Self.written { HTTP2FrameEncoder.appendPing(data, isAcknowledgement: true, to: $0) }
                == [0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test("GOAWAY has the last stream, the code and what may help")
    func goAway() {
        #expect(
            Self.written { HTTP2FrameEncoder.appendGoAway(lastStream: 0x0102_0304, .enhanceYourCalm, to: $0) }
                == [0, 0, 8, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0x0B])
        #expect(
            Self.written { HTTP2FrameEncoder.appendGoAway(lastStream: 3, .noError, debug: "é", to: $0) }
                == [0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0xC3, 0xA9])
    }

    @Test("RST_STREAM, WINDOW_UPDATE and PRIORITY_UPDATE name their stream")
    func ofStreams() {
        #expect(
            Self.written { HTTP2FrameEncoder.appendReset(stream: 0x7FFF_FFFF, .refusedStream, to: $0) }
                == [0, 0, 4, 3, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 7])
        #expect(
            Self.written { HTTP2FrameEncoder.appendWindowUpdate(stream: 0, increment: 0x7FFF_FFFF, to: $0) }
                == [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF])
        #expect(
            Self.written { HTTP2FrameEncoder.appendWindowUpdate(stream: 5, increment: 1, to: $0) }
                == [0, 0, 4, 8, 0, 0, 0, 0, 5, 0, 0, 0, 1])
        let priority = HTTP2Priority(urgency: 5, isIncremental: true)
        #expect(
            Self.written { HTTP2FrameEncoder.appendPriorityUpdate(stream: 257, priority, to: $0) }
                == [0, 0, 10, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 1] + Array("u=5, i".utf8))
    }

    @Test("All together are the frames that were asked for")
    func together() {
        let output = OutputBuffer(capacity: 1)
        HTTP2FrameEncoder.appendSettings([(.headerTableSize, 0)], to: output)
        HTTP2FrameEncoder.appendHeader(length: 3, .data, [.endStream, .padded], stream: 1, to: output)
        output.append([1, 0x2A, 0] as [UInt8])
        HTTP2FrameEncoder.appendReset(stream: 3, .cancel, to: output)
        HTTP2FrameEncoder.appendPing(.max, isAcknowledgement: false, to: output)
        let frames = PlainFrame.all(in: output.bytes)
        #expect(
            frames == [
                PlainFrame(kind: 4, flags: 0, stream: 0, payload: [0, 1, 0, 0, 0, 0]),
                PlainFrame(kind: 0, flags: 9, stream: 1, payload: [1, 0x2A, 0]),
                PlainFrame(kind: 3, flags: 0, stream: 3, payload: [0, 0, 0, 8]),
                PlainFrame(kind: 6, flags: 0, stream: 0, payload: [UInt8](repeating: 0xFF, count: 8)),
            ])
    }
}
