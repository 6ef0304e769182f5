import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Limits of header blocks")
struct HPACKLimitTests {
    @Test("A list is given whole up to its size, and beyond it only to the field before")
    func listSize() throws {
        // 42, 43 and 38 octets.
        let block = fromHexadecimal("8286 84")
        for (size, count) in [(123, 3), (122, 2), (85, 2), (84, 1), (42, 1), (41, 0), (0, 0), (-1, 0)] {
            var decoder = HPACKDecoder(maximumListSize: size)
            var list = HPACKFieldList()
            let isWhole = try decoder.decode(block.span, into: &list)
            #expect(isWhole == (count == 3))
            #expect(list.fields.count == count)
        }
    }

    @Test("After a field without room none is given, even if there were room")
    func noGaps() throws {
        var decoder = HPACKDecoder(maximumListSize: 100)
        var list = HPACKFieldList()
        let block = [0x82, 0x40, 1, 0x61, 60] + [UInt8](repeating: 0x61, count: 60) + [0x84]
        let isWhole = try decoder.decode(block.span, into: &list)
        #expect(!isWhole)
        #expect(list.lines == [":method: GET"])
    }

    @Test("A number of fields is a limit of its own")
    func fieldCount() throws {
        for (limit, count) in [(3, 3), (4, 3), (2, 2), (0, 0)] {
            var decoder = HPACKDecoder(maximumListSize: .max, maximumFieldCount: limit)
            var list = HPACKFieldList()
            let block: [UInt8] = [0x82, 0x86, 0x84]
            let isWhole = try decoder.decode(block.span, into: &list)
            #expect(isWhole == (limit >= 3))
            #expect(list.fields.count == count)
        }
    }

    @Test("Fields beyond the limit change the table, and the next list begins anew")
    func tableStaysInStep() throws {
        var decoder = HPACKDecoder(maximumListSize: 60)
        var list = HPACKFieldList()
        let block = fromHexadecimal("82 4001610162 7e0163 0001780179")
        let isWhole = try decoder.decode(block.span, into: &list)
        #expect(!isWhole)
        #expect(list.lines == [":method: GET"])
        #expect(decoder.tableSize == 68)
        #expect(try decoder.fields([0xBE]).lines == ["a: c"])
        #expect(try decoder.fields([0xBF]).lines == ["a: b"])
    }

    @Test("What is beyond the limit is not excused from being well-formed")
    func malformedBeyond() {
        for (block, error) in [
            ("8281ff80", HPACKError.truncated), ("82be", .invalidIndex), ("82000081ff", .invalidPadding),
        ] {
            var decoder = HPACKDecoder(maximumListSize: 0)
            #expect(throws: error) { try decoder.fields(fromHexadecimal(block)) }
        }
    }

    @Test("A long name of the table can be repeated until the list is much too large, not without end")
    func repeatedNames() throws {
        var decoder = HPACKDecoder(maximumListSize: 32_768)
        let name = [UInt8](repeating: 0x61, count: 4000)
        #expect(try decoder.fields([0x40, 0x7F, 0xA1, 0x1E] + name + [0]).fields[0].name == name)
        for (indexed, pattern) in [("none", [0x0F, 0x2F, 0]), ("incremental", [0x7E, 0])] as [(String, [UInt8])] {
            var other = decoder
            var list = HPACKFieldList()
            let sixteen = [[UInt8]](repeating: pattern, count: 16).flatMap(\.self)
            let isWhole = try other.decode(sixteen.span, into: &list)
            #expect(!isWhole, "\(indexed)")
            #expect(list.fields.count == 8)
            let many = [[UInt8]](repeating: pattern, count: 17).flatMap(\.self)
            #expect(throws: HPACKError.namesTooLarge) { try other.fields(many) }
        }
    }

    @Test("Memory that a large field has taken is given back")
    func memory() throws {
        var table = HPACKDynamicTable(maximumSize: 4096)
        let large = [UInt8](repeating: 0x61, count: 100_000)
        let small = [UInt8](repeating: 0x62, count: 10)
        table.stage(small.span)
        #expect(table.memory.count < 1000)
        table.commit(nameLength: 4, nameIndex: 0)
        table.stage(large.span)
        table.discard()
        table.trim()
        #expect(table.memory.count < 1000)
        let entry = try #require(table.entry(at: 1))
        #expect(Array(table.memory[table.octets(of: entry)]) == small)
        table.stage(small.span)
        table.commit(nameLength: 4, nameIndex: 0)
        #expect(table.count == 2)
    }
}
