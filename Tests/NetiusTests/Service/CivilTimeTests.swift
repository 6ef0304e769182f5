import Foundation
import Netius
import Testing

@Suite struct CivilTimeTests {
    @Test(
        "Known moments have their known dates",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (951_868_800, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"),
            (2_147_483_648, "2038-01-19T03:14:08.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (-2_203_891_200, "1900-03-01T00:00:00.000Z"),
            (-2_203_891_201, "1900-02-28T23:59:59.000Z"),
            (13_574_563_200, "2400-02-29T00:00:00.000Z"),
            (1_795_218_651, "2026-11-20T23:50:51.000Z"),
        ] as [(Int64, String)])
    func known(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test("Milliseconds are cut off, not rounded", arguments: [(871_999_999, "871"), (999, "000"), (7_000_000, "007")])
    func milliseconds(nanoseconds: UInt32, digits: String) {
        let timestamp = Timestamp(seconds: 1_795_218_651, nanoseconds: nanoseconds)
        #expect(timestamp.description == "2026-11-20T23:50:51.\(digits)Z")
    }

    @Test("Moments that RFC 3339 can't write become the nearest that it can")
    func extremes() {
        #expect(Timestamp(seconds: .min).description == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp(seconds: .max, nanoseconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(seconds: 253_402_300_799).description == "9999-12-31T23:59:59.000Z")
    }

    @Test("Random moments agree with gmtime_r")
    func agreesWithTheSystem() {
        var generator = SeededGenerator(seed: 20_261_120)
        for _ in 0..<20_000 {
            let seconds = Int64.random(in: -62_167_219_200...253_402_300_799, using: &generator)
            var time = time_t(seconds)
            var broken = tm()
            gmtime_r(&time, &broken)
            let civil = CivilTime(secondsSince1970: seconds)
            guard
                civil.year == Int(broken.tm_year) + 1900, civil.month == Int(broken.tm_mon) + 1,
                civil.day == Int(broken.tm_mday), civil.hour == Int(broken.tm_hour),
                civil.minute == Int(broken.tm_min), civil.second == Int(broken.tm_sec)
            else {
                Issue.record("\(seconds) became \(civil)")
                return
            }
        }
    }

    @Test("Now is between two readings of another clock")
    func now() {
        let before = Date().timeIntervalSince1970
        let now = Timestamp.now
        let after = Date().timeIntervalSince1970
        let seconds = Double(now.seconds) + Double(now.nanoseconds) / 1e9
        #expect(seconds >= before - 0.001 && seconds <= after + 0.001)
    }

    @Test("Timestamps are ordered by seconds, then by nanoseconds")
    func order() {
        #expect(Timestamp(seconds: 1, nanoseconds: 5) < Timestamp(seconds: 2))
        #expect(Timestamp(seconds: 1, nanoseconds: 5) < Timestamp(seconds: 1, nanoseconds: 6))
        #expect(!(Timestamp(seconds: 2) < Timestamp(seconds: 1, nanoseconds: 5)))
    }
}

/// The same numbers for the same seed (a linear congruential generator, its high bits used).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        var result: UInt64 = 0
        for _ in 0..<2 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            result = result << 32 | state >> 32
        }
        return result
    }
}
