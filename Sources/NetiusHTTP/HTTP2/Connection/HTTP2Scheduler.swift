/// Decides which stream may write next (RFC 9218 §10).
///
/// In it are the streams that could write: each has a slot, a small number that its owner gave it. The most urgent go
/// first, always. Those of the same urgency take turns: short ones if they are incremental or nobody has said anything,
/// long ones if the client wants one response after the other. A step costs the same however many there are.
struct HTTP2Scheduler {
    /// A turn, in octets.
    static var quantum: Int { 16 * 1024 }
    /// The turn of a stream whose client says that it can use nothing but the whole.
    static var sequentialQuantum: Int { 256 * 1024 }

    private struct Entry {
        /// The neighbours in the ring of the streams with the same urgency.
        var next = 0
        var previous = 0
        /// What is left of the turn; none before it begins.
        var rest = 0
        var stream: UInt32 = 0
        var urgency: UInt8 = 0
        /// Whether its client wants one response after the other.
        var isSequential = false
        var isPresent = false
    }

    private var entries: [Entry] = []
    /// Whose turn it is, for each urgency of which there are streams.
    private var heads: InlineArray<8, Int> = .init(repeating: 0)
    /// A bit for each urgency of which there are streams.
    private var urgencies: UInt8 = 0

    /// Whether no stream could write.
    var isEmpty: Bool { urgencies == 0 }

    func contains(_ slot: Int) -> Bool {
        entries.indices.contains(slot) && entries[slot].isPresent
    }

    /// Adds a stream that could write; one that is in already stays where it is.
    ///
    /// - Parameters:
    ///   - slot: Its number, by which the other methods know it.
    ///   - stream: Its identifier. Sequential streams of one urgency go in its order.
    ///   - priority: Its priority.
    ///   - isExplicit: Whether its client gave it that priority. If not, it takes short turns all the same.
    mutating func insert(_ slot: Int, stream: UInt32, _ priority: HTTP2Priority, isExplicit: Bool) {
        while slot >= entries.count { entries.append(Entry()) }
        guard !entries[slot].isPresent else { return }
        let isSequential = isExplicit && !priority.isIncremental
        // A sequential stream that had to wait for its content goes on with its turn.
        let isFresh = entries[slot].stream != stream || !isSequential || !entries[slot].isSequential
        if isFresh { entries[slot].rest = isSequential ? Self.sequentialQuantum : Self.quantum }
        entries[slot].stream = stream
        entries[slot].isSequential = isSequential
        link(slot, UInt8(clamping: min(priority.urgency, 7)))
    }

    /// Takes a stream out, if it is in.
    mutating func remove(_ slot: Int) {
        if contains(slot) { unlink(slot) }
    }

    /// Gives a stream that is in another priority, as its client wishes.
    mutating func update(_ slot: Int, _ priority: HTTP2Priority) {
        guard contains(slot) else { return }
        let urgency = UInt8(clamping: min(priority.urgency, 7))
        let isSequential = !priority.isIncremental
        guard entries[slot].urgency != urgency || entries[slot].isSequential != isSequential else { return }
        unlink(slot)
        entries[slot].isSequential = isSequential
        entries[slot].rest = isSequential ? Self.sequentialQuantum : Self.quantum
        link(slot, urgency)
    }

    /// The stream to write next: the same until it has written its turn or is taken out.
    mutating func next() -> Int? {
        guard urgencies != 0 else { return nil }
        let slot = heads[urgencies.trailingZeroBitCount]
        if entries[slot].rest <= 0 {
            entries[slot].rest = entries[slot].isSequential ? Self.sequentialQuantum : Self.quantum
        }
        return slot
    }

    /// Notes what a stream has written, whether it is still in or not. Its turn passes on when it is over.
    mutating func wrote(_ count: Int, by slot: Int) {
        guard entries.indices.contains(slot) else { return }
        let rest = entries[slot].rest - min(max(count, 0), Self.sequentialQuantum)
        entries[slot].rest = max(rest, 0)
        let urgency = Int(entries[slot].urgency)
        guard rest <= 0, entries[slot].isPresent, heads[urgency] == slot else { return }
        heads[urgency] = entries[slot].next
    }

    // MARK: The rings

    /// Puts it where its turn comes last, or, if it is sequential, has not had its turn and is before whose turn it is,
    /// first.
    private mutating func link(_ slot: Int, _ urgency: UInt8) {
        entries[slot].isPresent = true
        entries[slot].urgency = urgency
        let index = Int(urgency)
        guard urgencies & 1 << urgency != 0 else {
            urgencies |= 1 << urgency
            heads[index] = slot
            entries[slot].next = slot
            entries[slot].previous = slot
            return
        }
        let head = heads[index]
        let last = entries[head].previous
        entries[slot].next = head
        entries[slot].previous = last
        entries[head].previous = slot
        entries[last].next = slot
        let goesFirst =
            entries[slot].isSequential && entries[head].isSequential && entries[slot].rest > 0
            && entries[slot].stream < entries[head].stream
        if goesFirst { heads[index] = slot }
    }

    private mutating func unlink(_ slot: Int) {
        let (next, previous, urgency) = (entries[slot].next, entries[slot].previous, entries[slot].urgency)
        entries[slot].isPresent = false
        guard next != slot else {
            urgencies &= ~(1 << urgency)
            return
        }
        entries[previous].next = next
        entries[next].previous = previous
        if heads[Int(urgency)] == slot { heads[Int(urgency)] = next }
    }
}
