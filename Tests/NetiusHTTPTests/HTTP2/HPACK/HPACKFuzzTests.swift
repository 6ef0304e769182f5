import Netius
import Testing

@testable import NetiusHTTP

@Suite("Random header blocks")
struct HPACKFuzzTests {
    @Test(
        "What is written is read, through changes of the table's size, and both tables stay the same", arguments: 0..<12
    )
    func roundTrips(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        var source = HPACKRandomFields()
        var encoder = HPACKEncoder()
        var decoder = HPACKDecoder(maximumListSize: .max)
        for round in 0..<200 {
            for _ in 0..<Int.random(in: 0...2, using: &generator) where round.isMultiple(of: 5) {
                let size = Int.random(in: 0...5000, using: &generator)
                encoder.setPeerTableSize(size)
                decoder.setMaximumTableSize(size)
            }
            let fields = source.list(&generator)
            let list = try decoder.fields(encoder.block(fields))
            guard list.fields == fields.map({ HPACKFieldList.Field($0.name.map(\.lowercased), $0.value) }),
                decoder.tableSize == encoder.tableSize
            else {
                Issue.record("seed \(seed), round \(round)")
                return
            }
        }
    }

    @Test("Octets without meaning are read or refused, within every limit", arguments: 0..<8)
    func noise(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 50)
        for _ in 0..<4000 {
            var decoder = HPACKDecoder(maximumListSize: 500, maximumFieldCount: 9)
            for _ in 0..<4 {
                let block = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                    UInt8.random(in: 0...0xFF, using: &generator)
                }
                guard Self.isSound(&decoder, block) else { break }
            }
        }
    }

    @Test("Blocks with something wrong are read or refused, within every limit", arguments: 0..<8)
    func mutations(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 100)
        var source = HPACKRandomFields()
        for _ in 0..<200 {
            var encoder = HPACKEncoder()
            var decoder = HPACKDecoder(maximumListSize: 500, maximumFieldCount: 9)
            for _ in 0..<4 {
                var block = encoder.block(source.list(&generator))
                for _ in 0..<Int.random(in: 0...2, using: &generator) where !block.isEmpty {
                    let position = Int.random(in: 0..<block.count, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: block[position] = UInt8.random(in: 0...0xFF, using: &generator)
                    case 1: block.remove(at: position)
                    case 2: block.insert(UInt8.random(in: 0...0xFF, using: &generator), at: position)
                    default: block[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                    }
                }
                guard Self.isSound(&decoder, block) else { break }
            }
        }
    }

    /// Whether the block could be read.
    private static func isSound(_ decoder: inout HPACKDecoder, _ block: [UInt8]) -> Bool {
        var copy = decoder
        var (list, same) = (HPACKFieldList(), HPACKFieldList())
        let result = Result { try decoder.decode(block.span, into: &list) }
        let again = Result { try copy.decode(block.span, into: &same) }
        #expect(list == same)
        #expect(list.size <= 500)
        #expect(list.fields.count <= 9)
        #expect(0...4096 ~= decoder.tableSize)
        switch (result, again) {
        case (.success(let isWhole), .success(let other)):
            #expect(isWhole == other)
            return true
        case (.failure, .failure): return false
        default:
            Issue.record("\(hexadecimal(block))")
            return false
        }
    }
}
