import Foundation
import Netius
import Testing

@testable import NetiusHTTP

@Suite("Access log: time")
struct HTTPAccessClockTests {
    private func text(_ clock: HTTPAccessClock) -> String { String(decoding: clock.text, as: UTF8.self) }

    @Test("Each month has its name, and every number its digits")
    func dates() {
        var clock = HTTPAccessClock(format: .common)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "dd/MMM/yyyy:HH:mm:ss Z"
        for seconds in stride(from: Int64(0), to: 4_000_000_000, by: 13_337_331) {
            clock.set(to: Timestamp(seconds: seconds), at: MonotonicTime(nanoseconds: 1))
            #expect(text(clock) == formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds))))
        }
    }

    @Test("A second lasts until its end, and its milliseconds are counted from its beginning")
    func milliseconds() {
        var clock = HTTPAccessClock(format: .json)
        let seconds: (Double) -> MonotonicTime = { MonotonicTime(nanoseconds: UInt64($0 * 1e9)) }
        clock.set(to: Timestamp(seconds: 0, nanoseconds: 250_000_000), at: seconds(100))
        #expect(text(clock) == "1970-01-01T00:00:00.")
        #expect(clock.milliseconds(at: seconds(100)) == 250)
        #expect(clock.milliseconds(at: seconds(100.7)) == 950)
        // A turn of the loop that began before the text was made.
        #expect(clock.milliseconds(at: seconds(99)) == 0)
        clock.advance(to: seconds(100.7))
        #expect(text(clock) == "1970-01-01T00:00:00.")
    }

    @Test("Beyond its end it is the present")
    func advance() {
        var clock = HTTPAccessClock(format: .json)
        clock.set(to: Timestamp(seconds: 0), at: MonotonicTime(nanoseconds: 1))
        let before = Timestamp.now.description.prefix(19)
        clock.advance(to: .now)
        let after = Timestamp.now.description.prefix(19)
        #expect(text(clock).prefix(19) >= before && text(clock).prefix(19) <= after)
        #expect(text(clock).hasSuffix("."))
    }

    @Test("A machine that was started less than a second ago has a time as well")
    func boot() {
        var clock = HTTPAccessClock(format: .json)
        clock.set(to: Timestamp(seconds: 5, nanoseconds: 999_000_000), at: MonotonicTime(nanoseconds: 10))
        #expect(clock.milliseconds(at: MonotonicTime(nanoseconds: 20)) == 0)
    }
}
