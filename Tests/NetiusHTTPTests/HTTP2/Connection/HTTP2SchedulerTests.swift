import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Who writes next")
struct HTTP2SchedulerTests {
    private static let frame = 16_384

    /// Who writes in each of so many frames.
    private static func order(_ scheduler: inout HTTP2Scheduler, _ count: Int, frame: Int = frame) -> [Int] {
        (0..<count).compactMap { _ in
            guard let slot = scheduler.next() else { return nil }
            scheduler.wrote(frame, by: slot)
            return slot
        }
    }

    private static func scheduler(_ streams: [(priority: String?, stream: UInt32)]) -> HTTP2Scheduler {
        var scheduler = HTTP2Scheduler()
        for (slot, entry) in streams.enumerated() {
            let value = octets(entry.priority ?? "")
            scheduler.insert(
                slot, stream: entry.stream, HTTP2Priority(parsing: value.span), isExplicit: entry.priority != nil)
        }
        return scheduler
    }

    @Test("Nobody, if there is nobody")
    func empty() {
        var scheduler = HTTP2Scheduler()
        #expect(scheduler.isEmpty)
        #expect(scheduler.next() == nil)
        #expect(!scheduler.contains(0))
        #expect(!scheduler.contains(-1))
        scheduler.remove(5)
        scheduler.update(5, HTTP2Priority())
        scheduler.wrote(100, by: 5)
        scheduler.wrote(100, by: -1)
        #expect(scheduler.isEmpty)
    }

    @Test("One alone writes again and again")
    func alone() {
        var scheduler = Self.scheduler([("u=3", 1)])
        #expect(Self.order(&scheduler, 50) == Array(repeating: 0, count: 50))
        #expect(scheduler.contains(0))
        scheduler.remove(0)
        #expect(scheduler.isEmpty)
        #expect(scheduler.next() == nil)
    }

    @Test("Those that have said nothing take turns of one frame")
    func roundRobin() {
        var scheduler = Self.scheduler([(nil, 1), (nil, 3), (nil, 5)])
        #expect(Self.order(&scheduler, 7) == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test("Incremental ones take turns too, and small frames add up to one")
    func incremental() {
        var scheduler = Self.scheduler([("i", 1), ("i", 3)])
        #expect(Self.order(&scheduler, 10, frame: 4096) == [0, 0, 0, 0, 1, 1, 1, 1, 0, 0])
    }

    @Test("The more urgent go first, as long as there are any")
    func urgency() {
        var scheduler = Self.scheduler([("u=7", 1), ("u=0, i", 3), ("u=3, i", 5), ("u=0, i", 7)])
        #expect(Self.order(&scheduler, 4) == [1, 3, 1, 3])
        scheduler.remove(1)
        scheduler.remove(3)
        #expect(Self.order(&scheduler, 2) == [2, 2])
        scheduler.remove(2)
        #expect(Self.order(&scheduler, 1) == [0])
        scheduler.insert(1, stream: 9, HTTP2Priority(urgency: 1), isExplicit: true)
        #expect(Self.order(&scheduler, 1) == [1])
    }

    @Test("Whose client wants one after the other get 256 KiB at a time, in the order of the streams")
    func sequential() {
        var scheduler = Self.scheduler([("u=3", 5), ("u=3", 3), ("u=3", 1)])
        let expected = [2, 1, 0, 2].flatMap { Array(repeating: $0, count: 16) }
        #expect(Self.order(&scheduler, 64) == expected)
    }

    @Test("A sequential one that has to wait for its content goes on before those behind it")
    func sequentialPauses() {
        var scheduler = Self.scheduler([("u=3", 1), ("u=3", 3)])
        for _ in 0..<16 {
            #expect(Self.order(&scheduler, 1) == [0])
            scheduler.remove(0)
            // The other one may have its place meanwhile.
            #expect(scheduler.next() == 1)
            scheduler.insert(0, stream: 1, HTTP2Priority(), isExplicit: true)
        }
        // Its turn is over, pauses or not.
        #expect(Self.order(&scheduler, 16) == Array(repeating: 1, count: 16))
        #expect(Self.order(&scheduler, 1) == [0])
    }

    @Test("A slot that another stream has now does not inherit a turn")
    func slotsAreUsedAgain() {
        var scheduler = Self.scheduler([("u=3", 1), ("u=3", 9)])
        #expect(Self.order(&scheduler, 16) == Array(repeating: 0, count: 16))
        scheduler.remove(0)
        scheduler.insert(0, stream: 3, HTTP2Priority(), isExplicit: true)
        #expect(Self.order(&scheduler, 16) == Array(repeating: 0, count: 16))
    }

    @Test("What is written after a stream was taken out counts")
    func wroteAfterRemoval() {
        var scheduler = Self.scheduler([("u=3", 1), ("u=3", 3)])
        #expect(scheduler.next() == 0)
        scheduler.remove(0)
        scheduler.wrote(262_144, by: 0)
        scheduler.insert(0, stream: 1, HTTP2Priority(), isExplicit: true)
        #expect(scheduler.next() == 1)
    }

    @Test("Another priority takes a stream elsewhere, the same leaves it where it is")
    func update() {
        var scheduler = Self.scheduler([("i", 1), ("i", 3), ("i", 5)])
        scheduler.update(0, HTTP2Priority(urgency: 3, isIncremental: true))
        #expect(scheduler.next() == 0)
        scheduler.update(2, HTTP2Priority(urgency: 1))
        #expect(Self.order(&scheduler, 3) == [2, 2, 2])
        scheduler.update(2, HTTP2Priority(urgency: 3, isIncremental: true))
        #expect(Self.order(&scheduler, 4) == [0, 1, 2, 0])
        scheduler.update(7, HTTP2Priority(urgency: 0))
        #expect(!scheduler.contains(7))
    }

    @Test("Urgencies that do not exist are the nearest that do", arguments: [-1, Int.min, 8, Int.max])
    func oddUrgency(urgency: Int) {
        var scheduler = Self.scheduler([("u=1, i", 1), ("u=6, i", 3)])
        scheduler.insert(2, stream: 5, HTTP2Priority(urgency: urgency), isExplicit: true)
        #expect((scheduler.next() == 2) == (urgency < 0))
        scheduler.update(1, HTTP2Priority(urgency: urgency, isIncremental: true))
        #expect(scheduler.contains(1))
    }

    @Test("Nothing written, or less than nothing, is no turn; more than a turn is one")
    func oddCounts() {
        var scheduler = Self.scheduler([(nil, 1), (nil, 3)])
        #expect(Self.order(&scheduler, 3, frame: 0) == [0, 0, 0])
        #expect(Self.order(&scheduler, 3, frame: .min) == [0, 0, 0])
        #expect(Self.order(&scheduler, 3, frame: .max) == [0, 1, 0])
    }
}
