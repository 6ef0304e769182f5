internal import Netius

/// Elements by the time at which they are due, the earliest first: a binary heap.
struct TimeHeap<Element: Sendable>: Sendable {
    private struct Entry {
        let time: Timestamp
        let element: Element
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    /// The earliest time.
    var firstTime: Timestamp? { entries.first?.time }

    mutating func insert(_ element: Element, at time: Timestamp) {
        entries.append(Entry(time: time, element: element))
        siftUp(entries.count - 1)
    }

    /// The earliest element, if its time has come.
    mutating func popFirst(dueBy now: Timestamp) -> Element? {
        guard let first = entries.first, first.time <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            siftDown(0)
        }
        return first.element
    }

    /// Takes out all that fit, in no order.
    mutating func removeAll(where fits: (Element) -> Bool) -> [Element] {
        let removed = entries.filter { fits($0.element) }.map(\.element)
        guard !removed.isEmpty else { return [] }
        entries.removeAll { fits($0.element) }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
        return removed
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, entries[index].time < entries[(index - 1) / 2].time {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [index * 2 + 1, index * 2 + 2]
            where child < entries.count && entries[child].time < entries[least].time {
                least = child
            }
            guard least != index else { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}

/// A queue: first in, first out.
struct FIFO<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var first = 0

    var count: Int { elements.count - first }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        elements[first] = nil
        first += 1
        if first == elements.count || first > 1024 && first * 2 > elements.count {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }
}
