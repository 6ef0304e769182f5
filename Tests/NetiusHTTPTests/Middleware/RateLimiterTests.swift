import Netius
import Testing

@testable import NetiusHTTP

@Suite("Rate limiter")
struct RateLimiterTests {
    private static let second: UInt64 = 1_000_000_000

    private static func client(_ text: String) throws -> RateLimiter.Client {
        RateLimiter.Client(try #require(IPAddress(text)))
    }

    private static func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000 * second + UInt64(seconds * 1e9))
    }

    @Test("A full bucket has a burst, and then a request in each interval")
    func bucket() throws {
        let limiter = RateLimiter(interval: Self.second, burst: 3, capacity: 100)
        let client = try Self.client("192.0.2.1")
        for _ in 0..<3 { #expect(limiter.take(client, at: Self.time(0)) == nil) }
        #expect(limiter.take(client, at: Self.time(0)) == .seconds(1))
        #expect(limiter.take(client, at: Self.time(0.75)) == .milliseconds(250))
        #expect(limiter.take(client, at: Self.time(1)) == nil)
        #expect(limiter.take(client, at: Self.time(1)) == .seconds(1))
        // What was refused has cost nothing.
        #expect(limiter.take(client, at: Self.time(3)) == nil)
        #expect(limiter.take(client, at: Self.time(3)) == nil)
        #expect(limiter.take(client, at: Self.time(3)) == .seconds(1))
        // However long it waits, there is one burst.
        for _ in 0..<3 { #expect(limiter.take(client, at: Self.time(1000)) == nil) }
        #expect(limiter.take(client, at: Self.time(1000)) == .seconds(1))
    }

    @Test("A bucket does as a count of tokens would", arguments: 1...20)
    func model(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let burst = Int.random(in: 1...6, using: &random)
        let limiter = RateLimiter(interval: Self.second / 8, burst: burst, capacity: 1000)
        let clients = try (0..<10).map { try Self.client("198.51.100.\($0)") }
        // In eighths, so that the model is exact.
        var tokens = Array(repeating: burst, count: clients.count)
        for step in 0..<2000 {
            for index in tokens.indices { tokens[index] = min(burst, tokens[index] + 1) }
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let index = Int.random(in: 0..<clients.count, using: &random)
                let isTaken = limiter.take(clients[index], at: Self.time(Double(step) / 8)) == nil
                #expect(isTaken == (tokens[index] > 0))
                if isTaken { tokens[index] -= 1 }
            }
        }
    }

    @Test(
        "A client is an IPv4 address, in either form, or a /64 network",
        arguments: [
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("2001:db8::1", "2001:db8::ffff:1", true), ("2001:db8::1", "2001:db8:0:0:8000::1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false), ("fe80::1", "fe80::2", false), ("::1", "0.0.0.0", false),
            ("::ffff:0:1", "::1", false),
        ])
    func clients(first: String, second: String, areOne: Bool) throws {
        #expect((try Self.client(first) == Self.client(second)) == areOne)
    }

    @Test("When there are more clients than places, nobody is refused who has asked for nothing")
    func crowd() throws {
        let limiter = RateLimiter(interval: Self.second, burst: 2, capacity: 64)
        for number in 0..<10_000 {
            let client = try Self.client("2001:db8:\(String(number, radix: 16))::1")
            #expect(limiter.take(client, at: Self.time(0)) == nil)
        }
    }

    @Test("A crowd does not make a table forget who asks for much")
    func heavy() throws {
        let limiter = RateLimiter(interval: Self.second, burst: 100, capacity: 64)
        let heavy = try Self.client("192.0.2.1")
        for _ in 0..<100 { #expect(limiter.take(heavy, at: Self.time(0)) == nil) }
        for number in 0..<10_000 {
            _ = limiter.take(try Self.client("2001:db8:\(String(number, radix: 16))::1"), at: Self.time(0))
            #expect(limiter.take(heavy, at: Self.time(0)) != nil)
        }
    }

    @Test("Extreme figures neither trap nor refuse the first request")
    func extremes() throws {
        let client = try Self.client("192.0.2.1")
        for interval in [0, 1, UInt64.max] {
            for burst in [Int.min, 0, 1, Int.max] {
                let limiter = RateLimiter(interval: interval, burst: burst, capacity: burst > 1 ? 1 : burst)
                for now in [0, 1, UInt64.max - 1, UInt64.max] {
                    let other = RateLimiter(interval: interval, burst: burst, capacity: 1)
                    #expect(other.take(client, at: MonotonicTime(nanoseconds: now)) == nil)
                    _ = limiter.take(client, at: MonotonicTime(nanoseconds: now))
                    _ = limiter.take(client, at: MonotonicTime(nanoseconds: now))
                }
                // Another loop's clock may be a little behind.
                _ = limiter.take(client, at: MonotonicTime(nanoseconds: 5))
            }
        }
    }
}
