import Netius
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: the pool against a model")
struct HTTPConnectionPoolModelTests {
    private typealias Pool = HTTPConnectionPool<Int>

    /// What the pool has said, taken at its word.
    private struct Model {
        var pool: Pool
        var now = MonotonicTime(nanoseconds: 0)
        var leased: [Pool.ID: Int] = [:]
        var idle: [Pool.ID: Int] = [:]
        /// In the order in which they came, with their origin.
        var waiting: [(ticket: Pool.Ticket, key: Int)] = []

        mutating func lease(_ key: Int, isNew: Bool) {
            while true {
                switch pool.lease(key, now: now, isNew: isNew) {
                case .use(let id):
                    #expect(idle[id] == key && !isNew)
                    idle[id] = nil
                    leased[id] = key
                case .connect(let id):
                    #expect(leased[id] == nil && idle[id] == nil)
                    leased[id] = key
                case .stale(let id):
                    #expect(idle[id] == key)
                    close(id)
                    continue
                case .wait(let ticket):
                    #expect(count(of: key) == pool.limits.connectionsPerOrigin)
                    waiting.append((ticket, key))
                case .refused:
                    #expect(waiting.count == pool.limits.waiters)
                }
                return
            }
        }

        mutating func release(_ id: Pool.ID, idleTime: Duration?) {
            guard let key = leased[id] else { return }
            switch pool.release(id, now: now, idleTime: idleTime) {
            case .keep: makeIdle(id, key)
            case .keepInsteadOf(let other):
                makeIdle(id, key)
                #expect(idle[other] != nil && other != id)
                close(other)
            case .give(let ticket): serve(ticket, key)
            case .share, .connect: Issue.record("nothing is shared")
            case .close: close(id)
            }
        }

        private mutating func makeIdle(_ id: Pool.ID, _ key: Int) {
            #expect(!waiting.contains { $0.key == key })
            leased[id] = nil
            idle[id] = key
        }

        mutating func close(_ id: Pool.ID) {
            guard let key = leased.removeValue(forKey: id) ?? idle.removeValue(forKey: id) else { return }
            guard let next = pool.closed(id, now: now) else {
                #expect(!waiting.contains { $0.key == key })
                return
            }
            leased[next.id] = key
            serve(next.ticket, key)
        }

        /// Nobody is passed over.
        private mutating func serve(_ ticket: Pool.Ticket, _ key: Int) {
            guard let index = waiting.firstIndex(where: { $0.key == key }) else {
                Issue.record("nobody waited")
                return
            }
            let first = waiting.remove(at: index)
            #expect(first.ticket == ticket)
        }

        mutating func cancel(_ index: Int) {
            let wasWaiting = pool.cancel(waiting.remove(at: index).ticket)
            #expect(wasWaiting)
        }

        mutating func expire() {
            let (ids, next) = pool.expired(now: now)
            for id in ids { close(id) }
            #expect(next ?? .distantFuture > now)
        }

        func count(of key: Int) -> Int {
            leased.values.count { $0 == key } + idle.values.count { $0 == key }
        }

        func check() {
            #expect(pool.connectionCount == leased.count + idle.count)
            #expect(pool.idleCount == idle.count && idle.count <= pool.limits.idleConnections)
            #expect(Set(pool.idle) == Set(idle.keys))
            #expect(pool.tickets == waiting.map(\.ticket))
            let keys = Set(leased.values).union(idle.values)
            for key in keys { #expect(count(of: key) <= pool.limits.connectionsPerOrigin) }
            #expect(pool.originCount == keys.union(waiting.map(\.key)).count)
        }
    }

    @Test("No random course breaks a limit, loses a connection or passes over a request", arguments: 0..<40)
    func randomCourses(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var limits = Pool.Limits()
        limits.connectionsPerOrigin = Int.random(in: 1...4, using: &random)
        limits.idleConnections = Int.random(in: 0...8, using: &random)
        limits.waiters = Int.random(in: 0...10, using: &random)
        limits.uses = Bool.random(using: &random) ? Int.random(in: 1...5, using: &random) : nil
        limits.age = Bool.random(using: &random) ? .seconds(30) : nil
        limits.idleTime = .seconds(10)
        var model = Model(pool: Pool(limits: limits))
        for _ in 0..<2000 {
            model.now = model.now + .milliseconds(Int.random(in: 0...400, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                model.lease(Int.random(in: 0..<5, using: &random), isNew: Int.random(in: 0..<8, using: &random) == 0)
            case 4..<7:
                if let id = model.leased.keys.sorted(by: { $0.slot < $1.slot }).randomElement(using: &random) {
                    model.release(id, idleTime: Bool.random(using: &random) ? .seconds(3) : nil)
                }
            case 7:
                let all = (Array(model.leased.keys) + model.idle.keys).sorted { $0.slot < $1.slot }
                if let id = all.randomElement(using: &random) { model.close(id) }
            case 8:
                if let index = model.waiting.indices.randomElement(using: &random) { model.cancel(index) }
            default: model.expire()
            }
            model.check()
        }
        while let id = model.leased.keys.first ?? model.idle.keys.first { model.close(id) }
        model.check()
        #expect(model.waiting.isEmpty && model.pool.originCount == 0)
    }
}
