import Testing

@testable import Netius

@Suite struct PollableTableTests {
    @Test("A number finds its descriptor and no other's, though places are used again")
    func generations() async throws {
        try await withLoop { loop in
            let first = try await TransportPair(on: loop)
            let second = try await TransportPair(on: loop)
            let (one, two) = (await first.perform { $0.pollable }, await second.perform { $0.pollable })
            try await loop.run {
                var table = PollableTable()
                let old = table.insert(one)
                #expect(table[old] === one)
                table.remove(old)
                #expect(table[old] == nil)
                let new = table.insert(two)
                #expect(new != old)
                #expect(table[old] == nil)
                #expect(table[new] === two)
                table.remove(old)
                #expect(table[new] === two)
                #expect(table.count == 1)
                #expect(table[PollableTable.wakerToken] == nil)
                #expect(table[1 << 32 | 77] == nil)
                let all = table.closeAll()
                #expect(all.count == 1 && all[0] === two)
                #expect(table.isClosed)
            }
            await first.close()
            await second.close()
        }
    }
}
