import TestSupport
import Testing

@testable import Netius

@Suite("What is written over in an output buffer")
struct OutputBufferOverwriteTests {
    private static func octets(of number: UInt64, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (size - 1 - $0))) }
    }

    @Test("Numbers are appended with their highest octet first, whatever room is left", arguments: 1...8 as ClosedRange)
    func appendsNumbers(size: Int) {
        for before in 56...80 {
            for number: UInt64 in [0, 1, 0x80, 0x0102_0304_0506_0708, 0xF1F2_F3F4_F5F6_F7F8, .max] {
                let buffer = OutputBuffer(capacity: 64)
                buffer.append([UInt8](repeating: 0x2E, count: before))
                buffer.append(bigEndian: number, size: size)
                buffer.append(UInt8(ascii: "!"))
                let expected = Self.octets(of: number, size) + [UInt8(ascii: "!")]
                #expect(buffer.bytes == [UInt8](repeating: 0x2E, count: before) + expected)
            }
        }
    }

    @Test("A number replaces as many octets as it is given, and none beside them", arguments: 1...8 as ClosedRange)
    func overwritesNumbers(size: Int) {
        for position in 0...(20 - size) {
            let buffer = OutputBuffer()
            buffer.append([UInt8](0..<20))
            buffer.overwrite(at: position, bigEndian: 0xF1F2_F3F4_F5F6_F7F8, size: size)
            var expected = [UInt8](0..<20)
            expected.replaceSubrange(position..<position + size, with: Self.octets(of: 0xF1F2_F3F4_F5F6_F7F8, size))
            #expect(buffer.bytes == expected)
        }
    }

    @Test("Room that is left is zeros, even where other octets were before")
    func leavesRoom() {
        let buffer = OutputBuffer(capacity: 64)
        buffer.append([UInt8](repeating: 0xFF, count: 60))
        buffer.truncate(to: 3)
        buffer.append(zeros: 0)
        #expect(buffer.count == 3)
        buffer.append(zeros: 200)
        #expect(buffer.bytes == [0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 200))
    }

    @Test("Whatever is moved within, overlapping or not, it holds what an array would", arguments: 0..<10 as Range)
    func moves(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let buffer = OutputBuffer(capacity: 0)
        var model = random.bytes(Int.random(in: 1...300, using: &random))
        buffer.append(model)
        for _ in 0..<300 {
            let start = Int.random(in: 0...model.count, using: &random)
            let end = Int.random(in: start...model.count, using: &random)
            let position = Int.random(in: 0...(model.count - (end - start)), using: &random)
            buffer.overwrite(at: position, with: start..<end)
            model.replaceSubrange(position..<position + (end - start), with: Array(model[start..<end]))
            let added = Int.random(in: 0...9, using: &random)
            buffer.append(zeros: added)
            model += [UInt8](repeating: 0, count: added)
            guard buffer.bytes == model else {
                Issue.record("other bytes than an array's")
                return
            }
        }
    }
}
