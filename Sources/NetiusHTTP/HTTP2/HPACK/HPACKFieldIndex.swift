/// Finds the entries of a dynamic table by their octets.
///
/// Each entry is linked to an older one that falls into the same bucket. Nothing is done when an entry is evicted: the
/// oldest goes first, so that a link to one that is no more ends the chain.
struct HPACKFieldIndex {
    /// The hashes of an entry, and the numbers of the entries before it in its two buckets, cut to 32 bits.
    private struct Link {
        var field: UInt32 = 0
        var name: UInt32 = 0
        var olderField: UInt32 = 0
        var olderName: UInt32 = 0
    }

    /// A ring like the table's; its size is a power of two. So many buckets are there too.
    private var links: [Link] = []
    /// The newest entry of each bucket, by the field's hash and by the name's.
    private var fields: [UInt32] = []
    private var names: [UInt32] = []

    init() {}

    /// The entry whose name and value are those of the staged field, of which the name has that many octets.
    @inline(__always)
    func find(_ nameLength: Int, hash: UInt32, in table: borrowing HPACKDynamicTable) -> Int? {
        guard !links.isEmpty else { return nil }
        let octets = table.memory.span
        let staged = table.stagedStart..<table.stagedEnd
        var age = 0
        var older = fields[bucket(hash)]
        // Each is older than the one before it, unless the chain has ended.
        while let number = table.number(older), table.next - number > age {
            age = table.next - number
            let link = self[number]
            let entry = table[number]
            if link.field == hash, entry.nameLength == nameLength,
                octets.equals(table.octets(of: entry), octets, staged)
            {
                return number
            }
            older = link.olderField
        }
        return nil
    }

    /// The newest entry that has the staged name.
    func findName(_ nameLength: Int, hash: UInt32, in table: borrowing HPACKDynamicTable) -> Int? {
        guard !links.isEmpty else { return nil }
        let octets = table.memory.span
        let staged = table.stagedStart..<table.stagedStart + nameLength
        var age = 0
        var older = names[bucket(hash)]
        while let number = table.number(older), table.next - number > age {
            age = table.next - number
            let link = self[number]
            if link.name == hash, octets.equals(table.name(of: table[number]), octets, staged) { return number }
            older = link.olderName
        }
        return nil
    }

    /// Adds the newest entry of the table.
    mutating func insertNewest(field: UInt32, name: UInt32, of table: borrowing HPACKDynamicTable) {
        if table.count > links.count { grow(table) }
        insert(table.next - 1, field, name)
    }

    private mutating func insert(_ number: Int, _ field: UInt32, _ name: UInt32) {
        links[number & (links.count - 1)] = Link(
            field: field, name: name, olderField: fields[bucket(field)], olderName: names[bucket(name)])
        fields[bucket(field)] = UInt32(truncatingIfNeeded: number)
        names[bucket(name)] = UInt32(truncatingIfNeeded: number)
    }

    /// The newest entry has no links yet.
    private mutating func grow(_ table: borrowing HPACKDynamicTable) {
        let old = links
        let size = max(old.count * 2, 8)
        // What no entry has for a number: it is taken for one that was evicted.
        let nothing = UInt32(truncatingIfNeeded: table.next)
        links = [Link](repeating: Link(), count: size)
        fields = [UInt32](repeating: nothing, count: size)
        names = fields
        for number in table.next - table.count..<table.next - 1 {
            let link = old[number & (old.count - 1)]
            insert(number, link.field, link.name)
        }
    }

    @inline(__always)
    private subscript(number: Int) -> Link { links[number & (links.count - 1)] }

    @inline(__always)
    private func bucket(_ hash: UInt32) -> Int { Int(hash) & (links.count - 1) }
}
