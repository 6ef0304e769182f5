import Testing

@testable import Netius

@Suite("Lines that were lost")
struct LineLossesTests {
    private func time(_ seconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test("Are reported at once, then a minute later, together")
    func reports() {
        var losses = LineLosses()
        #expect(losses.reportTime == nil)
        #expect(losses.takeReport(at: time(1), isLast: true) == nil)
        losses.add(3, because: nil)
        #expect(
            losses.takeReport(at: time(1), isLast: false)?.1 == ["lines": "3", "reason": "the disk does not keep up"])
        losses.add(1, because: SystemError(operation: "write", code: 28))
        losses.add(1, because: nil)
        #expect(losses.takeReport(at: time(60), isLast: false) == nil)
        #expect(losses.reportTime == time(61))
        #expect(
            losses.takeReport(at: time(61), isLast: false)?.1
                == ["lines": "2", "reason": "write: No space left on device"])
        #expect(losses.reportTime == nil)
        #expect(losses.count == 5)
    }

    @Test("Are reported before the minute is over where it may be the last opportunity")
    func last() {
        var losses = LineLosses()
        losses.add(1, because: nil)
        _ = losses.takeReport(at: time(1), isLast: false)
        losses.add(7, because: nil)
        #expect(losses.takeReport(at: time(2), isLast: true)?.1["lines"] == "7")
    }
}
