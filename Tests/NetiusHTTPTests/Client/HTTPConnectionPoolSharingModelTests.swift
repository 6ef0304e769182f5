import Netius
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: shared connections against a model")
struct HTTPConnectionPoolSharingModelTests {
    private typealias Pool = HTTPConnectionPool<Int>

    private struct Connection {
        let key: Int
        /// How many have it.
        var leases = 1
        /// Nil while it is made.
        var capacity: Int?
        /// Whether it turned out to be one that is shared.
        var isShared = false
        var isRetired = false
    }

    /// What the pool has said, taken at its word.
    private struct Model {
        var pool: Pool
        var now = MonotonicTime(nanoseconds: 0)
        var connections: [Pool.ID: Connection] = [:]
        var waiting: [(ticket: Pool.Ticket, key: Int)] = []

        mutating func lease(_ key: Int) {
            while true {
                switch pool.lease(key, now: now, mayShare: true) {
                case .use(let id): take(id, key)
                case .connect(let id): connect(id, key)
                case .stale(let id):
                    #expect(connections[id]?.key == key && connections[id]?.leases == 0)
                    close(id)
                    continue
                case .wait(let ticket): waiting.append((ticket, key))
                case .refused: #expect(waiting.count == pool.limits.waiters)
                }
                return
            }
        }

        private mutating func take(_ id: Pool.ID, _ key: Int) {
            guard let connection = connections[id] else {
                Issue.record("there is no such connection")
                return
            }
            #expect(connection.key == key && !connection.isRetired)
            #expect(connection.leases < connection.capacity ?? 0)
            connections[id]?.leases += 1
        }

        private mutating func connect(_ id: Pool.ID, _ key: Int) {
            #expect(connections[id] == nil)
            connections[id] = Connection(key: key)
        }

        /// Nobody is passed over.
        private mutating func served(_ ticket: Pool.Ticket) -> Int {
            guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else {
                Issue.record("nobody waited")
                return -1
            }
            let key = waiting.remove(at: index).key
            #expect(!waiting[..<index].contains { $0.key == key })
            return key
        }

        private mutating func take(_ turns: [Pool.Turn]) {
            for turn in turns {
                let key = served(turn.ticket)
                if turn.connects { connect(turn.id, key) } else { take(turn.id, key) }
            }
        }

        mutating func connected(_ id: Pool.ID, _ capacity: Int?) {
            connections[id]?.capacity = capacity ?? 1
            connections[id]?.isShared = capacity != nil
            take(pool.connected(id, capacity: capacity, now: now))
        }

        mutating func setCapacity(_ id: Pool.ID, _ capacity: Int) {
            connections[id]?.capacity = capacity
            take(pool.setCapacity(id, capacity, now: now))
        }

        mutating func retire(_ id: Pool.ID) {
            connections[id]?.isRetired = true
            guard connections[id]?.leases ?? 0 > 0 else { return close(id) }
            take(pool.retire(id, now: now))
        }

        mutating func release(_ id: Pool.ID) {
            guard let key = connections[id]?.key else { return }
            connections[id]?.leases -= 1
            switch pool.release(id, now: now) {
            case .keep: break
            case .keepInsteadOf(let other):
                #expect(connections[other]?.leases == 0 && other != id)
                close(other)
            case .give(let ticket):
                #expect(served(ticket) == key)
                take(id, key)
            case .share: #expect(connections[id]?.leases ?? 0 > 0)
            case .connect(let ticket, let next):
                #expect(served(ticket) == key)
                connect(next, key)
            case .close:
                #expect(connections[id]?.leases == 0)
                close(id)
            }
        }

        mutating func close(_ id: Pool.ID) {
            connections[id] = nil
            if let turn = pool.closed(id, now: now) { take([turn]) }
        }

        mutating func fail(_ id: Pool.ID) {
            connections[id] = nil
            take(pool.failed(id, now: now))
        }

        mutating func cancel(_ index: Int) {
            let wasWaiting = pool.cancel(waiting.remove(at: index).ticket)
            #expect(wasWaiting)
        }

        mutating func expire() {
            for id in pool.expired(now: now).ids { close(id) }
        }

        func check() {
            #expect(pool.connectionCount == connections.count)
            #expect(Set(pool.idle) == Set(connections.filter { $0.value.leases == 0 }.keys))
            #expect(pool.tickets == waiting.map(\.ticket))
            let keys = Set(connections.values.map(\.key))
            #expect(pool.originCount == keys.union(waiting.map(\.key)).count)
            for key in keys {
                #expect(connections.values.count { $0.key == key } <= pool.limits.connectionsPerOrigin)
            }
            // Nobody waits without a reason: somebody connects, or there is no room.
            for (_, key) in waiting {
                let own = connections.values.filter { $0.key == key }
                let isFull = own.count >= pool.limits.connectionsPerOrigin
                let isBusy = own.contains { !$0.isRetired && ($0.capacity == nil || $0.leases >= $0.capacity ?? 0) }
                #expect(isFull || isBusy)
            }
        }

        func any(_ random: inout SeededGenerator, where isFit: (Connection) -> Bool) -> Pool.ID? {
            connections.filter { isFit($0.value) }.keys.sorted { $0.slot < $1.slot }.randomElement(using: &random)
        }
    }

    @Test("No random course breaks a limit, loses a connection or passes over a request", arguments: 0..<40)
    func randomCourses(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var limits = Pool.Limits()
        limits.connectionsPerOrigin = Int.random(in: 1...4, using: &random)
        limits.idleConnections = Int.random(in: 0...4, using: &random)
        limits.waiters = Int.random(in: 0...20, using: &random)
        limits.uses = Bool.random(using: &random) ? Int.random(in: 1...9, using: &random) : nil
        limits.age = Bool.random(using: &random) ? .seconds(30) : nil
        limits.idleTime = .seconds(10)
        // Some origins never share, some do in the end.
        let sharing = Int.random(in: 0...10, using: &random)
        var model = Model(pool: Pool(limits: limits))
        for _ in 0..<2000 {
            model.now = model.now + .milliseconds(Int.random(in: 0...400, using: &random))
            switch Int.random(in: 0..<17, using: &random) {
            case 0..<6: model.lease(Int.random(in: 0..<3, using: &random))
            case 6..<9:
                if let id = model.any(&random, where: { $0.capacity == nil }) {
                    let isShared = Int.random(in: 0..<10, using: &random) < sharing
                    model.connected(id, isShared ? Int.random(in: 0...6, using: &random) : nil)
                }
            case 9..<12:
                if let id = model.any(&random, where: { $0.capacity != nil && $0.leases > 0 }) { model.release(id) }
            case 12:
                if let id = model.any(&random, where: \.isShared) {
                    model.setCapacity(id, Int.random(in: 0...6, using: &random))
                }
            case 16:
                if let id = model.any(&random, where: { $0.capacity == nil }) { model.fail(id) }
            case 13:
                if let id = model.any(&random, where: \.isShared) { model.retire(id) }
            case 14:
                if Bool.random(using: &random), let id = model.any(&random, where: { _ in true }) { model.close(id) }
                if let index = model.waiting.indices.randomElement(using: &random) { model.cancel(index) }
            default: model.expire()
            }
            model.check()
        }
        while let id = model.connections.keys.first { model.close(id) }
        model.check()
        #expect(model.waiting.isEmpty && model.pool.originCount == 0)
    }
}
