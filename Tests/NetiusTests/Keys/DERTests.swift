import TestSupport
import Testing

@testable import Netius

@Suite("Elements of DER")
struct DERTests {
    @Test("Integers have a zero octet before them where they would be negative, and 0 is one octet")
    func integers() {
        let rows: [([UInt8], [UInt8])] = [
            ([], [2, 1, 0]), ([1], [2, 1, 1]), ([0x7F], [2, 1, 0x7F]), ([0x80], [2, 2, 0, 0x80]),
            ([0xFF, 0], [2, 3, 0, 0xFF, 0]), ([0, 0, 5], [2, 1, 5]),
        ]
        for (octets, expected) in rows {
            let number = UnsignedNumber(octets)
            #expect(DERWriter.integer(number) == expected)
            var reader = DERReader(expected[...])
            #expect(reader.number() == number && reader.isAtEnd)
        }
        for older in [[2, 1, 0x80], [2, 2, 0xFF, 0], [2, 0]] as [[UInt8]] {
            var reader = DERReader(older[...])
            #expect(reader.number() == UnsignedNumber(older.dropFirst(2)))
        }
    }

    @Test("Lengths are as short as they can be, and read back", arguments: [0, 1, 127, 128, 255, 256, 65_535, 65_536])
    func lengths(count: Int) {
        let content = [UInt8](repeating: 7, count: count)
        let element = DERWriter.element(.octetString, content)
        let overhead = count < 128 ? 2 : count < 256 ? 3 : count < 65_536 ? 4 : 5
        #expect(element.count == count + overhead)
        var reader = DERReader(element[...])
        #expect(reader.content(of: .octetString).map { Array($0) } == content && reader.isAtEnd)
    }

    @Test(
        "What has another tag, no end, or a length that cannot be, is nothing",
        arguments: [
            [], [2], [2, 1], [3, 1, 0], [2, 0x80], [2, 0x81], [2, 0x82, 1], [2, 0x85, 0, 0, 0, 0, 1, 1],
            [2, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1], [2, 0xFF],
        ] as [[UInt8]])
    func malformed(octets: [UInt8]) {
        var reader = DERReader(octets[...])
        #expect(reader.number() == nil)
    }

    @Test("A sequence is read element by element")
    func sequence() throws {
        let number = UnsignedNumber([1, 0, 1])
        let bytes = DERWriter.sequence([DERWriter.integer(number), DERWriter.element(.null, [])])
        var outer = DERReader(bytes[...])
        let first = outer.sequence()
        var inner = try #require(first)
        #expect(inner.number() == number && inner.content(of: .null)?.isEmpty == true && inner.isAtEnd)
        #expect(outer.isAtEnd && outer.sequence() == nil)
    }
}
