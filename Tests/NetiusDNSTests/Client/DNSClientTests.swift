import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("The DNS client", .timeLimit(.minutes(5)))
struct DNSClientTests {
    private static let table: [DNSRecord] = [
        .a("host.test", "192.0.2.1"), .a("host.test", "192.0.2.2"), .aaaa("host.test", "2001:db8::1"),
        .a("four.test", "192.0.2.4"), .cname("www.test", "web.test"), .cname("web.test", "host.test"),
        .mx("mail.test", 20, "b.test"), .mx("mail.test", 10, "a.test"), .mx("null.test", 0, "."),
        .txt("text.test", "one"), .txt("text.test", String(repeating: "long", count: 200)),
        .cname("lost.test", "nobody.test"), .cname("mx.test", "mail.test"),
    ]

    private func withTable(_ body: (DNSTestServer, DNSClient) async throws -> Void) async throws {
        let server = try await DNSTestServer.start(Self.table)
        try await body(server, .asking(server))
        await server.stop()
    }

    @Test("Records of a name come as the server has them, in the letters that were asked for, in lower case")
    func records() async throws {
        try await withTable { (server, client) async throws in
            let records = try await client.records(of: "HOST.test", type: .a)
            #expect(Set(records) == [.a("host.test", "192.0.2.1"), .a("host.test", "192.0.2.2")])
            #expect(records.allSatisfy { $0.name.description == "host.test" })
            #expect(server.asked == ["host.test A udp"])
        }
    }

    @Test("The letters of a question are mixed, and their mixture does not show in names that end alike")
    func mixture() async throws {
        let long = String(repeating: "abcdefgh.", count: 6) + "test"
        let server = try await DNSTestServer.start([.mx(long, 1, "relay.\(long)")])
        #expect(try await DNSClient.asking(server).mailExchangers(of: long).first?.host == "relay.\(long)")
        let asked = try #require(server.questions.value.first?.question.name.description)
        // One in 2^52 is not.
        #expect(asked != long && asked.lowercased() == long)
        await server.stop()
    }

    @Test("A name without records of the type has none, and one that is not there is an error")
    func nothing() async throws {
        try await withTable { (_, client) async throws in
            #expect(try await client.records(of: "host.test", type: .mx) == [])
            #expect(try await client.records(of: "test", type: .a) == [])
            for type in [DNSRecordType.a, .mx] {
                await #expect(throws: DNSError.noSuchName("nobody.test")) {
                    try await client.records(of: "nobody.test", type: type)
                }
            }
            await #expect(throws: DNSError.noSuchName("lost.test")) {
                try await client.records(of: "lost.test", type: .a)
            }
            await #expect(throws: DNSError.malformedName("a..b")) { try await client.records(of: "a..b", type: .a) }
        }
    }

    @Test("Aliases are followed, and shown beside the records")
    func aliases() async throws {
        try await withTable { (_, client) async throws in
            let name = DNSMessageSamples.name("www.test")
            let answer = try await client.answer(to: name, .a)
            #expect(answer.aliases.map(\.name.description) == ["www.test", "web.test"])
            #expect(answer.records.count == 2 && answer.records.allSatisfy { $0.name == DNSName("host.test") })
            #expect(try await client.records(of: "www.test", type: .cname).count == 1)
            #expect(try await client.mailExchangers(of: "mx.test").map(\.host) == ["a.test", "b.test"])
        }
    }

    @Test("Hosts that take mail come in the order of their preference; that of nobody is the empty one")
    func mail() async throws {
        try await withTable { (_, client) async throws in
            #expect(
                try await client.mailExchangers(of: "mail.test") == [
                    DNSMailExchanger(preference: 10, host: "a.test"), DNSMailExchanger(preference: 20, host: "b.test"),
                ])
            #expect(try await client.mailExchangers(of: "null.test") == [DNSMailExchanger(preference: 0, host: "")])
            #expect(try await client.mailExchangers(of: "host.test") == [])
            await #expect(throws: DNSError.noSuchName("nobody.test")) {
                try await client.mailExchangers(of: "nobody.test")
            }
        }
    }

    @Test("Hosts of one preference come in an order that differs")
    func mailOrder() async throws {
        let hosts = (0..<8).map { "h\($0).test" }
        let server = try await DNSTestServer.start(hosts.map { .mx("mail.test", 5, $0) })
        let client = DNSClient.asking(server)
        var orders: Set<[String]> = []
        for _ in 0..<20 { orders.insert(try await client.mailExchangers(of: "mail.test").map(\.host)) }
        #expect(orders.count > 1 && orders.allSatisfy { Set($0) == Set(hosts) })
        await server.stop()
    }

    @Test("The character strings of a text are put together")
    func texts() async throws {
        try await withTable { (_, client) async throws in
            let texts = try await client.texts(of: "text.test")
            #expect(Set(texts) == [Array("one".utf8), Array(String(repeating: "long", count: 200).utf8)])
            #expect(try await client.texts(of: "host.test") == [])
        }
    }

    @Test("The names of an address are looked up in the reverse domain")
    func names() async throws {
        let name = DNSMessageSamples.name
        let server = try await DNSTestServer.start([
            DNSRecord(name: name("1.2.0.192.in-addr.arpa"), data: .ptr(name("host.test")))
        ])
        let client = DNSClient.asking(server)
        #expect(try await client.names(of: .v4(#require(IPv4Address("192.0.2.1")))) == ["host.test"])
        #expect(try await client.names(of: .v6(#require(IPv6Address("::ffff:192.0.2.1")))) == ["host.test"])
        #expect(try await client.names(of: .v6(#require(IPv6Address("2001:db8::1")))) == [])
        await server.stop()
    }

    @Test("Of names that are no servers' business none is asked")
    func special() async throws {
        try await withTable { (server, client) async throws in
            for name in ["localhost", "LocalHost.", "a.b.localhost"] {
                #expect(try await Set(client.addresses(of: name)) == [.v4(.loopback), .v6(.loopback)])
                #expect(try await client.records(of: name, type: .mx) == [])
            }
            for name in ["invalid", "a.invalid", "abc.onion"] {
                await #expect(throws: DNSError.noSuchName(name)) { try await client.addresses(of: name) }
            }
            #expect(server.asked.isEmpty)
        }
    }

    @Test("What was answered is not asked again, not even what is not there")
    func remembered() async throws {
        try await withTable { (server, client) async throws in
            for _ in 0..<3 {
                #expect(try await client.records(of: "four.test", type: .a).count == 1)
                #expect(try await client.records(of: "Four.TEST", type: .mx) == [])
                for type in [DNSRecordType.a, .mx] {
                    await #expect(throws: DNSError.noSuchName("nobody.test")) {
                        try await client.records(of: "nobody.test", type: type)
                    }
                }
            }
            #expect(server.asked == ["four.test A udp", "four.test MX udp", "nobody.test A udp"])
        }
    }

    @Test("Records that were not asked for are not remembered, nor believed")
    func bailiwick() async throws {
        let server = try await DNSTestServer.start { query, _ in
            var answer = DNSMessage(answering: query)
            guard let name = query.questions.first?.name else { return .silence }
            if name == DNSName("asked.test") { answer.answers = [.a("asked.test", "192.0.2.1")] }
            answer.answers.append(.a("bank.test", "192.0.2.66"))
            answer.authorities = [.a("bank.test", "192.0.2.66"), .cname("bank.test", "evil.test")]
            answer.additionals = [.a("bank.test", "192.0.2.66"), .a("asked.test", "192.0.2.66")]
            if name == DNSName("bank.test") { answer.answers = [.a("bank.test", "192.0.2.7")] }
            return .message(answer)
        }
        let client = DNSClient.asking(server)
        #expect(try await client.records(of: "asked.test", type: .a) == [.a("asked.test", "192.0.2.1")])
        #expect(try await client.records(of: "bank.test", type: .a) == [.a("bank.test", "192.0.2.7")])
        #expect(try await client.records(of: "other.test", type: .a) == [])
        await server.stop()
    }

    @Test("Tasks that ask the same at the same time share one question")
    func shared() async throws {
        let gate = Gate()
        let server = try await DNSTestServer.start { query, _ in
            await gate.wait()
            return .message(DNSTestServer.answer(to: query, from: Self.table))
        }
        let client = DNSClient.asking(server)
        let tasks = (0..<20).map { _ in Task { try await client.records(of: "four.test", type: .a) } }
        try await eventually("the question has come") { !server.asked.isEmpty }
        gate.open()
        for task in tasks { #expect(try await task.value == [.a("four.test", "192.0.2.4")]) }
        #expect(server.asked == ["four.test A udp"])
        await server.stop()
    }

    @Test("A task that is cancelled waits no longer, and does not end the wait of another")
    func cancelled() async throws {
        let gate = Gate()
        let server = try await DNSTestServer.start { query, _ in
            await gate.wait()
            return .message(DNSTestServer.answer(to: query, from: Self.table))
        }
        let client = DNSClient.asking(server)
        let first = Task { try await client.records(of: "four.test", type: .a) }
        try await eventually("the question has come") { !server.asked.isEmpty }
        let second = Task { try await client.records(of: "four.test", type: .a) }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value == [.a("four.test", "192.0.2.4")])
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.records(of: "new.test", type: .a)
        }
        await #expect(throws: CancellationError.self) { try await late.value }
        await server.stop()
    }

    @Test("More questions than may be under way wait, more than may wait fail, and all others have their answers")
    func limit() async throws {
        let gate = Gate()
        let server = try await DNSTestServer.start { query, _ in
            await gate.wait()
            return .message(DNSTestServer.answer(to: query, from: Self.table))
        }
        let client = DNSClient.asking(server) {
            $0.maximumQuestions = 1
            $0.maximumWaitingQuestions = 1
        }
        let first = Task { try await client.records(of: "four.test", type: .a) }
        try await eventually("the question has come") { !server.asked.isEmpty }
        // Each has the place that the one before has given up.
        for number in 0..<50 {
            let given = Task { try await client.records(of: "\(number).test", type: .a) }
            for _ in 0..<5 { await Task.yield() }
            given.cancel()
            await #expect(throws: CancellationError.self) { try await given.value }
        }
        let failures = Box<[DNSError]>([])
        let others = ["host.test", "www.test", "mx.test"].map { name in
            Task {
                do {
                    return try await client.records(of: name, type: .any).count
                } catch let error as DNSError {
                    failures.update { $0.append(error) }
                    return 0
                }
            }
        }
        try await eventually("two of three find no place") { failures.value.count == 2 }
        #expect(failures.value.allSatisfy { $0.isTemporary && "\($0)".hasSuffix("too many questions are under way") })
        gate.open()
        #expect(try await first.value.count == 1)
        var answered = 0
        for other in others where try await other.value > 0 { answered += 1 }
        #expect(answered == 1)
        #expect(try await client.records(of: "host.test", type: .a).count == 2)
        await server.stop()
    }
}
