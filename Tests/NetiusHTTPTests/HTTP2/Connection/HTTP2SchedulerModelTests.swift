import Testing

@testable import NetiusHTTP

@Suite("Who writes next, whatever happens")
struct HTTP2SchedulerModelTests {
    private static func priority(_ random: inout SeededGenerator) -> HTTP2Priority {
        HTTP2Priority(
            urgency: Int.random(in: 2...(Bool.random(using: &random) ? 3 : 7), using: &random),
            isIncremental: Bool.random(using: &random))
    }

    @Test("Is who the rules say, step by step", arguments: 0..<16 as Range)
    func model(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var scheduler = HTTP2Scheduler()
        var model = NaiveScheduler()
        var streams = (0..<12).map { UInt32(2 * $0 + 1) }
        for step in 0..<4000 {
            let slot = Int.random(in: 0..<12, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<3:
                let priority = Self.priority(&random)
                let isExplicit = Int.random(in: 0..<4, using: &random) != 0
                if Int.random(in: 0..<4, using: &random) == 0, !model.contains(slot) {
                    streams[slot] = UInt32.random(in: 1...0x7FFF_FFFF, using: &random)
                }
                scheduler.insert(slot, stream: streams[slot], priority, isExplicit: isExplicit)
                model.insert(slot, stream: streams[slot], priority, isExplicit: isExplicit)
            case 3:
                scheduler.remove(slot)
                model.remove(slot)
            case 4:
                let priority = Self.priority(&random)
                scheduler.update(slot, priority)
                model.update(slot, priority)
            case 5:
                let count = Int.random(in: 0...300_000, using: &random)
                scheduler.wrote(count, by: slot)
                model.wrote(count, by: slot)
            default:
                guard let next = model.next() else { break }
                guard scheduler.next() == next else { break }
                let count = Bool.random(using: &random) ? 16_384 : Int.random(in: 0...40_000, using: &random)
                scheduler.wrote(count, by: next)
                model.wrote(count, by: next)
                if Int.random(in: 0..<8, using: &random) == 0 {
                    scheduler.remove(next)
                    model.remove(next)
                }
            }
            guard scheduler.isEmpty == model.isEmpty, scheduler.next() == model.next(),
                (0..<14).allSatisfy({ scheduler.contains($0) == model.contains($0) })
            else {
                Issue.record("seed \(seed), step \(step): not as the rules say")
                return
            }
        }
    }

    @Test("A large response does not keep small ones waiting", arguments: [1, 10, 99])
    func fairness(largeOnes: Int) {
        var scheduler = HTTP2Scheduler()
        for slot in 0..<largeOnes {
            scheduler.insert(slot, stream: UInt32(2 * slot + 1), HTTP2Priority(), isExplicit: false)
        }
        for round in 0..<100 {
            scheduler.insert(largeOnes, stream: UInt32(1001 + 2 * round), HTTP2Priority(), isExplicit: false)
            var frames = 0
            while let slot = scheduler.next(), slot != largeOnes, frames <= largeOnes {
                scheduler.wrote(16_384, by: slot)
                frames += 1
            }
            // At most one frame of each goes before it.
            #expect(frames <= largeOnes)
            scheduler.wrote(200, by: largeOnes)
            scheduler.remove(largeOnes)
        }
    }

    @Test("Those of one urgency that write all the time get the same share, within a turn")
    func shares() {
        var random = SeededGenerator(seed: 11)
        var scheduler = HTTP2Scheduler()
        for slot in 0..<20 {
            let isIncremental = slot % 2 == 0
            scheduler.insert(
                slot, stream: UInt32(2 * slot + 1), HTTP2Priority(isIncremental: isIncremental),
                isExplicit: isIncremental)
        }
        var written = Array(repeating: 0, count: 20)
        for _ in 0..<10_000 {
            guard let slot = scheduler.next() else { break }
            let count = Int.random(in: 1...16_384, using: &random)
            scheduler.wrote(count, by: slot)
            written[slot] += count
        }
        let (least, most) = (written.min() ?? 0, written.max() ?? 0)
        #expect(least > 0)
        // A turn ends with the frame that fills it: up to a frame more each time, half of one on average.
        #expect(most - least < most / 4)
    }
}
