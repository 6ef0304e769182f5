internal import Netius

/// The fields that both sides remember, the newest first (RFC 7541 §2.3.2).
///
/// Their octets stand in one run of memory, so that they can be lent. A field is first staged behind those of the
/// entries, wherever its parts come from; then it becomes an entry, or is forgotten. The memory grows with what is
/// remembered: a connection that sends little takes little.
struct HPACKDynamicTable {
    struct Entry {
        /// Where the name begins, and behind it the value, counted from the first octet there ever was.
        var start = 0
        var nameLength = 0
        var valueLength = 0
        /// The place of the name in the static table, or 0.
        var nameIndex: UInt8 = 0

        /// RFC 7541 §4.1.
        var size: Int { nameLength + valueLength + overhead }
    }

    /// What an entry takes beyond its octets (RFC 7541 §4.1).
    static let overhead = 32

    private(set) var memory: [UInt8] = []
    /// How many octets that once were before the memory's first.
    private var forgotten = 0
    /// Where the octets of the entries end in the memory, and those of the staged field.
    private var end = 0
    private(set) var stagedEnd = 0
    /// A ring whose size is a power of two, and the numbers of the oldest entry and of the next one.
    private var entries: [Entry] = []
    private var oldest = 0
    private(set) var next = 0

    /// The size of all entries (RFC 7541 §4.1).
    private(set) var size = 0
    /// What the size is not to exceed.
    private(set) var maximumSize: Int

    init(maximumSize: Int) {
        self.maximumSize = max(maximumSize, 0)
    }

    var count: Int { next - oldest }

    /// The entry that is the `index`th when the newest is the first.
    @inline(__always)
    func entry(at index: Int) -> Entry? {
        index > 0 && index <= count ? self[next - index] : nil
    }

    /// The entry of the number, which must not have been evicted.
    @inline(__always)
    subscript(number: Int) -> Entry { entries[number & (entries.count - 1)] }

    /// The entry of a number of which only the low 32 bits are known, unless it was evicted.
    @inline(__always)
    func number(_ bits: UInt32) -> Int? {
        let age = Int(UInt32(truncatingIfNeeded: next) &- bits)
        return age > 0 && age <= count ? next - age : nil
    }

    /// Where the octets of the entry are in the memory: name and value, or one of them.
    @inline(__always)
    func octets(of entry: Entry) -> Range<Int> {
        let start = entry.start - forgotten
        return start..<start + entry.nameLength + entry.valueLength
    }

    @inline(__always)
    func name(of entry: Entry) -> Range<Int> {
        let start = entry.start - forgotten
        return start..<start + entry.nameLength
    }

    @inline(__always)
    func value(of entry: Entry) -> Range<Int> {
        let start = entry.start - forgotten + entry.nameLength
        return start..<start + entry.valueLength
    }

    /// Changes the size that is not to be exceeded, and evicts what does (RFC 7541 §4.3).
    mutating func setMaximumSize(_ size: Int) {
        maximumSize = max(size, 0)
        evict(to: maximumSize)
    }

    // MARK: Staging

    /// Where the staged octets begin in the memory. They end at ``stagedEnd``.
    var stagedStart: Int { end }

    /// Adds the octets to the staged field.
    @inline(__always)
    mutating func stage(_ octets: Span<UInt8>) {
        reserve(octets.count)
        let start = stagedEnd
        // The memory has room for as many octets, and the pointers do not outlive the call.
        unsafe memory.withUnsafeMutableBytes { target in
            unsafe octets.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(from: source)
            }
        }
        stagedEnd += octets.count
    }

    /// Adds the name of the entry to the staged field.
    mutating func stageName(of entry: Entry) {
        reserve(entry.nameLength)
        let name = name(of: entry)
        let start = stagedEnd
        // The octets are in the memory, and as many are free from `start` on.
        unsafe memory.withUnsafeMutableBytes { memory in
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[name]))
        }
        stagedEnd += name.count
    }

    /// Adds what the Huffman-coded octets of the range stand for to the staged field.
    mutating func stageHuffman(_ input: Span<UInt8>, _ range: Range<Int>) throws(HPACKError) {
        reserve(HPACKHuffmanDecoding.largestCount(of: range.count))
        let start = stagedEnd
        var target = memory.mutableSpan
        let count = try HPACKHuffmanDecoding.decode(input, range, into: &target, at: start)
        stagedEnd = start + count
    }

    /// Writes ASCII letters among the staged octets in lower case.
    mutating func lowercaseStaged() {
        let staged = end..<stagedEnd
        var octets = memory.mutableSpan
        for index in staged { octets[index] = octets[index].lowercased }
    }

    /// Forgets the staged field.
    @inline(__always)
    mutating func discard() {
        stagedEnd = end
    }

    /// Makes the staged field, whose name has that many octets, the newest entry, and evicts what is too much. One
    /// that is larger than the table empties it (RFC 7541 §4.4). Returns whether the entry is there.
    @discardableResult
    mutating func commit(nameLength: Int, nameIndex: Int) -> Bool {
        let entry = Entry(
            start: end + forgotten, nameLength: nameLength, valueLength: stagedEnd - end - nameLength,
            nameIndex: UInt8(truncatingIfNeeded: nameIndex))
        guard entry.size <= maximumSize else {
            evict(to: 0)
            discard()
            return false
        }
        evict(to: maximumSize - entry.size)
        if count == entries.count { growRing() }
        entries[next & (entries.count - 1)] = entry
        next += 1
        size += entry.size
        end = stagedEnd
        return true
    }

    /// Gives back memory that a large field has taken.
    mutating func trim() {
        if memory.count > 4 * max(maximumSize, 1024) { move(to: [UInt8](repeating: 0, count: stagedEnd - start)) }
    }

    // MARK: Memory

    /// Where the octets of the entries begin in the memory.
    private var start: Int { count > 0 ? self[oldest].start - forgotten : end }

    private mutating func evict(to limit: Int) {
        while size > limit {
            size -= self[oldest].size
            oldest += 1
        }
    }

    /// Makes room for that many more staged octets.
    @inline(__always)
    private mutating func reserve(_ count: Int) {
        if memory.count - stagedEnd < count { makeRoom(for: count) }
    }

    /// Moves the octets to the beginning if at least as many there are no longer used, so that in the long run each
    /// octet is moved once at most; otherwise to larger memory.
    @inline(never)
    private mutating func makeRoom(for count: Int) {
        let start = start
        let used = stagedEnd - start
        if start >= used, memory.count - used >= count {
            var octets = memory.mutableSpan
            for offset in 0..<used { octets[offset] = octets[start + offset] }
            rebase(start)
        } else {
            move(to: [UInt8](repeating: 0, count: max(2 * (used + count), 256)))
        }
    }

    private mutating func move(to larger: [UInt8]) {
        let start = start
        let used = stagedEnd - start
        let old = memory
        memory = larger
        var octets = memory.mutableSpan
        for offset in 0..<used { octets[offset] = old[start + offset] }
        rebase(start)
    }

    private mutating func rebase(_ start: Int) {
        forgotten += start
        end -= start
        stagedEnd -= start
    }

    private mutating func growRing() {
        var larger = [Entry](repeating: Entry(), count: max(entries.count * 2, 8))
        for number in oldest..<next { larger[number & (larger.count - 1)] = self[number] }
        entries = larger
    }
}
