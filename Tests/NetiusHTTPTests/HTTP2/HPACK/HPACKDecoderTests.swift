import Testing

@testable import NetiusHTTP

@Suite("Header blocks")
struct HPACKDecoderTests {
    @Test(
        "What is malformed is refused with its reason",
        arguments: [
            // Indices: 0, and those of an empty dynamic table.
            ("80", HPACKError.invalidIndex), ("be", .invalidIndex), ("ff00", .invalidIndex), ("82be", .invalidIndex),
            ("7f0001 61", .invalidIndex), ("7e0161", .invalidIndex), ("0f30 0161", .invalidIndex),
            ("1f30 0161", .invalidIndex), ("ff80ffffff0f", .invalidIndex),
            // One entry is at 62, none at 63.
            ("4001610162 be bf", .invalidIndex),
            // Numbers.
            ("ffffffffffff", .numberTooLarge), ("ff808080808000", .numberTooLarge), ("7fffffffffff7f", .numberTooLarge),
            ("0fffffffffff7f", .numberTooLarge), ("3fffffffffff7f", .numberTooLarge),
            ("007fffffffffff7f", .numberTooLarge), ("0001617fffffffffff7f", .numberTooLarge),
            // Ends within a field.
            ("ff", .truncated), ("ff80", .truncated), ("40", .truncated), ("4001", .truncated), ("400161", .truncated),
            ("40016101", .truncated), ("4001617f", .truncated), ("00", .truncated), ("10", .truncated),
            ("3f", .truncated), ("3f80", .truncated), ("41", .truncated), ("418c", .truncated),
            ("4103 6161", .truncated),
            ("007fe0ffffff0e61", .truncated), ("00ffe0ffffff0e61", .truncated), ("82868441", .truncated),
            // Huffman-coded names and values.
            ("0081ff00", .invalidPadding), ("0082ffff00", .invalidPadding), ("000161 81ff", .invalidPadding),
            ("008100 00", .invalidPadding), ("0084ffffffff00", .endOfString), ("418403ffffff", .invalidPadding),
            ("4185 07ffffffff", .endOfString),
            // Changes of the table's size.
            ("8220", .misplacedSizeUpdate), ("82 3f e1 1f", .misplacedSizeUpdate), ("202020", .misplacedSizeUpdate),
            ("203fe11f20", .misplacedSizeUpdate), ("3fe21f", .tableTooLarge), ("3fe0ffffff0f", .tableTooLarge),
            ("20be", .invalidIndex),
            // The entry is evicted by the change before the reference.
            ("4001610162", nil), ("20 4001610162 be", .invalidIndex),
        ] as [(String, HPACKError?)])
    func malformed(block: String, error: HPACKError?) {
        var decoder = HPACKDecoder(maximumListSize: .max)
        var thrown: HPACKError?
        do throws(HPACKError) {
            _ = try decoder.fields(fromHexadecimal(block))
        } catch {
            thrown = error
        }
        #expect(thrown == error)
    }

    @Test("Every reason is one line and another")
    func reasons() {
        let reasons = HPACKError.allCases.map(\.description)
        #expect(Set(reasons).count == reasons.count)
        #expect(reasons.allSatisfy { !$0.isEmpty && !$0.contains("\n") })
    }

    @Test("A block cut anywhere is refused or ends between two fields")
    func truncated() throws {
        let block = fromHexadecimal(
            "3fe10182868441 8cf1e3c2e5f23a6ba0ab90f4ff 4001610162 0f1003616263 1001610162be")
        var whole = HPACKDecoder(maximumListSize: .max)
        let all = try whole.fields(block)
        #expect(all.fields.count == 8)
        var ends: [Int] = []
        for end in 0..<block.count {
            var decoder = HPACKDecoder(maximumListSize: .max)
            var list = HPACKFieldList()
            let part = Array(block[..<end])
            do throws(HPACKError) {
                let isWhole = try decoder.decode(part.span, into: &list)
                #expect(isWhole)
                ends.append(end)
            } catch {
                #expect(error == .truncated)
            }
            #expect(all.fields.starts(with: list.fields))
        }
        #expect(ends == [0, 3, 4, 5, 6, 20, 25, 31, 36])
    }

    @Test("The place of a name in the static table is told however the name was sent")
    func nameIndices() throws {
        var decoder = HPACKDecoder(maximumListSize: .max)
        // Indexed name; literal name; Huffman-coded literal name; a name that is not there; upper case; no name.
        let first = try decoder.fields(
            fromHexadecimal("660161 4004686f73740162 40839ce84f0163 400161 00 4004486f73740161 000000"))
        #expect(first.lines == ["host: a", "host: b", "host: c", "a: ", "Host: a", ": "])
        #expect(first.indices == [38, 38, 38, 0, 0, 0])
        let second = try decoder.fields(fromHexadecimal("c2c1c0 7f030164 0f32 0165 85878e"))
        #expect(
            second.lines == [
                "host: a", "host: b", "host: c", "host: d", "host: e", ":path: /index.html", ":scheme: https",
                ":status: 500",
            ])
        #expect(second.indices == [38, 38, 38, 38, 38, 4, 6, 8])
    }

    @Test("Size updates are taken at the beginning, one or two, up to what is allowed")
    func sizeUpdates() throws {
        var decoder = HPACKDecoder(maximumListSize: .max)
        #expect(try decoder.fields(fromHexadecimal("4001610162")).lines == ["a: b"])
        #expect(decoder.tableSize == 34)
        #expect(try decoder.fields(fromHexadecimal("3fe11fbe")).lines == ["a: b"])
        #expect(try decoder.fields(fromHexadecimal("3f03be")).lines == ["a: b"])
        #expect(try decoder.fields(fromHexadecimal("203fe11f")).lines == [])
        #expect(decoder.tableSize == 0)
        #expect(throws: HPACKError.invalidIndex) { try decoder.fields(fromHexadecimal("be")) }
    }

    @Test("A smaller table that was demanded must be confirmed by the next block")
    func demandedSizeUpdate() throws {
        var decoder = HPACKDecoder(maximumListSize: .max)
        decoder.setMaximumTableSize(4096)
        #expect(try decoder.fields([0x82]).lines == [":method: GET"])
        decoder.setMaximumTableSize(100)
        var other = decoder
        #expect(throws: HPACKError.missingSizeUpdate) { try other.fields([0x82]) }
        other = decoder
        #expect(throws: HPACKError.tableTooLarge) { try other.fields(fromHexadecimal("3f4682")) }
        #expect(try decoder.fields(fromHexadecimal("3f4582")).lines == [":method: GET"])
        #expect(try decoder.fields([0x82]).lines == [":method: GET"])
        // A larger one may be used or not.
        decoder.setMaximumTableSize(8192)
        #expect(try decoder.fields([0x82]).lines == [":method: GET"])
        #expect(try decoder.fields(fromHexadecimal("3fe13f")).lines == [])
    }

    @Test("An entry larger than the table empties it, and is a field all the same")
    func tooLargeEntry() throws {
        var decoder = HPACKDecoder(maximumTableSize: 64, maximumListSize: .max)
        #expect(try decoder.fields(fromHexadecimal("4001610162")).lines == ["a: b"])
        let value = [UInt8](repeating: 0x78, count: 32)
        let list = try decoder.fields([0x40, 1, 0x61, 32] + value)
        #expect(list.fields == [HPACKFieldList.Field([0x61], value)])
        #expect(decoder.tableSize == 0)
        #expect(try decoder.fields([0x40, 1, 0x61, 31] + value[1...]).fields[0].value.count == 31)
        #expect(decoder.tableSize == 64)
    }

    @Test("A new entry may take its name from the entry that it drives out")
    func nameOfEvicted() throws {
        var decoder = HPACKDecoder(maximumTableSize: 80, maximumListSize: .max)
        #expect(try decoder.fields(fromHexadecimal("4005 6162636465 03 313233")).lines == ["abcde: 123"])
        #expect(try decoder.fields(fromHexadecimal("7e 04 34353637")).lines == ["abcde: 4567"])
        #expect(decoder.tableSize == 41)
        #expect(try decoder.fields([0xBE]).lines == ["abcde: 4567"])
        #expect(throws: HPACKError.invalidIndex) { try decoder.fields([0xBF]) }
    }
}
