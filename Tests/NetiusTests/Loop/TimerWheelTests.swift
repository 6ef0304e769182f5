import TestSupport
import Testing

@testable import Netius

@Suite struct TimerWheelTests {
    /// The same as the wheel, by looking at everything each time.
    private struct Model {
        var armed: [Int: UInt64] = [:]
        var present: UInt64 = 0

        mutating func schedule(_ name: Int, at deadline: UInt64) {
            armed[name] = max(deadline, present + 1)
        }

        mutating func advance(to tick: UInt64) -> [Int: UInt64] {
            let expired = armed.filter { $0.value <= tick }
            for name in expired.keys { armed[name] = nil }
            present = max(present, tick)
            return expired
        }
    }

    /// From the next tick to beyond any horizon that a wheel could have, with many equal ones.
    private static func deadline(after present: UInt64, _ random: inout SeededRandom) -> UInt64 {
        let distance: UInt64 =
            switch Int.random(in: 0..<10, using: &random) {
            case 0: 0
            case 1, 2: .random(in: 0..<4, using: &random)
            case 3, 4: .random(in: 0..<200, using: &random)
            case 5: .random(in: 0..<10_000, using: &random)
            case 6: 1 << UInt64.random(in: 0..<43, using: &random)
            case 7: (1 << UInt64.random(in: 0..<43, using: &random)) - 1
            case 8: .random(in: 0..<(1 << 38), using: &random)
            default: .random(in: 0..<(1 << 44), using: &random)
            }
        return Int.random(in: 0..<20, using: &random) == 0 ? present / 2 : present + distance
    }

    private static func step(_ wheel: TimerWheel<Int>, _ random: inout SeededRandom) -> UInt64 {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: wheel.nextTick ?? wheel.present + 1
        case 1: wheel.nextTick.map { max($0, wheel.present + 1) - 1 } ?? wheel.present
        case 2: wheel.present
        case 3, 4: wheel.present + 1
        case 5: wheel.present + .random(in: 0..<300, using: &random)
        case 6: wheel.present + .random(in: 0..<100_000, using: &random)
        default: wheel.present + (1 << UInt64.random(in: 0..<40, using: &random))
        }
    }

    @Test("Random sequences of arming, cancelling and advancing do what a plain list does", arguments: 0..<24 as Range)
    func model(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var wheel = TimerWheel<Int>()
        var model = Model()
        var tokens: [(name: Int, token: TimerWheel<Int>.Token)] = []
        for name in 0..<4000 {
            if wheel.present > 1 << 60 { break }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let deadline = Self.deadline(after: wheel.present, &random)
                tokens.append((name, wheel.schedule(at: deadline, name)))
                model.schedule(name, at: deadline)
            case 5..<7 where !tokens.isEmpty:
                let (name, token) = tokens[.random(in: tokens.indices, using: &random)]
                let wasArmed = model.armed.removeValue(forKey: name) != nil
                let isCancelled = wheel.cancel(token)
                #expect(isCancelled == wasArmed)
            default:
                let tick = Self.step(wheel, &random)
                var expired: [Int] = []
                wheel.advance(to: tick, expired: &expired)
                let expected = model.advance(to: tick)
                let deadlines = expired.map { expected[$0] }
                #expect(!deadlines.contains(nil), "something expired early or twice")
                #expect(deadlines.compactMap(\.self) == expected.values.sorted(), "lost or out of order")
            }
            #expect(wheel.count == model.armed.count)
            #expect(wheel.present == model.present)
            guard check(wheel, earliest: model.armed.values.min()) else { return }
        }
    }

    private func check(_ wheel: TimerWheel<Int>, earliest: UInt64?) -> Bool {
        guard let earliest, let next = wheel.nextTick else {
            #expect(earliest == nil && wheel.nextTick == nil)
            return earliest == nil && wheel.nextTick == nil
        }
        let isRight = next > wheel.present && next <= earliest
        #expect(isRight, "next \(next), present \(wheel.present), earliest \(earliest)")
        // On the lowest level the answer is exact.
        if earliest >> 6 == wheel.present >> 6 { #expect(next == earliest) }
        return isRight
    }

    @Test(
        "An entry expires at its tick and not one earlier, wherever in the wheel it began",
        arguments: [0, 1, 63, 64, 4095, (1 << 36) - 1, 1 << 36, (1 << 36) + 1, (1 << 60) - 1] as [UInt64],
        [1, 2, 63, 64, 65, 4096, (1 << 30) + 7, (1 << 36) - 1, 1 << 36, 1 << 44, 1 << 62] as [UInt64])
    func exact(present: UInt64, distance: UInt64) {
        var wheel = TimerWheel<Int>(present: present)
        var expired: [Int] = []
        _ = wheel.schedule(at: present + distance, 1)
        wheel.advance(to: present + distance - 1, expired: &expired)
        #expect(expired.isEmpty)
        wheel.advance(to: present + distance, expired: &expired)
        #expect(expired == [1])
        #expect(wheel.nextTick == nil)
    }

    @Test("The last tick there is can be waited for")
    func lastTick() {
        var wheel = TimerWheel<Int>()
        var expired: [Int] = []
        _ = wheel.schedule(at: .max, 1)
        wheel.advance(to: .max - 1, expired: &expired)
        #expect(expired.isEmpty)
        wheel.advance(to: .max, expired: &expired)
        #expect(expired == [1])
        _ = wheel.schedule(at: 5, 2)
        wheel.advance(to: .max, expired: &expired)
        #expect(expired == [1, 2])
    }

    @Test("A token is good for one entry only, though its place is used again")
    func staleToken() {
        var wheel = TimerWheel<Int>()
        var expired: [Int] = []
        let first = wheel.schedule(at: 1, 1)
        wheel.advance(to: 1, expired: &expired)
        let second = wheel.schedule(at: 2, 2)
        let results = [wheel.cancel(first), wheel.cancel(second), wheel.cancel(second)]
        #expect(results == [false, true, false])
        let third = wheel.schedule(at: 2, 3)
        #expect(first != third && second != third)
        wheel.advance(to: 10, expired: &expired)
        #expect(expired == [1, 3])
    }

    @Test("Payloads are let go when they expire, are cancelled or are all removed")
    func payloadsAreReleased() {
        final class Payload {}
        var wheel = TimerWheel<Payload>()
        var expired: [Payload] = []
        var payloads = [Payload(), Payload(), Payload()]
        weak let first = payloads[0]
        weak let second = payloads[1]
        weak let third = payloads[2]
        _ = wheel.schedule(at: 1, payloads[0])
        let token = wheel.schedule(at: 2, payloads[1])
        _ = wheel.schedule(at: 1 << 40, payloads[2])
        payloads = []
        #expect(first != nil && second != nil && third != nil)
        wheel.advance(to: 1, expired: &expired)
        expired = []
        wheel.cancel(token)
        #expect(first == nil && second == nil && third != nil)
        let removed = wheel.removeAll().count
        #expect(removed == 1)
        #expect(third == nil)
        #expect(wheel.count == 0)
        #expect(wheel.nextTick == nil)
        #expect(wheel.present == 1)
    }

    @Test("A million timers are armed and cancelled, as cheaply as the first")
    func million() {
        var wheel = TimerWheel<Int>()
        var random = SeededRandom(seed: 1)
        var tokens: [TimerWheel<Int>.Token] = []
        tokens.reserveCapacity(1_000_000)
        for number in 0..<1_000_000 {
            tokens.append(wheel.schedule(at: .random(in: 1...60_000, using: &random), number))
        }
        #expect(wheel.count == 1_000_000)
        for (number, token) in tokens.enumerated() where number % 1000 != 0 { wheel.cancel(token) }
        #expect(wheel.count == 1000)
        var expired: [Int] = []
        wheel.advance(to: 60_000, expired: &expired)
        #expect(expired.count == 1000)
        #expect(expired.allSatisfy { $0 % 1000 == 0 })
        #expect(wheel.nextTick == nil)
    }
}
