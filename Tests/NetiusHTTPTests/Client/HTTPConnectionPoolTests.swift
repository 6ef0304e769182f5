import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: the rules of the connection pool")
struct HTTPConnectionPoolTests {
    private typealias Pool = HTTPConnectionPool<String>

    /// An object, whose methods an expectation can call.
    private final class TestedPool {
        private(set) var pool: Pool

        init(_ pool: Pool) { self.pool = pool }

        func lease(_ key: String, at now: Int, isNew: Bool = false) -> Pool.Lease {
            pool.lease(key, now: HTTPConnectionPoolTests.time(now), isNew: isNew)
        }

        func release(_ id: Pool.ID, at now: Int, idleTime: Duration? = nil) -> Pool.Release {
            pool.release(id, now: HTTPConnectionPoolTests.time(now), idleTime: idleTime)
        }

        func closed(_ id: Pool.ID, at now: Int) -> Pool.Turn? {
            pool.closed(id, now: HTTPConnectionPoolTests.time(now))
        }

        func cancel(_ ticket: Pool.Ticket) -> Bool { pool.cancel(ticket) }

        func connect(_ key: String, at now: Int = 0) throws -> Pool.ID {
            guard case .connect(let id) = lease(key, at: now) else { throw TestFailure("not told to connect") }
            return id
        }

        func wait(_ key: String) throws -> Pool.Ticket {
            guard case .wait(let ticket) = lease(key, at: 0) else { throw TestFailure("not told to wait") }
            return ticket
        }
    }

    fileprivate static func time(_ seconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: UInt64(seconds) * 1_000_000_000)
    }

    private static func pool(_ change: (inout Pool.Limits) -> Void = { _ in }) -> TestedPool {
        var limits = Pool.Limits()
        change(&limits)
        return TestedPool(Pool(limits: limits))
    }

    @Test("A connection that was given back serves the next request to the same origin, and no other's")
    func reuse() throws {
        let pool = Self.pool()
        let first = try pool.connect("a")
        #expect(pool.pool.earlierUses(of: first) == 0)
        #expect(pool.release(first, at: 1) == .keep)
        let other = try pool.connect("b")
        #expect(other != first)
        #expect(pool.lease("a", at: 2) == .use(first))
        #expect(pool.pool.earlierUses(of: first) == 1)
        #expect(try pool.connect("a") != first)
        #expect(pool.pool.connectionCount == 3 && pool.pool.idleCount == 0)
    }

    @Test("Of several idle connections the one used last is used first")
    func lastInFirstOut() throws {
        let pool = Self.pool()
        let ids = try (0..<3).map { _ in try pool.connect("a") }
        for id in ids { #expect(pool.release(id, at: 0) == .keep) }
        for id in ids.reversed() { #expect(pool.lease("a", at: 1) == .use(id)) }
    }

    @Test("At an origin's limit requests wait, and are served in turn by what is given back or closed")
    func waiting() throws {
        let pool = Self.pool { $0.connectionsPerOrigin = 2 }
        let ids = try (0..<2).map { _ in try pool.connect("a") }
        let tickets = try (0..<3).map { _ in try pool.wait("a") }
        _ = try pool.connect("b")
        #expect(pool.release(ids[0], at: 1) == .give(tickets[0]))
        let next = try #require(pool.closed(ids[1], at: 1))
        #expect(next.ticket == tickets[1] && next.id != ids[1])
        #expect(pool.release(ids[0], at: 1) == .give(tickets[2]))
        #expect(pool.release(ids[0], at: 1) == .keep)
        #expect(pool.pool.waiterCount == 0)
    }

    @Test("A request that waits no longer is passed over; one that was served has to give back what it got")
    func cancelling() throws {
        let pool = Self.pool { $0.connectionsPerOrigin = 1 }
        let id = try pool.connect("a")
        let tickets = try (0..<3).map { _ in try pool.wait("a") }
        #expect(pool.cancel(tickets[0]))
        #expect(!pool.cancel(tickets[0]))
        #expect(pool.release(id, at: 0) == .give(tickets[1]))
        #expect(!pool.cancel(tickets[1]))
        #expect(pool.cancel(tickets[2]))
        #expect(pool.release(id, at: 0) == .keep)
        #expect(pool.closed(id, at: 0) == nil)
        #expect(pool.pool.originCount == 0 && pool.pool.connectionCount == 0)
    }

    @Test("Too many that wait are refused")
    func refusal() throws {
        let pool = Self.pool {
            $0.connectionsPerOrigin = 1
            $0.waiters = 2
        }
        for key in ["a", "b"] {
            _ = try pool.connect(key)
            _ = try pool.wait(key)
        }
        #expect(pool.lease("a", at: 0) == .refused)
        #expect(pool.lease("c", at: 0) != .refused)
    }

    @Test("An idle connection is not used once its time, or what the server gave it, is over")
    func idleTime() throws {
        let pool = Self.pool()
        let (first, second) = (try pool.connect("a"), try pool.connect("a"))
        #expect(pool.release(first, at: 0) == .keep)
        #expect(pool.release(second, at: 0, idleTime: .seconds(5)) == .keep)
        #expect(pool.pool.expired(now: Self.time(4)).ids.isEmpty)
        #expect(pool.pool.expired(now: Self.time(4)).next == Self.time(5))
        #expect(pool.pool.expired(now: Self.time(5)).ids == [second])
        #expect(pool.pool.expired(now: Self.time(5)).next == Self.time(60))
        #expect(pool.lease("a", at: 5) == .stale(second))
        #expect(pool.closed(second, at: 5) == nil)
        #expect(pool.lease("a", at: 59) == .use(first))
        #expect(pool.release(first, at: 59) == .keep)
        #expect(pool.lease("a", at: 118) == .use(first))
        #expect(pool.pool.expired(now: Self.time(1000)).ids.isEmpty)
        // A server that keeps it longer does not make us.
        #expect(pool.release(first, at: 118, idleTime: .seconds(600)) == .keep)
        #expect(pool.pool.expired(now: Self.time(178)).ids == [first])
        let third = try pool.connect("b")
        #expect(pool.release(third, at: 0, idleTime: .zero) == .close)
    }

    @Test("A connection that is old, or has served enough, is closed")
    func usesAndAge() throws {
        let pool = Self.pool {
            $0.uses = 2
            $0.age = .seconds(10)
        }
        let id = try pool.connect("a")
        #expect(pool.release(id, at: 0) == .keep)
        #expect(pool.lease("a", at: 0) == .use(id))
        #expect(pool.release(id, at: 0) == .close)
        #expect(pool.closed(id, at: 0) == nil)
        let other = try pool.connect("a")
        #expect(pool.release(other, at: 9) == .keep)
        #expect(pool.lease("a", at: 10) == .stale(other))
    }

    @Test("Beyond the limit of idle connections the one idle longest goes")
    func idleLimit() throws {
        let pool = Self.pool { $0.idleConnections = 2 }
        let ids = try ["a", "b", "c"].map { try pool.connect($0) }
        #expect(pool.release(ids[1], at: 0) == .keep)
        #expect(pool.release(ids[0], at: 1) == .keep)
        #expect(pool.release(ids[2], at: 2) == .keepInsteadOf(ids[1]))
        #expect(pool.closed(ids[1], at: 2) == nil)
        #expect(pool.pool.idle == [ids[0], ids[2]])
        let none = Self.pool { $0.idleConnections = 0 }
        let id = try none.connect("a")
        #expect(none.release(id, at: 0) == .close)
        #expect(none.closed(id, at: 0) == nil)
        #expect(none.pool.idleCount == 0 && none.pool.connectionCount == 0)
    }

    @Test("A new connection can be insisted on: at the limit an idle one makes room")
    func insistingOnANewOne() throws {
        let pool = Self.pool { $0.connectionsPerOrigin = 2 }
        let ids = try (0..<2).map { _ in try pool.connect("a") }
        for id in ids { #expect(pool.release(id, at: 0) == .keep) }
        #expect(pool.lease("a", at: 0, isNew: true) == .stale(ids[0]))
        #expect(pool.closed(ids[0], at: 0) == nil)
        guard case .connect(let id) = pool.lease("a", at: 0, isNew: true) else {
            throw TestFailure("not told to connect")
        }
        #expect(!ids.contains(id) && pool.pool.idle == [ids[1]])
    }

    @Test("What is said of a connection that is no more is of no account")
    func lateWord() throws {
        let pool = Self.pool()
        let old = try pool.connect("a")
        #expect(pool.closed(old, at: 0) == nil)
        let new = try pool.connect("a")
        #expect(new.slot == old.slot && new != old)
        #expect(pool.closed(old, at: 0) == nil)
        #expect(pool.release(old, at: 0) == .close)
        #expect(pool.pool.isCurrent(new) && !pool.pool.isCurrent(old))
        #expect(pool.release(new, at: 0) == .keep)
        // Given back twice, it is not lent twice.
        #expect(pool.release(new, at: 0) == .close)
        #expect(pool.pool.idleCount == 1)
    }

    @Test("Requests that come and go while one waits leave nothing behind")
    func manyCancelled() throws {
        let pool = Self.pool { $0.connectionsPerOrigin = 1 }
        let id = try pool.connect("a")
        let patient = try pool.wait("a")
        for _ in 0..<10_000 { #expect(pool.cancel(try pool.wait("a"))) }
        #expect(pool.pool.origins[0].waiters.storedCount < 100)
        #expect(pool.release(id, at: 0) == .give(patient))
    }
}
