import TestSupport
import Testing

@testable import Netius

@Suite struct OutputBufferTests {
    private static let samples: [Int] =
        [0, 1, 9, 10, 11, 15, 16, 99, 100, 255, 256, 1023, 65_535, 65_536, 1_000_000_007, .max, .max - 1]
        + (0..<63).map { 1 << $0 }

    @Test(
        "Numbers are written as the standard library writes them, in decimal and in hexadecimal",
        arguments: OutputBufferTests.samples)
    func numbers(number: Int) {
        let buffer = OutputBuffer(capacity: 1)
        for sign in [1, -1] {
            buffer.removeAll()
            buffer.append(decimal: number * sign)
            #expect(String(decoding: buffer.bytes, as: UTF8.self) == String(number * sign))
        }
        buffer.removeAll()
        buffer.append(hexadecimal: number)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == String(number, radix: 16, uppercase: true))
    }

    @Test("The least number there is has its digits too")
    func least() {
        let buffer = OutputBuffer()
        buffer.append(decimal: .min)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == String(Int.min))
        buffer.removeAll()
        buffer.append(hexadecimal: -1)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "FFFFFFFFFFFFFFFF")
    }

    @Test("Numbers that don't fit into what is left make it grow", arguments: 40..<70 as Range)
    func growthAtNumbers(start: Int) {
        for number in [7, 1_234_567, Int.max, .min] {
            let buffer = OutputBuffer(capacity: 64)
            let before = [UInt8](repeating: 0x2E, count: start)
            buffer.append(before)
            buffer.append(decimal: number)
            buffer.append(hexadecimal: number)
            let hexadecimal = String(UInt(bitPattern: number), radix: 16, uppercase: true)
            #expect(buffer.bytes == before + Array("\(number)\(hexadecimal)".utf8))
        }
    }

    @Test("Whatever is appended, truncated and cleared, it holds what an array would", arguments: 0..<10 as Range)
    func model(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let buffer = OutputBuffer(capacity: 0)
        var model: [UInt8] = []
        for _ in 0..<400 {
            let bytes = random.bytes(Int.random(in: 0...200, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                buffer.append(UInt8(ascii: "x"))
                model.append(UInt8(ascii: "x"))
            case 1:
                buffer.append(bytes)
                model += bytes
            case 2:
                buffer.append(bytes.dropFirst(3))
                model += bytes.dropFirst(3)
            case 3:
                buffer.append(bytes.span)
                model += bytes
            case 4:
                bytes.withUnsafeBytes { buffer.append($0) }
                model += bytes
            case 5:
                buffer.append("häuser" as StaticString)
                model += Array("häuser".utf8)
            case 6:
                var text = String(repeating: "é", count: bytes.count)
                buffer.append(text: text)
                buffer.append(text: &text)
                model += Array((text + text).utf8)
            case 7:
                let number = Int.random(in: .min ... .max, using: &random)
                buffer.append(decimal: number)
                model += Array(String(number).utf8)
            case 8:
                let count = Int.random(in: -5...(model.count + 5), using: &random)
                buffer.truncate(to: count)
                model = Array(model.prefix(max(count, 0)))
            default:
                guard Int.random(in: 0..<20, using: &random) == 0 else { continue }
                buffer.removeAll()
                model = []
            }
            guard buffer.bytes == model, buffer.count == model.count, buffer.isEmpty == model.isEmpty else {
                Issue.record("other bytes than an array's")
                return
            }
        }
    }

    @Test("Nothing appended is nothing")
    func empty() {
        let buffer = OutputBuffer()
        buffer.append([] as [UInt8])
        buffer.append("")
        buffer.append("" as StaticString)
        buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(buffer.isEmpty)
        #expect(buffer.bytes.isEmpty)
    }
}
