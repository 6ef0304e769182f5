import Testing

@testable import NetiusHTTP

@Suite("The dynamic table of HPACK")
struct HPACKDynamicTableTests {
    @Test("It holds what a simple list of fields would, whatever is done", arguments: 0..<16)
    func model(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        let sizes = [0, 31, 32, 64, 100, 300, 1000, 4096, 10_000]
        var table = HPACKDynamicTable(maximumSize: 4096)
        var index = HPACKFieldIndex()
        // The newest first.
        var model: [HPACKFieldList.Field] = []
        var maximum = 4096
        func evict(_ limit: Int) {
            while HPACKFieldList(fields: model, indices: []).size > limit { model.removeLast() }
        }
        for round in 0..<3000 {
            switch Int.random(in: 0..<40, using: &generator) {
            case 0:
                maximum = sizes[Int.random(in: 0..<sizes.count, using: &generator)]
                table.setMaximumSize(maximum)
                evict(maximum)
            case 1...3:
                table.stage([UInt8](repeating: 1, count: Int.random(in: 0...3000, using: &generator)).span)
                table.discard()
            case 4:
                table.trim()
            default:
                let longest = Int.random(in: 0..<30, using: &generator) == 0 ? 2000 : 20
                var field = HPACKFieldList.Field(
                    text(&generator, longest: longest), text(&generator, longest: longest))
                if let entry = table.entry(at: Int.random(in: 1...20, using: &generator)), round.isMultiple(of: 3) {
                    field.name = Array(table.memory[table.name(of: entry)])
                    table.stageName(of: entry)
                } else {
                    table.stage(field.name.span)
                }
                let nameHash = field.name.span.hash(0..<field.name.count)
                let hash = field.value.span.hash(0..<field.value.count, seed: nameHash)
                let newestName = model.firstIndex { $0.name == field.name }
                #expect(
                    index.findName(field.name.count, hash: nameHash, in: table).map { table.next - $0 - 1 }
                        == newestName)
                table.stage(field.value.span)
                let newest = model.firstIndex(of: field)
                #expect(index.find(field.name.count, hash: hash, in: table).map { table.next - $0 - 1 } == newest)
                let size = HPACKFieldList(fields: [field], indices: []).size
                evict(max(maximum - size, 0))
                let isThere = table.commit(nameLength: field.name.count, nameIndex: round & 63)
                #expect(isThere == (size <= maximum))
                if isThere {
                    model.insert(field, at: 0)
                    index.insertNewest(field: hash, name: nameHash, of: table)
                }
            }
            #expect(table.count == model.count)
            #expect(table.size == HPACKFieldList(fields: model, indices: []).size)
            guard matches(table, model) else {
                Issue.record("seed \(seed), round \(round)")
                return
            }
        }
    }

    private func matches(_ table: HPACKDynamicTable, _ model: [HPACKFieldList.Field]) -> Bool {
        for (place, field) in model.enumerated() {
            guard let entry = table.entry(at: place + 1), Array(table.memory[table.name(of: entry)]) == field.name,
                Array(table.memory[table.value(of: entry)]) == field.value
            else { return false }
        }
        return table.entry(at: 0) == nil && table.entry(at: model.count + 1) == nil
    }

    private func text(_ generator: inout SeededGenerator, longest: Int) -> [UInt8] {
        (0..<Int.random(in: 0...longest, using: &generator) / 4).map { _ in
            UInt8.random(in: 0x61...0x63, using: &generator)
        }
    }
}
