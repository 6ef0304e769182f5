import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: the rules of shared connections")
struct HTTPConnectionPoolSharingTests {
    private typealias Pool = HTTPConnectionPool<String>

    private static let now = MonotonicTime(nanoseconds: 0)

    /// An object, whose methods an expectation can call.
    private final class TestedPool {
        private(set) var pool: Pool

        init(_ change: (inout Pool.Limits) -> Void = { _ in }) {
            var limits = Pool.Limits()
            change(&limits)
            pool = Pool(limits: limits)
        }

        func lease(_ key: String = "a", at now: MonotonicTime = HTTPConnectionPoolSharingTests.now) -> Pool.Lease {
            pool.lease(key, now: now, mayShare: true)
        }

        func connected(_ id: Pool.ID, _ capacity: Int?) -> [Pool.Turn] {
            pool.connected(id, capacity: capacity, now: HTTPConnectionPoolSharingTests.now)
        }

        func release(_ id: Pool.ID) -> Pool.Release { pool.release(id, now: HTTPConnectionPoolSharingTests.now) }
        func closed(_ id: Pool.ID) -> Pool.Turn? { pool.closed(id, now: HTTPConnectionPoolSharingTests.now) }
        func failed(_ id: Pool.ID) -> [Pool.Turn] { pool.failed(id, now: HTTPConnectionPoolSharingTests.now) }
        func retire(_ id: Pool.ID) -> [Pool.Turn] { pool.retire(id, now: HTTPConnectionPoolSharingTests.now) }
        func setCapacity(_ id: Pool.ID, _ capacity: Int) -> [Pool.Turn] {
            pool.setCapacity(id, capacity, now: HTTPConnectionPoolSharingTests.now)
        }

        func connect(_ key: String = "a") throws -> Pool.ID {
            guard case .connect(let id) = lease(key) else { throw TestFailure("not told to connect") }
            return id
        }

        func wait(_ key: String = "a") throws -> Pool.Ticket {
            guard case .wait(let ticket) = lease(key) else { throw TestFailure("not told to wait") }
            return ticket
        }
    }

    @Test("While the first connection is made the others wait for it, and then share it as far as there is room")
    func first() throws {
        let pool = TestedPool()
        let id = try pool.connect()
        let tickets = try (0..<4).map { _ in try pool.wait() }
        // Others have nothing to do with it.
        _ = try pool.connect("b")
        let turns = pool.connected(id, 3)
        #expect(turns == tickets[..<2].map { Pool.Turn(ticket: $0, id: id, connects: false) })
        #expect(pool.release(id) == .give(tickets[2]) && pool.release(id) == .give(tickets[3]))
        #expect(pool.release(id) == .share && pool.release(id) == .share)
        #expect(pool.lease() == .use(id) && pool.release(id) == .share)
        #expect(pool.release(id) == .keep && pool.pool.idle == [id])
        #expect(pool.lease() == .use(id) && pool.pool.idleCount == 0)
        #expect(pool.pool.earlierUses(of: id) == 6)
    }

    @Test("Where it turns out that connections are not shared, those that wait connect, up to the limit")
    func notShared() throws {
        let pool = TestedPool { $0.connectionsPerOrigin = 3 }
        let id = try pool.connect()
        let tickets = try (0..<4).map { _ in try pool.wait() }
        let turns = pool.connected(id, nil)
        #expect(turns.map(\.ticket) == Array(tickets[..<2]) && turns.allSatisfy(\.connects))
        #expect(Set(turns.map(\.id) + [id]).count == 3)
        for turn in turns { #expect(pool.connected(turn.id, nil).isEmpty) }
        #expect(pool.release(id) == .give(tickets[2]))
        #expect(pool.closed(id)?.ticket == tickets[3])
        // It is known from now on.
        #expect(pool.release(turns[0].id) == .keep && pool.lease() == .use(turns[0].id))
        guard case .wait = pool.lease() else { throw TestFailure("more than the limit") }
    }

    @Test("A connection that comes to nothing, or is cancelled, is made by the next that waits")
    func failing() throws {
        let pool = TestedPool()
        let id = try pool.connect()
        let tickets = try (0..<2).map { _ in try pool.wait() }
        let turn = try #require(pool.closed(id))
        #expect(turn.ticket == tickets[0] && turn.connects && turn.id != id)
        #expect(pool.connected(turn.id, 10).map(\.ticket) == [tickets[1]])
        #expect(pool.closed(turn.id) == nil && pool.pool.originCount == 0)
        #expect(pool.connected(id, 10).isEmpty && pool.setCapacity(id, 5).isEmpty && pool.retire(id).isEmpty)
    }

    @Test("Where a connection cannot be made, all that wait go on at once, as many as may, and share what comes of it")
    func failed() throws {
        let pool = TestedPool { $0.connectionsPerOrigin = 3 }
        let id = try pool.connect()
        let tickets = try (0..<5).map { _ in try pool.wait() }
        #expect(pool.pool.awaitsConnecting(tickets[0]) && !pool.pool.awaitsConnecting(99))
        let turns = pool.failed(id)
        #expect(turns.map(\.ticket) == Array(tickets[..<3]) && turns.allSatisfy(\.connects))
        #expect(!pool.pool.awaitsConnecting(tickets[3]))
        #expect(pool.failed(turns[0].id).map(\.ticket) == [tickets[3]])
        #expect(
            pool.connected(turns[1].id, 10) == [Pool.Turn(ticket: tickets[4], id: turns[1].id, connects: false)])
        #expect(pool.lease() == .use(turns[1].id))
        // The others serve those who made them.
        #expect(pool.connected(turns[2].id, 10).isEmpty && pool.release(turns[2].id) == .close)
        // With nobody waiting nothing is left behind.
        let alone = try pool.connect("b")
        #expect(pool.failed(alone).isEmpty && pool.pool.originCount == 1 && pool.failed(alone).isEmpty)
    }

    @Test("More room lets those in who wait; less takes nothing from those who are")
    func capacity() throws {
        let pool = TestedPool()
        let id = try pool.connect()
        #expect(pool.connected(id, 2).isEmpty)
        #expect(pool.lease() == .use(id))
        let tickets = try (0..<3).map { _ in try pool.wait() }
        #expect(pool.setCapacity(id, 0).isEmpty)
        #expect(pool.release(id) == .share)
        #expect(pool.setCapacity(id, 3).map(\.ticket) == Array(tickets[..<2]))
        #expect(pool.setCapacity(id, 1).isEmpty)
        #expect(pool.release(id) == .share && pool.release(id) == .share)
        #expect(pool.release(id) == .give(tickets[2]))
    }

    @Test("A connection with no room, and nobody on it, is kept, and waited for")
    func noRoom() throws {
        let pool = TestedPool()
        let id = try pool.connect()
        #expect(pool.connected(id, 0).isEmpty)
        #expect(pool.release(id) == .keep)
        let ticket = try pool.wait()
        #expect(pool.setCapacity(id, 1) == [Pool.Turn(ticket: ticket, id: id, connects: false)])
        #expect(pool.pool.idleCount == 0 && pool.release(id) == .keep)
    }

    @Test("One that is retired serves those who have it; the next makes another")
    func retired() throws {
        let pool = TestedPool()
        let id = try pool.connect()
        #expect(pool.connected(id, 2).isEmpty && pool.lease() == .use(id))
        let tickets = try (0..<2).map { _ in try pool.wait() }
        let turns = pool.retire(id)
        #expect(turns.map(\.ticket) == [tickets[0]] && turns.allSatisfy(\.connects))
        #expect(pool.retire(id).isEmpty)
        #expect(pool.connected(turns[0].id, 5).map(\.ticket) == [tickets[1]])
        #expect(pool.lease() == .use(turns[0].id))
        #expect(pool.release(id) == .share && pool.release(id) == .close)
        #expect(pool.closed(id) == nil)
        #expect(pool.pool.connectionCount == 1)
    }

    @Test("Those that are retired count: there are not more than an origin may have")
    func retiredLimit() throws {
        let pool = TestedPool { $0.connectionsPerOrigin = 2 }
        var ids: [Pool.ID] = []
        for _ in 0..<2 {
            let id = try pool.connect()
            #expect(pool.connected(id, 5).isEmpty && pool.retire(id).isEmpty)
            ids.append(id)
        }
        let ticket = try pool.wait()
        #expect(pool.release(ids[0]) == .close)
        let turn = try #require(pool.closed(ids[0]))
        #expect(turn.ticket == ticket && turn.connects)
    }

    @Test("One that has served enough is retired, and closed with the last that has it")
    func uses() throws {
        let pool = TestedPool { $0.uses = 3 }
        let id = try pool.connect()
        #expect(pool.connected(id, 2).isEmpty && pool.lease() == .use(id))
        let tickets = try (0..<2).map { _ in try pool.wait() }
        #expect(pool.release(id) == .give(tickets[0]))
        // The fourth is for another.
        guard case .connect(tickets[1], let next) = pool.release(id) else { throw TestFailure("not told to connect") }
        #expect(next != id && pool.connected(next, 2).isEmpty)
        #expect(pool.release(id) == .close && pool.closed(id) == nil)
        #expect(pool.lease() == .use(next))
    }

    @Test("One that is idle too long, or too old, is closed")
    func times() throws {
        let pool = TestedPool { $0.age = .seconds(10) }
        let id = try pool.connect()
        #expect(pool.connected(id, 2).isEmpty)
        let later = Self.now + .seconds(10)
        // Others use it still.
        guard case .connect(let next) = pool.lease(at: later) else { throw TestFailure("not told to connect") }
        #expect(pool.release(id) == .close && pool.closed(id) == nil)
        #expect(pool.connected(next, 2).isEmpty && pool.release(next) == .keep)
        let (ids, _) = pool.pool.expired(now: later + .seconds(10))
        #expect(ids == [next] && pool.lease(at: later + .seconds(10)) == .stale(next))
        #expect(pool.closed(next) == nil && pool.pool.originCount == 0)
    }

    @Test("A second shared connection, as where a server changed its mind, serves the one that made it")
    func second() throws {
        let pool = TestedPool { $0.connectionsPerOrigin = 2 }
        let first = try pool.connect()
        let ticket = try pool.wait()
        let second = try #require(pool.connected(first, nil).first)
        #expect(second.ticket == ticket)
        let waiting = try pool.wait()
        // The second turns out to be one that is shared, and is so.
        #expect(pool.connected(second.id, 5) == [Pool.Turn(ticket: waiting, id: second.id, connects: false)])
        #expect(pool.lease() == .use(second.id))
        // The first is not, and is of no use any more.
        #expect(pool.release(first) == .close && pool.closed(first) == nil)
        let third = try pool.connect("b")
        #expect(pool.connected(third, nil).isEmpty)
        let fourth = try pool.connect("b")
        let fifth = pool.lease("b")
        #expect(pool.connected(fourth, 5).count == 1)
        guard case .wait = fifth else { throw TestFailure("more than the limit") }
    }
}
