/// Deadlines in ticks, kept in a hierarchical timing wheel (Varghese and Lauck, 1987).
///
/// Arming and cancelling cost the same few instructions however many are pending. Eleven levels of 64 slots, so that
/// there is one for every bit of a deadline: an entry sits on the level of the highest group of six bits in which its
/// deadline differs from the present, and moves down each time the present reaches its slot. A value type without a
/// clock: `advance(to:)` tells it the time.
struct TimerWheel<Payload> {
    /// Names an armed entry; stale once it expired or was cancelled.
    struct Token: Hashable, Sendable {
        fileprivate let index: UInt32
        fileprivate let generation: UInt32
    }

    private struct Entry {
        var payload: Payload?
        var deadline: UInt64
        var next: UInt32
        var previous: UInt32
        var generation: UInt32
        /// The slot among all levels' slots that the entry is linked into.
        var slot: UInt16
    }

    private static var bitsPerLevel: Int { 6 }
    private static var slotsPerLevel: Int { 64 }
    private static var levels: Int { 11 }
    private static var none: UInt32 { .max }

    private var entries: [Entry] = []
    private var freeEntries: [UInt32] = []
    private var heads: [UInt32]
    private var occupied: [UInt64]
    /// The tick up to which everything has expired.
    private(set) var present: UInt64
    /// The entries armed.
    private(set) var count = 0

    init(present: UInt64 = 0) {
        self.present = present
        heads = Array(repeating: Self.none, count: Self.levels * Self.slotsPerLevel)
        occupied = Array(repeating: 0, count: Self.levels)
    }

    /// Arms an entry. One whose deadline is not in the future expires at the next tick.
    mutating func schedule(at deadline: UInt64, _ payload: Payload) -> Token {
        let index: UInt32
        if let free = freeEntries.popLast() {
            index = free
            entries[Int(index)].payload = payload
        } else {
            index = UInt32(entries.count)
            entries.append(
                Entry(payload: payload, deadline: 0, next: Self.none, previous: Self.none, generation: 0, slot: 0))
        }
        entries[Int(index)].deadline = max(deadline, present == .max ? .max : present + 1)
        link(index)
        count += 1
        return Token(index: index, generation: entries[Int(index)].generation)
    }

    /// Disarms an entry; false when it had expired or been cancelled before.
    @discardableResult
    mutating func cancel(_ token: Token) -> Bool {
        let index = Int(token.index)
        guard index < entries.count, entries[index].generation == token.generation, entries[index].payload != nil else {
            return false
        }
        unlink(token.index)
        _ = release(token.index)
        return true
    }

    /// The earliest tick at which `advance(to:)` has something to do, nil when nothing is armed.
    var nextTick: UInt64? {
        for level in 0..<Self.levels where occupied[level] != 0 {
            let shift = UInt64(level * Self.bitsPerLevel)
            let slot = UInt64(occupied[level].trailingZeroBitCount)
            let base = present & ~((1 << (shift + UInt64(Self.bitsPerLevel))) &- 1)
            return base | (slot << shift)
        }
        return nil
    }

    /// Moves the present to `tick`, appending the payloads that expired, in the order of their deadlines.
    mutating func advance(to tick: UInt64, expired: inout [Payload]) {
        while let next = nextTick, next <= tick {
            present = next
            // A level's slot is reached when all bits below it are zero.
            let highest = min(present.trailingZeroBitCount / Self.bitsPerLevel, Self.levels - 1)
            for level in stride(from: highest, to: 0, by: -1) {
                cascade(level: level, slot: Int((present >> UInt64(level * Self.bitsPerLevel)) & 63), expired: &expired)
            }
            expire(slot: Int(present & 63), expired: &expired)
        }
        present = max(present, tick)
    }

    /// Disarms everything, and gives back the payloads.
    mutating func removeAll() -> [Payload] {
        for position in heads.indices { heads[position] = Self.none }
        for level in occupied.indices { occupied[level] = 0 }
        return entries.indices.compactMap { entries[$0].payload == nil ? nil : release(UInt32($0)) }
    }

    private mutating func expire(slot: Int, expired: inout [Payload]) {
        var index = detach(level: 0, slot: slot)
        while index != Self.none {
            let next = entries[Int(index)].next
            if let payload = release(index) { expired.append(payload) }
            index = next
        }
    }

    private mutating func cascade(level: Int, slot: Int, expired: inout [Payload]) {
        var index = detach(level: level, slot: slot)
        while index != Self.none {
            let next = entries[Int(index)].next
            if entries[Int(index)].deadline <= present {
                if let payload = release(index) { expired.append(payload) }
            } else {
                link(index)
            }
            index = next
        }
    }

    private mutating func detach(level: Int, slot: Int) -> UInt32 {
        let position = level * Self.slotsPerLevel + slot
        let head = heads[position]
        heads[position] = Self.none
        occupied[level] &= ~(1 << UInt64(slot))
        return head
    }

    private mutating func link(_ index: UInt32) {
        let deadline = entries[Int(index)].deadline
        let difference = max(deadline ^ present, 1)
        let level = (63 - difference.leadingZeroBitCount) / Self.bitsPerLevel
        let slot = Int((deadline >> UInt64(level * Self.bitsPerLevel)) & 63)
        let position = level * Self.slotsPerLevel + slot
        let head = heads[position]
        entries[Int(index)].slot = UInt16(position)
        entries[Int(index)].previous = Self.none
        entries[Int(index)].next = head
        if head != Self.none { entries[Int(head)].previous = index }
        heads[position] = index
        occupied[level] |= 1 << UInt64(slot)
    }

    private mutating func unlink(_ index: UInt32) {
        let entry = entries[Int(index)]
        let position = Int(entry.slot)
        if entry.previous != Self.none {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[position] = entry.next
            if entry.next == Self.none {
                occupied[position / Self.slotsPerLevel] &= ~(1 << UInt64(position % Self.slotsPerLevel))
            }
        }
        if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
    }

    private mutating func release(_ index: UInt32) -> Payload? {
        let payload = entries[Int(index)].payload
        entries[Int(index)].payload = nil
        entries[Int(index)].generation &+= 1
        freeEntries.append(index)
        count -= 1
        return payload
    }
}
