import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Scanning by words")
struct SpanScanningTests {
    private func endOfFieldText(_ input: [UInt8], _ start: Int, _ end: Int) -> Int {
        input.span.endOfFieldText(from: start, to: end)
    }

    private func endOfTarget(_ input: [UInt8], _ start: Int, _ end: Int) -> Int {
        input.span.endOfTarget(from: start, to: end)
    }

    private func endOfPlainText(_ input: [UInt8], _ start: Int, _ end: Int) -> Int {
        input.span.endOfPlainText(from: start, to: end)
    }

    private func endOfToken(_ input: [UInt8], _ start: Int, _ end: Int) -> Int {
        input.span.endOfToken(from: start, to: end)
    }

    @Test("Each octet stops each scan exactly where it should, at any place in a word")
    func stops() {
        for octet in UInt8.min...UInt8.max {
            let isText = octet == 9 || (octet >= 32 && octet != 127)
            let isTarget = octet > 32 && octet < 127 && octet != UInt8(ascii: "#")
            let isPlain = octet >= 32 && octet < 127 && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
            for position in 0..<20 {
                var input = [UInt8](repeating: UInt8(ascii: "a"), count: 20)
                input[position] = octet
                #expect(endOfFieldText(input, 0, 20) == (isText ? 20 : position))
                #expect(endOfTarget(input, 0, 20) == (isTarget ? 20 : position))
                #expect(endOfPlainText(input, 0, 20) == (isPlain ? 20 : position))
                #expect(endOfToken(input, 0, 20) == (OctetSet.token.contains(octet) ? 20 : position))
            }
        }
    }

    @Test("Neighbours, tabs and octets behind the end mislead no scan")
    func random() {
        var generator = SeededGenerator(seed: 11)
        let octets: [UInt8] = [0, 9, 9, 9, 10, 13, 31, 32, 33, 35, 126, 127, 128, 255, 97, 97, 97, 97, 97, 97]
        for _ in 0..<20_000 {
            let input = (0..<24).map { _ in octets[Int.random(in: 0..<octets.count, using: &generator)] }
            let start = Int.random(in: 0...24, using: &generator)
            let end = Int.random(in: start...24, using: &generator)
            let text = input[start..<end].firstIndex { !($0 == 9 || ($0 >= 32 && $0 != 127)) } ?? end
            let target = input[start..<end].firstIndex { $0 <= 32 || $0 >= 127 || $0 == 35 } ?? end
            #expect(endOfFieldText(input, start, end) == text)
            #expect(endOfTarget(input, start, end) == target)
        }
    }

    @Test("Elements of a list are trimmed, and may be empty")
    func lists() {
        func elements(_ text: String) -> [String] {
            let input = octets(text)
            var (position, elements) = (0, [String]())
            while let range = input.span.nextListElement(at: &position, to: input.count) {
                elements.append(String(decoding: input[range], as: UTF8.self))
            }
            return elements
        }
        #expect(elements("a, b\t,c") == ["a", "b", "c"])
        #expect(elements("") == [""])
        #expect(elements(" , a,") == ["", "a", ""])
    }
}
