import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Numbers of HPACK")
struct HPACKIntegerTests {
    private func written(_ value: Int, prefix: Int, _ pattern: UInt8 = 0) -> [UInt8] {
        let output = OutputBuffer()
        HPACKInteger.append(value, prefix: prefix, pattern, to: output)
        return output.bytes
    }

    private func read(_ octets: [UInt8], prefix: Int) throws(HPACKError) -> (Int, next: Int) {
        var position = 0
        let value = try HPACKInteger.read(octets.span, at: &position, prefix: prefix)
        return (value, position)
    }

    @Test(
        "C.1: The examples of RFC 7541 are written and read",
        arguments: [(10, 5, [0x0A]), (1337, 5, [0x1F, 0x9A, 0x0A]), (42, 8, [0x2A])] as [(Int, Int, [UInt8])])
    func examples(value: Int, prefix: Int, octets: [UInt8]) throws {
        #expect(written(value, prefix: prefix) == octets)
        #expect(try read(octets, prefix: prefix) == (value, octets.count))
    }

    @Test("The bits above the prefix are the pattern's and are not read", arguments: 1...7)
    func pattern(prefix: Int) throws {
        let pattern = UInt8.max << UInt8(prefix)
        for value in [0, 1, (1 << prefix) - 2, (1 << prefix) - 1, 1 << prefix, 300, 70_000] where value >= 0 {
            let octets = written(value, prefix: prefix, pattern)
            #expect(octets[0] & pattern == pattern)
            #expect(try read(octets + [0xFF], prefix: prefix) == (value, octets.count))
        }
    }

    @Test("Every boundary is read as it was written, and no beginning of it is a number", arguments: 1...8)
    func boundaries(prefix: Int) throws {
        let full = (1 << prefix) - 1
        let steps = [7, 14, 21, 28].flatMap { bits in [-1, 0, 1].map { full + (1 << bits) + $0 } }
        for value in steps + [0, full - 1, full, full + 1, Int(UInt32.max)] {
            let octets = written(value, prefix: prefix)
            #expect(try read(octets, prefix: prefix) == (value, octets.count))
            for end in 0..<octets.count {
                #expect(throws: HPACKError.truncated) { try read(Array(octets[..<end]), prefix: prefix) }
            }
        }
    }

    @Test(
        "What is beyond 32 bits or five octets is refused",
        arguments: [
            // 31 and 2³²-31 more; one less is the largest number.
            ("1F E1 FF FF FF 0F", HPACKError.numberTooLarge), ("1F FF FF FF FF 7F", .numberTooLarge),
            ("1F FF FF FF FF FF", .numberTooLarge), ("1F 80 80 80 80 80 00", .numberTooLarge),
            ("1F FF FF FF FF FF FF FF FF FF FF FF 7F", .numberTooLarge), ("1F 80 80 80 80", .truncated),
        ])
    func tooLarge(text: String, error: HPACKError) throws {
        #expect(throws: error) { try read(fromHexadecimal(text), prefix: 5) }
        #expect(try read(fromHexadecimal("1F E0 FF FF FF 0F"), prefix: 5).0 == Int(UInt32.max))
        // Zeros at the end are allowed, as long as there are not too many.
        #expect(try read(fromHexadecimal("1F 80 80 80 80 00"), prefix: 5).0 == 31)
    }
}
