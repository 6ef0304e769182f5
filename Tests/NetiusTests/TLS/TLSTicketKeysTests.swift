import Testing

@testable import Netius

@Suite("Keys of session tickets")
struct TLSTicketKeysTests {
    private let clock = TestClock()

    private func makeKeys(rotation: Duration = .seconds(100)) -> TLSTicketKeys {
        TLSTicketKeys(rotation: rotation, now: { [clock] in clock.now })
    }

    private func name(of key: TLSTicketKey) -> [UInt8] {
        var name = [UInt8](repeating: 0, count: TLSTicketKey.nameSize)
        name.withUnsafeMutableBytes { key.copyName(to: $0) }
        return name
    }

    private func find(_ name: [UInt8], in keys: TLSTicketKeys) -> TLSTicketKeys.Found? {
        name.withUnsafeBytes { keys.key(named: $0) }
    }

    @Test("One key seals until its time is over, then another")
    func rotation() throws {
        let keys = makeKeys()
        let first = try #require(keys.keyForSealing())
        clock.advance(.seconds(99))
        #expect(keys.keyForSealing() === first)
        clock.advance(.seconds(1))
        let second = try #require(keys.keyForSealing())
        #expect(second !== first)
        #expect(name(of: first) != name(of: second))
    }

    @Test("A key that seals no more opens for as long again, then it is gone")
    func opening() throws {
        let keys = makeKeys()
        let first = name(of: try #require(keys.keyForSealing()))
        #expect(find(first, in: keys)?.isCurrent == true)
        clock.advance(.seconds(100))
        #expect(find(first, in: keys)?.isCurrent == false)
        _ = keys.keyForSealing()
        clock.advance(.seconds(99))
        #expect(find(first, in: keys)?.isCurrent == false)
        clock.advance(.seconds(1))
        #expect(find(first, in: keys) == nil)
    }

    @Test("A key is forgotten in time even where nothing is sealed meanwhile")
    func idle() throws {
        let keys = makeKeys()
        weak var first: TLSTicketKey?
        do {
            let key = try #require(keys.keyForSealing())
            first = key
        }
        clock.advance(.seconds(1000))
        #expect(find([UInt8](repeating: 0, count: 16), in: keys) == nil)
        #expect(first == nil)
    }

    @Test("There are never more than two")
    func two() throws {
        let keys = makeKeys()
        var names: [[UInt8]] = []
        for _ in 0..<10 {
            names.append(name(of: try #require(keys.keyForSealing())))
            clock.advance(.seconds(100))
            #expect(names.filter { find($0, in: keys) != nil }.count <= 2)
        }
        #expect(Set(names).count == 10)
    }

    @Test("An endless rotation keeps its key, and none makes a new one each time")
    func extremes() throws {
        let endless = makeKeys(rotation: .seconds(Int64.max))
        let first = try #require(endless.keyForSealing())
        clock.advance(.seconds(1_000_000_000))
        #expect(endless.keyForSealing() === first)
        let none = makeKeys(rotation: .zero)
        let one = try #require(none.keyForSealing())
        #expect(none.keyForSealing() !== one)
    }

    @Test("A name that is unknown, or cut, finds nothing")
    func unknown() throws {
        let keys = makeKeys()
        let known = name(of: try #require(keys.keyForSealing()))
        for count in 0..<16 { #expect(find(Array(known[..<count]), in: keys) == nil) }
        #expect(find(known.map { ~$0 }, in: keys) == nil)
        #expect(find(known, in: keys) != nil)
    }
}

/// A clock that goes on when it is told to.
final class TestClock: Sendable {
    private let time = Guarded(MonotonicTime(nanoseconds: 1_000_000_000))

    var now: MonotonicTime { time.withLock { $0 } }

    func advance(_ duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
