/// The descriptors registered with one loop, by the number that the poller gives back with each event.
///
/// A number is used once: an event that was on its way when its descriptor was closed finds nothing.
struct PollableTable {
    /// The number of the loop's own waker.
    static var wakerToken: UInt64 { .max }

    private struct Slot {
        var pollable: Pollable?
        var generation: UInt32
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []
    /// Nothing can be registered any more.
    private(set) var isClosed = false

    var count: Int { slots.count - free.count }

    subscript(token: UInt64) -> Pollable? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
        return slots[index].pollable
    }

    mutating func insert(_ pollable: Pollable) -> UInt64 {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
            slots[Int(index)].pollable = pollable
        } else {
            index = UInt32(slots.count)
            slots.append(Slot(pollable: pollable, generation: 0))
        }
        return UInt64(slots[Int(index)].generation) << 32 | UInt64(index)
    }

    mutating func remove(_ token: UInt64) {
        let index = Int(token & 0xFFFF_FFFF)
        guard self[token] != nil else { return }
        slots[index].pollable = nil
        slots[index].generation &+= 1
        free.append(UInt32(index))
    }

    /// All that are registered, for the loop to cancel; nothing can be registered from here on.
    mutating func closeAll() -> [Pollable] {
        isClosed = true
        return slots.compactMap(\.pollable)
    }
}
