import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("What a DNS client remembers", .timeLimit(.minutes(5)))
struct DNSCacheTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private let server = SocketAddress.ip(.v4(.loopback), port: 53)

    private func question(_ name: String = "host.test") -> DNSQuestion {
        DNSQuestion(name: DNSMessageSamples.name(name), type: .a)
    }

    private func answer(_ message: DNSMessage, _ name: String = "host.test") throws -> DNSAnswer {
        var answer = DNSAnswer()
        #expect(try answer.read(message, for: question(name), from: server, maximumAliases: 16) == nil)
        return answer
    }

    private func positive(_ timeToLive: UInt32, _ name: String = "host.test") throws -> DNSAnswer {
        var message = DNSMessage(id: 0, question: question(name))
        message.answers = [.a(name, "192.0.2.1", timeToLive: timeToLive)]
        return try answer(message, name)
    }

    private func negative(
        _ code: DNSResponseCode, zone: String = "test", timeToLive: UInt32, minimum: UInt32
    ) throws -> DNSAnswer {
        var message = DNSMessage(id: 0, question: question())
        message.responseCode = code
        message.isRecursionAvailable = true
        let start = DNSStartOfAuthority(primary: .root, responsible: .root, serial: 1, minimum: minimum)
        message.authorities = [
            DNSRecord(name: DNSMessageSamples.name(zone), timeToLive: timeToLive, data: .soa(start))
        ]
        return try answer(message)
    }

    private func cache(_ change: (inout DNSClient.Configuration) -> Void = { _ in }) -> DNSCache {
        var configuration = DNSClient.Configuration(servers: [])
        change(&configuration)
        return DNSCache(configuration)
    }

    @Test("An answer is remembered for as long as its shortest record says, and ages meanwhile")
    func lifetime() throws {
        var cache = cache()
        cache.insert(try positive(60), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start)?.aged.records.first?.timeToLive == 60)
        #expect(cache.memory(of: question("HOST.test"), at: start + .seconds(59))?.aged.records.first?.timeToLive == 1)
        #expect(cache.memory(of: question(), at: start + .seconds(60)) == nil)
        #expect(cache.count == 0 && cache.size == 0)
    }

    @Test("An alias that lives shorter than the records ends the answer")
    func alias() throws {
        var message = DNSMessage(id: 0, question: question())
        message.answers = [.cname("host.test", "b.test", timeToLive: 5), .a("b.test", "192.0.2.1", timeToLive: 60)]
        var cache = cache()
        cache.insert(try answer(message), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start + .seconds(4)) != nil)
        #expect(cache.memory(of: question(), at: start + .seconds(5)) == nil)
    }

    @Test("That there is nothing is remembered for as long as the zone says, and not without its word")
    func negative() throws {
        for (code, timeToLive, minimum) in [
            (DNSResponseCode.noSuchName, 30, 90), (.noError, 90, 30), (.noSuchName, 30, 30),
        ] as [(DNSResponseCode, UInt32, UInt32)] {
            var cache = cache()
            let answer = try negative(code, timeToLive: timeToLive, minimum: minimum)
            cache.insert(answer, for: question(), at: start)
            #expect(cache.memory(of: question(), at: start + .seconds(29))?.answer.nameExists == (code == .noError))
            #expect(cache.memory(of: question(), at: start + .seconds(30)) == nil)
        }
        var cache = cache()
        cache.insert(try negative(.noSuchName, zone: "other", timeToLive: 60, minimum: 60), for: question(), at: start)
        var message = DNSMessage(id: 0, question: question())
        message.responseCode = .noSuchName
        message.isRecursionAvailable = true
        cache.insert(try answer(message), for: question(), at: start)
        #expect(cache.count == 0)
    }

    @Test("That there is no such name is remembered for all types, until one of them is there")
    func noSuchName() throws {
        let mail = DNSQuestion(name: DNSMessageSamples.name("host.test"), type: .mx)
        var cache = cache()
        cache.insert(try negative(.noSuchName, timeToLive: 60, minimum: 60), for: question(), at: start)
        #expect(cache.memory(of: mail, at: start)?.answer.nameExists == false && cache.count == 1)
        #expect(cache.memory(of: question("a.host.test"), at: start) == nil)
        #expect(cache.memory(of: mail, at: start + .seconds(60)) == nil && cache.count == 0 && cache.size == 0)

        cache.insert(try negative(.noSuchName, timeToLive: 60, minimum: 60), for: mail, at: start)
        cache.insert(try positive(60), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start)?.answer.nameExists == true)
        #expect(cache.memory(of: mail, at: start) == nil && cache.count == 1)
        cache.insert(try negative(.noError, timeToLive: 60, minimum: 60), for: mail, at: start)
        #expect(cache.count == 2)
    }

    @Test(
        "That there is no such name is remembered of one type where not all servers know that, or the name is an alias",
        arguments: [.aaaa, .srv, .tlsa, .svcb, .https, .caa, .any] as [DNSRecordType])
    func noSuchNameOfOneType(type: DNSRecordType) throws {
        let newer = DNSQuestion(name: DNSMessageSamples.name("host.test"), type: type)
        let mail = DNSQuestion(name: newer.name, type: .mx)
        var cache = cache()
        cache.insert(try negative(.noSuchName, timeToLive: 60, minimum: 60), for: newer, at: start)
        #expect(cache.memory(of: newer, at: start)?.answer.nameExists == false)
        #expect(cache.memory(of: question(), at: start) == nil && cache.memory(of: mail, at: start) == nil)
        cache.insert(try negative(.noSuchName, timeToLive: 60, minimum: 60), for: question(), at: start)
        cache.insert(try negative(.noSuchName, timeToLive: 60, minimum: 60), for: newer, at: start)
        #expect(cache.memory(of: mail, at: start)?.answer.nameExists == false)
        cache.insert(try positive(0), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start) == nil && cache.count == 1)

        var message = DNSMessage(id: 0, question: question())
        message.responseCode = .noSuchName
        message.answers = [.cname("host.test", "b.test")]
        let zone = DNSStartOfAuthority(primary: .root, responsible: .root, serial: 1, minimum: 60)
        message.authorities = [DNSRecord(name: .root, timeToLive: 60, data: .soa(zone))]
        cache.removeAll()
        cache.insert(try answer(message), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start)?.answer.nameExists == false)
        #expect(cache.memory(of: mail, at: start) == nil)
    }

    @Test("The configuration bounds how long")
    func bounds() throws {
        var cache = cache {
            $0.minimumTimeToLive = .seconds(10)
            $0.maximumTimeToLive = .seconds(100)
            $0.maximumNegativeTimeToLive = .seconds(50)
        }
        cache.insert(try positive(0), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start + .seconds(9)) != nil)
        #expect(cache.memory(of: question(), at: start + .seconds(10)) == nil)
        cache.insert(try positive(UInt32(Int32.max)), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start + .seconds(99)) != nil)
        #expect(cache.memory(of: question(), at: start + .seconds(100)) == nil)
        cache.insert(try negative(.noError, timeToLive: 1000, minimum: 1000), for: question(), at: start)
        #expect(cache.memory(of: question(), at: start + .seconds(49)) != nil)
        #expect(cache.memory(of: question(), at: start + .seconds(50)) == nil)
    }

    @Test("Nothing is remembered of an answer that says so, nor where there is to be no memory")
    func none() throws {
        var cache = cache()
        cache.insert(try positive(60), for: question(), at: start)
        cache.insert(try positive(0), for: question(), at: start)
        #expect(cache.count == 0)
        for change in [
            { $0.maximumCacheEntries = 0 }, { $0.maximumCacheSize = 10 },
        ] as [(inout DNSClient.Configuration) -> Void] {
            var cache = self.cache(change)
            cache.insert(try positive(60), for: question(), at: start)
            #expect(cache.count == 0 && cache.size == 0)
        }
    }

    @Test("When other servers are asked all is forgotten, and what the old ones say is not taken")
    func generations() throws {
        var cache = cache()
        func check(_ generation: UInt64, isCurrent expected: Bool, count: Int) {
            let isCurrent = cache.isCurrent(generation)
            #expect(isCurrent == expected && cache.count == count)
        }
        check(0, isCurrent: true, count: 0)
        cache.insert(try positive(60), for: question(), at: start)
        check(0, isCurrent: true, count: 1)
        check(1, isCurrent: true, count: 0)
        cache.insert(try positive(60), for: question(), at: start)
        check(0, isCurrent: false, count: 1)
    }

    @Test("The oldest go where there is no room")
    func room() throws {
        var cache = cache { $0.maximumCacheEntries = 3 }
        for name in ["a.test", "b.test", "c.test"] {
            cache.insert(try positive(60, name), for: question(name), at: start)
        }
        // Put in again, it is the newest.
        cache.insert(try positive(60, "a.test"), for: question("a.test"), at: start)
        cache.insert(try positive(60, "d.test"), for: question("d.test"), at: start)
        #expect(cache.memory(of: question("b.test"), at: start) == nil)
        for name in ["a.test", "c.test", "d.test"] { #expect(cache.memory(of: question(name), at: start) != nil) }
    }

    @Test("However many answers come and go, neither their number nor their size exceeds its bound")
    func churn() throws {
        var random = SeededRandom(seed: 2308)
        var cache = cache {
            $0.maximumCacheEntries = 50
            $0.maximumCacheSize = 10_000
        }
        var now = start
        for _ in 0..<5000 {
            let name = "h\(Int.random(in: 0..<200, using: &random)).test"
            let timeToLive = UInt32.random(in: 0...20, using: &random)
            cache.insert(try positive(timeToLive, name), for: question(name), at: now)
            now = now + .milliseconds(Int.random(in: 0..<500, using: &random))
            _ = cache.memory(of: question("h\(Int.random(in: 0..<200, using: &random)).test"), at: now)
            #expect(cache.count <= 50 && cache.size <= 10_000 && cache.size >= cache.count)
        }
        #expect(cache.count > 5)
        cache.removeAll()
        #expect(cache.count == 0 && cache.size == 0)
    }
}
