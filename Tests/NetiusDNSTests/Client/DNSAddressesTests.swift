import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("Addresses of hosts", .timeLimit(.minutes(5)))
struct DNSAddressesTests {
    private func v4(_ text: String) -> IPAddress { .v4(IPv4Address(text) ?? .any) }
    private func v6(_ text: String) -> IPAddress { .v6(IPv6Address(text) ?? .any) }

    @Test("A host has the addresses of both families, those of one in a row; an address has itself")
    func families() async throws {
        let server = try await DNSTestServer.start([
            .a("host.test", "192.0.2.1"), .a("host.test", "192.0.2.2"), .aaaa("host.test", "2001:db8::1"),
            .a("four.test", "192.0.2.4"), .aaaa("six.test", "2001:db8::6"), .mx("none.test", 1, "host.test"),
        ])
        let client = DNSClient.asking(server)
        let found = try await client.addresses(of: "host.test")
        #expect(Set(found) == [v4("192.0.2.1"), v4("192.0.2.2"), v6("2001:db8::1")])
        #expect(found[0].isV6 || found[2].isV6)
        #expect(try await client.addresses(of: "four.test.") == [v4("192.0.2.4")])
        #expect(try await client.addresses(of: "six.test") == [v6("2001:db8::6")])
        #expect(try await client.addresses(of: "none.test") == [])
        #expect(try await client.addresses(of: "192.0.2.9") == [v4("192.0.2.9")])
        #expect(try await client.addresses(of: "2001:db8::9") == [v6("2001:db8::9")])
        for text in ["", ".", "a b", "[::1]", "999.1.1.1\n", "999.1.1.1", "1.2.3", "0x7f.1", "a/b", "a%b"] {
            await #expect(throws: DNSError.malformedName(text)) { try await client.addresses(of: text) }
        }
        await server.stop()
    }

    @Test("A family that fails counts for nothing where the other has addresses, and for everything where not")
    func oneFamily() async throws {
        let server = try await DNSTestServer.start { query, _ in
            var answer = DNSTestServer.answer(to: query, from: [.a("host.test", "192.0.2.1"), .a("z.none.test", "::")])
            if query.questions.first?.type == .aaaa { answer.responseCode = .serverFailure }
            return .message(answer)
        }
        let client = DNSClient.asking(server)
        #expect(try await client.addresses(of: "host.test") == [v4("192.0.2.1")])
        let error = await #expect(throws: DNSError.self) { try await client.addresses(of: "none.test") }
        #expect(error?.isTemporary == true)
        await server.stop()
    }

    @Test("A host with few dots is looked for in the search domains, then as it is; one with a dot at its end never")
    func search() async throws {
        let server = try await DNSTestServer.start([
            .a("mail.b.test", "192.0.2.1"), .a("x.y.b.test", "192.0.2.2"), .a("single", "192.0.2.3"),
        ])
        let client = DNSClient.asking(server) { $0.searchDomains = ["a.test", "b.test"] }
        #expect(try await client.addresses(of: "mail") == [v4("192.0.2.1")])
        #expect(try await client.addresses(of: "single") == [v4("192.0.2.3")])
        await #expect(throws: DNSError.noSuchName("x.y")) { try await client.addresses(of: "x.y") }
        let before = server.asked.count
        await #expect(throws: DNSError.noSuchName("mail.")) { try await client.addresses(of: "mail.") }
        #expect(server.asked.count == before + 2)
        let patient = DNSClient.asking(server) {
            $0.searchDomains = ["a.test", "b.test"]
            $0.minimumDots = 2
        }
        #expect(try await patient.addresses(of: "x.y") == [v4("192.0.2.2")])
        await #expect(throws: DNSError.noSuchName("mail")) { try await client.records(of: "mail", type: .a) }
        await server.stop()
    }

    @Test("A search domain whose servers fail does not end the search, but counts where nothing is found")
    func failingSearch() async throws {
        let table: [DNSRecord] = [
            .a("one.b.test", "192.0.2.1"), .a("two", "192.0.2.2"), .mx("none.b.test", 1, "two"), .mx("none", 1, "two"),
        ]
        let server = try await DNSTestServer.start { query, _ in
            var answer = DNSTestServer.answer(to: query, from: table)
            if query.questions.first?.name.isWithin(DNSMessageSamples.name("a.test")) == true {
                answer.answers = []
                answer.responseCode = .serverFailure
            }
            return .message(answer)
        }
        let client = DNSClient.asking(server) { $0.searchDomains = ["a.test", "b.test"] }
        #expect(try await client.addresses(of: "one") == [v4("192.0.2.1")])
        #expect(try await client.addresses(of: "two") == [v4("192.0.2.2")])
        for name in ["none", "gone"] {
            let reason = "\(server.address) answered SERVFAIL"
            await #expect(throws: DNSError.serversFailed("\(name).a.test", reason: reason)) {
                try await client.addresses(of: name)
            }
            // The others have been asked all the same.
            #expect(server.asked.filter { $0.hasPrefix("\(name) ") }.count == 2)
        }
        // Where it has taken all the time there is, they are not.
        let hasty = DNSClient.asking(server) {
            $0.searchDomains = ["a.test", "b.test"]
            $0.totalTimeout = .zero
        }
        await #expect(throws: DNSError.timedOut("late.a.test")) { try await hasty.addresses(of: "late") }
        await server.stop()
    }

    @Test("Special names are never looked for in search domains")
    func specialNames() async throws {
        let server = try await DNSTestServer.start { query, _ in
            var answer = DNSMessage(answering: query)
            answer.answers = query.questions.map { .a("\($0.name)", "192.0.2.66") }
            return .message(answer)
        }
        let client = DNSClient.asking(server) {
            $0.searchDomains = ["corp.test"]
            $0.minimumDots = 15
        }
        for name in ["localhost", "a.localhost"] {
            #expect(try await Set(client.addresses(of: name)) == [.v4(.loopback), .v6(.loopback)])
        }
        for name in ["x.onion", "x.invalid"] {
            await #expect(throws: DNSError.noSuchName(name)) { try await client.addresses(of: name) }
        }
        #expect(server.asked.isEmpty)
        #expect(try await client.addresses(of: "mail") == [v4("192.0.2.66")])
        await server.stop()
    }

    @Test("The configured hosts count before servers, and the file of hosts after them")
    func hosts() async throws {
        let server = try await DNSTestServer.start([.a("host.test", "192.0.2.1")])
        try await withTemporaryDirectory { directory in
            _ = try makeFile(
                Array("192.0.2.50 Host.test other\n192.0.2.51 mine.test\n".utf8), in: directory, named: "hosts")
            let client = DNSClient.asking(server) {
                $0.hostsFile = directory + "/hosts"
                $0.hosts = ["mine.test": [v4("192.0.2.60")]]
            }
            #expect(try await client.addresses(of: "HOST.test.") == [v4("192.0.2.50")])
            #expect(try await client.addresses(of: "other") == [v4("192.0.2.50")])
            #expect(try await client.addresses(of: "mine.test") == [v4("192.0.2.60")])
            #expect(server.asked.isEmpty)
            #expect(try await client.records(of: "host.test", type: .a) == [.a("host.test", "192.0.2.1")])
        }
        await server.stop()
    }

    @Test("The client can resolve names in place of the system")
    func resolver() async throws {
        let dns = try await DNSTestServer.start([.a("here.test", "127.0.0.1"), .mx("none.test", 1, "here.test")])
        let resolver = DNSClient.asking(dns).resolver
        #expect(try await resolver.addresses(of: "here.test") == [.v4(.loopback)])
        #expect(try await resolver.addresses(of: "::1") == [.v6(.loopback)])
        let error = await #expect(throws: ResolverError.self) { try await resolver.addresses(of: "gone.test") }
        #expect(error?.description == #"cannot resolve "gone.test": there is no name "gone.test""#)
        #expect(error?.isTemporary == false)
        dns.misbehaviour.value = .code(.serverFailure)
        let failure = await #expect(throws: ResolverError.self) { try await resolver.addresses(of: "later.test") }
        #expect(failure?.isTemporary == true)
        dns.misbehaviour.value = nil

        let listener = try await Listener.bind(port: 0)
        let port = try #require(listener.address.port)
        let connection = try await Connection.connect(host: "here.test", port: port, resolver: resolver)
        #expect(connection.peerAddress == listener.address)
        await connection.close()
        await #expect(throws: ResolverError.self) {
            try await Connection.connect(host: "none.test", port: port, resolver: resolver)
        }
        await listener.close()
        await dns.stop()
    }
}
