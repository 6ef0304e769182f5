import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Byte ranges")
struct HTTPByteRangesTests {
    private func parts(_ value: String, _ length: Int, limit: Int = 16) -> [Range<Int>]? {
        HTTPByteRanges(value, limit: limit)?.parts(of: length)
    }

    /// The examples of RFC 9110 sections 14.1.2 and 14.4, for 10,000 octets.
    @Test(
        "The examples of the RFC",
        arguments: [
            ("bytes=0-499", [0..<500]), ("bytes=500-999", [500..<1000]), ("bytes=-500", [9500..<10_000]),
            ("bytes=9500-", [9500..<10_000]), ("bytes=0-0,-1", [0..<1, 9999..<10_000]),
            ("bytes= 0-999, 4500-5499, -1000", [0..<1000, 4500..<5500, 9000..<10_000]),
            ("bytes=500-600,601-999", [500..<1000]), ("bytes=500-700,601-999", [500..<1000]),
        ])
    func examples(value: String, expected: [Range<Int>]) {
        #expect(parts(value, 10_000) == expected)
    }

    @Test(
        "Single ranges are cut to what is there",
        arguments: [
            ("bytes=0-", 10, [0..<10]), ("bytes=9-", 10, [9..<10]), ("bytes=10-", 10, []), ("bytes=0-9", 10, [0..<10]),
            ("bytes=0-10", 10, [0..<10]), ("bytes=5-4611686018427387904", 10, [5..<10]), ("bytes=-1", 10, [9..<10]),
            ("bytes=-10", 10, [0..<10]), ("bytes=-11", 10, [0..<10]), ("bytes=-0", 10, []), ("bytes=0-0", 0, []),
            ("bytes=-1", 0, []), ("bytes=0-", 0, []), ("bytes=00-04", 10, [0..<5]), ("BYTES=1-2", 10, [1..<3]),
            ("bytes=0-9223372036854775807", 10, [0..<10]), ("bytes=0-99999999999999999999999999", 10, [0..<10]),
            ("bytes=99999999999999999999999999-", 10, []), ("bytes=-99999999999999999999999999", 10, [0..<10]),
            ("bytes=9223372036854775806-9223372036854775807", 10, []),
            ("bytes=0-9223372036854775807", Int.max, [0..<Int.max]),
            ("bytes=9223372036854775806-", Int.max, [Int.max - 1..<Int.max]),
        ] as [(String, Int, [Range<Int>])])
    func single(value: String, length: Int, expected: [Range<Int>]) {
        #expect(parts(value, length) == expected)
    }

    @Test(
        "What is invalid, or of another unit, is ignored",
        arguments: [
            "", "bytes", "bytes=", "bytes= ", "bytes=,", "bytes=-", "bytes=--1", "bytes=1", "bytes=a-b", "bytes=1-a",
            "bytes=2-1", "bytes=0-4,3-2", "bytes=0-4,x", "bytes=0x0-4", "bytes=+0-4", "bytes=0 -4", "bytes=0- 4",
            "bytes=0-4;", "bytes=0-4 5-6", "bytes 0-4", "bytes =0-4", " bytes=0-4", "items=0-4", "bytes:0-4", "0-4",
            "bytes=1.0-2", "bytes=-1-", "bytes=0-1-2", "bytes=\u{0661}-",
            "none", "bytes=0-4,items=5-6",
        ])
    func ignored(value: String) {
        #expect(HTTPByteRanges(value, limit: 16) == nil)
    }

    @Test("More ranges than the limit are ignored, as many are not")
    func limit() {
        #expect(parts("bytes=0-0,100-100,200-200", 1000, limit: 3)?.count == 3)
        #expect(parts("bytes=0-0,100-100,200-200,300-300", 1000, limit: 3) == nil)
        #expect(parts("bytes=0-0", 1000, limit: 0) == nil)
        let many = "bytes=" + (0..<100_000).map { "\($0)-\($0)" }.joined(separator: ",")
        #expect(parts(many, 1 << 20) == nil)
    }

    @Test(
        "Ranges that overlap or are close to each other are one, others stay in their order",
        arguments: [
            ("bytes=0-99,50-149", [0..<150]), ("bytes=50-149,0-99", [0..<150]), ("bytes=0-9,0-9,0-9", [0..<10]),
            ("bytes=0-9,89-99", [0..<100]), ("bytes=0-9,90-99", [0..<10, 90..<100]),
            ("bytes=900-999,0-9", [900..<1000, 0..<10]),
            ("bytes=900-999,0-9,500-509", [900..<1000, 0..<10, 500..<510]),
            ("bytes=500-509,900-909,0-600", [0..<601, 900..<910]),
            ("bytes=-10,0-9,400-409", [990..<1000, 0..<10, 400..<410]),
            ("bytes=2000-,0-9", [0..<10]), ("bytes=2000-,3000-", []), ("bytes=-0,1000-", []),
            ("bytes=0-,-1", [0..<1000]),
        ] as [(String, [Range<Int>])])
    func several(value: String, expected: [Range<Int>]) {
        #expect(parts(value, 1000) == expected)
    }

    @Test("Random ranges come to the octets that were asked for, and little more")
    func model() throws {
        var generator = SeededGenerator(seed: 14)
        for _ in 0..<1_000 {
            let length = Int.random(in: 0...2000, using: &generator)
            var wanted = Set<Int>()
            var texts: [String] = []
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let first = Int.random(in: 0...2500, using: &generator)
                let last = first + Int.random(in: 0...300, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0:
                    texts.append("\(first)-")
                    wanted.formUnion(min(first, length)..<length)
                case 1:
                    texts.append("-\(first)")
                    wanted.formUnion(max(length - first, 0)..<length)
                default:
                    texts.append("\(first)-\(last)")
                    wanted.formUnion(min(first, length)..<min(last + 1, length))
                }
            }
            let value = "bytes=" + texts.joined(separator: ",")
            let parts = try #require(self.parts(value, length))
            let sent = parts.flatMap { Array($0) }
            #expect(Set(sent).count == sent.count, "\(value) of \(length) sends octets twice")
            #expect(Set(sent).isSuperset(of: wanted))
            // What was not asked for lies in gaps that are not worth a part.
            for part in parts {
                #expect(wanted.contains(part.lowerBound) && wanted.contains(part.upperBound - 1))
                var gap = 0
                for octet in part {
                    gap = wanted.contains(octet) ? 0 : gap + 1
                    #expect(gap < HTTPByteRanges.smallestGap)
                }
            }
        }
    }

    @Test("No input makes it trap")
    func fuzz() {
        var generator = SeededGenerator(seed: 15)
        let pieces = [
            "bytes", "=", "-", ",", "0", "9", "9223372036854775807", "9223372036854775808", " ", "1", "-1", "\t",
        ]
        var count = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...10, using: &generator)
            let text = "bytes=" + (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for size in [0, 1, 10, Int.max] {
                guard let parts = self.parts(text, size) else { continue }
                count += 1
                #expect(parts.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= size })
            }
        }
        #expect(count > 1000)
    }

    @Test("Content-Range says what is sent, or how much there is")
    func contentRange() {
        #expect(HTTPByteRanges.contentRange(42..<1234, of: 1234) == "bytes 42-1233/1234")
        #expect(HTTPByteRanges.contentRange(0..<1, of: 1) == "bytes 0-0/1")
        #expect(HTTPByteRanges.unsatisfiedRange(of: 1234) == "bytes */1234")
        #expect(HTTPByteRanges.unsatisfiedRange(of: 0) == "bytes */0")
    }
}
