import TestSupport
import Testing

@testable import NetiusMail

@Suite("A checksum of the queue's files") struct ChecksumTests {
    @Test("is CRC-32C, as its examples have it")
    func examples() {
        #expect(Checksum.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(Checksum.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(Checksum.of((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(Checksum.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(Checksum.of([UInt8]()) == 0)
    }

    @Test("is the same however the octets come")
    func pieces() {
        var random = SeededRandom(seed: 9)
        for count in 0..<100 {
            let bytes = random.bytes(count)
            var piecewise = Checksum()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...20, using: &random))
                piecewise.append(piece)
                rest = rest.dropFirst(piece.count)
            }
            // An octet and a bit at a time, as the RFC defines it.
            var plain: UInt32 = .max
            for byte in bytes {
                plain ^= UInt32(byte)
                for _ in 0..<8 { plain = plain & 1 == 1 ? plain >> 1 ^ 0x82F6_3B78 : plain >> 1 }
            }
            #expect(piecewise.value == ~plain)
            #expect(Checksum.of(bytes) == ~plain)
        }
    }
}
