import TestSupport
import Testing

@testable import Netius

@Suite struct JobQueueTests {
    // A queue never looks into its jobs, so that numbers will do.
    private static func job(_ number: Int) -> UnownedJob {
        unsafeBitCast(number + 1, to: UnownedJob.self)
    }

    private static func number(_ job: UnownedJob) -> Int {
        unsafeBitCast(job, to: Int.self) - 1
    }

    @Test("Jobs come out in the order in which they went in, while the ring wraps and grows", arguments: 0..<8 as Range)
    func order(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var queue = JobQueue()
        var (appended, taken) = (0, 0)
        for _ in 0..<3000 {
            // Now and then more comes than goes.
            let (more, fewer) = Bool.random(using: &random) ? (40, 20) : (20, 40)
            for _ in 0..<Int.random(in: 0...more, using: &random) {
                queue.append(Self.job(appended))
                appended += 1
            }
            for _ in 0..<Int.random(in: 0...fewer, using: &random) {
                let job = queue.popFirst()
                guard let job else {
                    #expect(taken == appended)
                    break
                }
                guard Self.number(job) == taken else {
                    Issue.record("\(Self.number(job)) instead of \(taken)")
                    return
                }
                taken += 1
            }
            guard queue.count == appended - taken, queue.isEmpty == (appended == taken) else {
                Issue.record("the count is wrong")
                return
            }
        }
    }

    @Test("It grows with its contents wrapped around the end at every place", arguments: [0, 1, 31, 63])
    func growWrapped(start: Int) {
        var queue = JobQueue()
        for number in 0..<start {
            queue.append(Self.job(number))
            _ = queue.popFirst()
        }
        for number in 0..<200 { queue.append(Self.job(number)) }
        var out: [Int] = []
        while let job = queue.popFirst() { out.append(Self.number(job)) }
        #expect(out == Array(0..<200))
    }
}
