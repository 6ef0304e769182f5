import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("The static table of HPACK")
struct HPACKStaticTableTests {
    @Test("Every entry is found by its name and its value, and is sent as one octet", arguments: 1...61)
    func entries(index: Int) throws {
        let entry = HPACKStaticTable.entry(index)
        let (name, value) = (Array(entry.name.description.utf8), Array(entry.value.description.utf8))
        let first = HPACKStaticTable.index(of: name.span, 0..<name.count)
        #expect(first == HPACKStaticTable.firstIndex(index))
        #expect(HPACKStaticTable.entry(first).name.description == entry.name.description)
        #expect(HPACKStaticTable.index(from: first, of: value.span, value: 0..<value.count) == index)
        var encoder = HPACKEncoder()
        #expect(encoder.block([HPACKFieldList.Field(name, value)]) == [0x80 | UInt8(index)])
        var decoder = HPACKDecoder(maximumListSize: .max)
        let list = try decoder.fields([0x80 | UInt8(index)])
        #expect(list.fields == [HPACKFieldList.Field(name, value)])
        #expect(list.indices == [first])
    }

    @Test("Names that are not in it are not found")
    func others() {
        for name in ["", "x", "hosts", "hos", ":method ", "Host", ":protocol", "te", "cookies", "keep-alive"] {
            let octets = Array(name.utf8)
            #expect(HPACKStaticTable.index(of: octets.span, 0..<octets.count) == 0)
        }
    }

    @Test("A value of another name is not found")
    func values() {
        let octets = Array("200".utf8)
        #expect(HPACKStaticTable.index(from: 8, of: octets.span, value: 0..<3) == 8)
        #expect(HPACKStaticTable.index(from: 6, of: octets.span, value: 0..<3) == nil)
        #expect(HPACKStaticTable.index(from: 61, of: octets.span, value: 0..<3) == nil)
    }
}
