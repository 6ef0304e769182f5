import Testing

@testable import Netius

@Suite("A watch on what a peer takes")
struct SendWatchTests {
    @Test("is patient with a peer that takes a little now and then")
    func moving() {
        let seen = Self.look((1...100).map { (.seconds(9 * $0), 1000 - $0) })
        #expect(seen == Array(repeating: true, count: 100))
    }

    @Test("gives up a peer that takes nothing")
    func stalled() {
        let seen = Self.look([(.zero, 1000), (.seconds(9), 1000), (.seconds(10), 1000), (.seconds(11), 1001)])
        #expect(seen == [true, true, false, false])
    }

    @Test("gives up in time where nobody knows what the peer takes")
    func unknown() {
        #expect(Self.look([(.seconds(9), nil), (.seconds(10), nil)]) == [true, false])
    }

    /// What a watch with ten seconds of patience says at these times, of this many bytes that were not acknowledged.
    private static func look(_ looks: [(time: Duration, unacknowledged: Int?)]) -> [Bool] {
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        var watch = SendWatch(stall: .seconds(10), at: start)
        var seen: [Bool] = []
        for look in looks { seen.append(watch.isMoving(look.unacknowledged, at: start + look.time)) }
        return seen
    }
}
