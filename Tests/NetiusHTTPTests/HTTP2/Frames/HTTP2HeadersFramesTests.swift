import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Header blocks in frames")
struct HTTP2HeadersFramesTests {
    /// The frames of a block of that many octets, written behind octets of something else.
    private static func frames(
        of block: [UInt8], endsStream: Bool, maximumFrameSize: Int, behind before: [UInt8] = []
    ) -> [PlainFrame]? {
        let output = OutputBuffer(capacity: 64)
        output.append(before)
        let position = HTTP2FrameEncoder.beginHeaders(to: output)
        output.append(block)
        HTTP2FrameEncoder.endHeaders(
            begunAt: position, stream: 0x0102_0305, endsStream: endsStream, maximumFrameSize: maximumFrameSize,
            to: output)
        guard Array(output.bytes.prefix(before.count)) == before else { return nil }
        return PlainFrame.all(in: Array(output.bytes.dropFirst(before.count)))
    }

    private static func check(_ frames: [PlainFrame]?, _ block: [UInt8], endsStream: Bool, maximumFrameSize: Int) {
        guard let frames, let first = frames.first else {
            Issue.record("no frames")
            return
        }
        #expect(frames.flatMap(\.payload) == block)
        #expect(first.kind == HTTP2FrameKind.headers.rawValue)
        #expect(frames.dropFirst().allSatisfy { $0.kind == HTTP2FrameKind.continuation.rawValue })
        #expect(frames.allSatisfy { $0.stream == 0x0102_0305 })
        // All but the last are full; only the last ends the headers, only the first may end the stream.
        #expect(frames.dropLast().allSatisfy { $0.payload.count == maximumFrameSize })
        #expect(frames.count == max(1, (block.count + maximumFrameSize - 1) / maximumFrameSize))
        for (index, frame) in frames.enumerated() {
            let endHeaders: UInt8 = index == frames.count - 1 ? 0x04 : 0
            #expect(frame.flags == endHeaders | (index == 0 && endsStream ? 0x01 : 0))
        }
    }

    @Test("Of any size are cut where the frame is full, and nowhere else", arguments: [1, 2, 5, 9, 10, 64])
    func everySize(maximumFrameSize: Int) {
        for count in 0...140 {
            let block = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            for before in [0, 1, 50] {
                for endsStream in [false, true] {
                    let frames = Self.frames(
                        of: block, endsStream: endsStream, maximumFrameSize: maximumFrameSize,
                        behind: [UInt8](repeating: 0xEE, count: before))
                    Self.check(frames, block, endsStream: endsStream, maximumFrameSize: maximumFrameSize)
                }
            }
        }
    }

    @Test("Around the sizes that peers set too", arguments: [16_384, 16_385, 65_536])
    func realSizes(maximumFrameSize: Int) {
        var random = SeededGenerator(seed: 3)
        for pieces in 1...3 {
            for difference in -1...1 {
                let block = (0..<maximumFrameSize * pieces + difference).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let frames = Self.frames(of: block, endsStream: true, maximumFrameSize: maximumFrameSize)
                Self.check(frames, block, endsStream: true, maximumFrameSize: maximumFrameSize)
            }
        }
    }

    @Test("Follow each other without touching each other")
    func several() {
        let output = OutputBuffer(capacity: 64)
        for stream: UInt32 in [1, 3, 5] {
            let position = HTTP2FrameEncoder.beginHeaders(to: output)
            output.append([UInt8](repeating: UInt8(stream), count: 25))
            HTTP2FrameEncoder.endHeaders(
                begunAt: position, stream: stream, endsStream: false, maximumFrameSize: 10, to: output)
        }
        let frames = PlainFrame.all(in: output.bytes)
        #expect(frames?.map(\.stream) == [1, 1, 1, 3, 3, 3, 5, 5, 5])
        #expect(frames?.map(\.payload.count) == [10, 10, 5, 10, 10, 5, 10, 10, 5])
        #expect(frames?.allSatisfy { frame in frame.payload.allSatisfy { UInt32($0) == frame.stream } } == true)
    }
}
