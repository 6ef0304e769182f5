@testable import NetiusHTTP

/// The scheduler's rules with nothing but arrays: whose turn it is stands first.
struct NaiveScheduler {
    private struct Stream {
        var slot: Int
        var identifier: UInt32
        var isSequential: Bool
    }

    private var queues: [[Stream]] = Array(repeating: [], count: 8)
    /// What is left of turns, by slot: of those that are out, too.
    private var rests: [Int: (identifier: UInt32, isSequential: Bool, rest: Int)] = [:]

    var isEmpty: Bool { queues.allSatisfy(\.isEmpty) }

    private static func turn(_ isSequential: Bool) -> Int { isSequential ? 262_144 : 16_384 }

    func contains(_ slot: Int) -> Bool {
        queues.contains { queue in queue.contains { $0.slot == slot } }
    }

    mutating func insert(_ slot: Int, stream: UInt32, _ priority: HTTP2Priority, isExplicit: Bool) {
        guard !contains(slot) else { return }
        let isSequential = isExplicit && !priority.isIncremental
        if let known = rests[slot], known.identifier == stream, known.isSequential, isSequential {
        } else {
            rests[slot] = (stream, isSequential, Self.turn(isSequential))
        }
        put(Stream(slot: slot, identifier: stream, isSequential: isSequential), priority.urgency)
    }

    private mutating func put(_ stream: Stream, _ urgency: Int) {
        if stream.isSequential, let first = queues[urgency].first, first.isSequential,
            stream.identifier < first.identifier, rests[stream.slot]?.rest != 0
        {
            queues[urgency].insert(stream, at: 0)
        } else {
            queues[urgency].append(stream)
        }
    }

    mutating func remove(_ slot: Int) {
        for urgency in 0..<8 { queues[urgency].removeAll { $0.slot == slot } }
    }

    mutating func update(_ slot: Int, _ priority: HTTP2Priority) {
        for urgency in 0..<8 {
            guard let place = queues[urgency].firstIndex(where: { $0.slot == slot }) else { continue }
            var stream = queues[urgency][place]
            if urgency == priority.urgency, stream.isSequential == !priority.isIncremental { return }
            queues[urgency].remove(at: place)
            stream.isSequential = !priority.isIncremental
            rests[slot] = (stream.identifier, stream.isSequential, Self.turn(stream.isSequential))
            put(stream, priority.urgency)
            return
        }
    }

    mutating func next() -> Int? {
        guard let stream = queues.first(where: { !$0.isEmpty })?.first else { return nil }
        if rests[stream.slot]?.rest == 0 { rests[stream.slot]?.rest = Self.turn(stream.isSequential) }
        return stream.slot
    }

    mutating func wrote(_ count: Int, by slot: Int) {
        guard let known = rests[slot] else { return }
        let rest = max(0, known.rest - count)
        rests[slot]?.rest = rest
        guard rest == 0 else { return }
        for urgency in 0..<8 where queues[urgency].first?.slot == slot {
            queues[urgency].append(queues[urgency].removeFirst())
        }
    }
}
