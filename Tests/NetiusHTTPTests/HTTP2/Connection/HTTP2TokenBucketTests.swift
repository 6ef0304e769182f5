import Netius
import Testing

@testable import NetiusHTTP

@Suite("Token buckets")
struct HTTP2TokenBucketTests {
    private static let start = MonotonicTime(nanoseconds: 5_000_000_000)

    private static func after(_ nanoseconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: start.nanoseconds + nanoseconds)
    }

    /// How many can be taken at once, no more than the limit.
    private static func takeAll(_ bucket: inout HTTP2TokenBucket, at now: MonotonicTime, limit: Int = 10_000) -> Int {
        var count = 0
        while count < limit, bucket.take(at: now) { count += 1 }
        return count
    }

    @Test("Have the burst at first, at whatever time", arguments: [0, 1, 5_000_000_000, .max] as [UInt64])
    func burst(time: UInt64) {
        var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: 200, perSecond: 10))
        #expect(Self.takeAll(&bucket, at: MonotonicTime(nanoseconds: time)) == 200)
    }

    @Test("A clock that stands still brings nothing back, nor does one that goes back")
    func standsStill() {
        var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: 5, perSecond: 1000))
        #expect(Self.takeAll(&bucket, at: Self.start) == 5)
        #expect(Self.takeAll(&bucket, at: Self.start) == 0)
        #expect(Self.takeAll(&bucket, at: MonotonicTime(nanoseconds: 0)) == 0)
        // The way back is not counted as time that has passed.
        #expect(Self.takeAll(&bucket, at: Self.start) == 0)
        #expect(Self.takeAll(&bucket, at: Self.after(1_000_000)) == 1)
    }

    @Test("Time brings back what the rate says and never more than the burst")
    func refill() {
        var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: 100, perSecond: 33))
        #expect(Self.takeAll(&bucket, at: Self.start) == 100)
        #expect(Self.takeAll(&bucket, at: Self.after(1_000_000_000)) == 33)
        #expect(Self.takeAll(&bucket, at: Self.after(2_500_000_000)) == 49)
        #expect(Self.takeAll(&bucket, at: Self.after(3_600_000_000_000)) == 100)
        #expect(Self.takeAll(&bucket, at: .distantFuture) == 100)
    }

    @Test("Small steps bring as much as a large one: nothing is lost by rounding")
    func smallSteps() {
        var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: 3, perSecond: 3))
        #expect(Self.takeAll(&bucket, at: Self.start) == 3)
        var taken = 0
        for step in 1...10_000 where bucket.take(at: Self.after(UInt64(step) * 1_000_003)) { taken += 1 }
        // Ten seconds and thirty microseconds.
        #expect(taken == 30)
    }

    @Test(
        "Odd rates are rates too",
        arguments: [
            (0, 0, 0, 0), (0, 100, 0, 0), (-5, -7, 0, 0), (3, 0, 3, 0), (3, -1, 3, 0), (1, .max, 1, 1),
            (.max, .max, 10_000, 10_000), (.max, 0, 10_000, 10_000), (10, 2_000_000_000, 10, 10),
        ] as [(Int, Int, Int, Int)])
    func extremes(burst: Int, perSecond: Int, first: Int, later: Int) {
        var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: burst, perSecond: perSecond))
        #expect(Self.takeAll(&bucket, at: Self.start) == first)
        #expect(Self.takeAll(&bucket, at: Self.after(3_600_000_000_000)) == later)
        #expect(Self.takeAll(&bucket, at: .distantFuture) == later)
    }

    @Test("What is added comes on top of the burst, and time does not take it away")
    func adds() {
        var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: 10, perSecond: 5))
        bucket.add(15)
        #expect(Self.takeAll(&bucket, at: Self.after(100_000_000_000)) == 25)
        bucket.add(20)
        #expect(bucket.take(at: Self.after(102_000_000_000)) == true)
        // Those, and what time has brought.
        #expect(Self.takeAll(&bucket, at: Self.after(102_000_000_000)) == 19 + 10)
        bucket.add(-3)
        bucket.add(0)
        #expect(Self.takeAll(&bucket, at: Self.after(102_000_000_000)) == 0)
        bucket.add(.max)
        bucket.add(.max)
        #expect(Self.takeAll(&bucket, at: Self.after(102_000_000_000)) == 10_000)
    }

    @Test("Whatever happens, it allows what exact arithmetic allows", arguments: 0..<8 as Range)
    func model(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        for _ in 0..<50 {
            let burst = Int.random(in: 0...20, using: &random)
            let perSecond = Int.random(in: 0...50, using: &random)
            var bucket = HTTP2TokenBucket(HTTP2Limits.Rate(burst: burst, perSecond: perSecond))
            // In billionths.
            let full = Int128(burst) * 1_000_000_000
            var level = full
            var extra = 0
            var time: UInt64 = 0
            for _ in 0..<200 {
                let elapsed = Bool.random(using: &random) ? 0 : UInt64.random(in: 0...200_000_000, using: &random)
                time += elapsed
                level = min(full, level + Int128(elapsed) * Int128(perSecond))
                if Int.random(in: 0..<10, using: &random) == 0 {
                    let added = Int.random(in: 0...5, using: &random)
                    bucket.add(added)
                    extra += added
                }
                let allows = extra > 0 || level >= 1_000_000_000
                if extra > 0 {
                    extra -= 1
                } else if allows {
                    level -= 1_000_000_000
                }
                #expect(bucket.take(at: MonotonicTime(nanoseconds: time)) == allows)
            }
        }
    }
}
