import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("Name servers that answer what is no answer", .timeLimit(.minutes(5)))
struct LameServerTests {
    private static let table: [DNSRecord] = [.a("host.test", "192.0.2.1"), .mx("host.test", 1, "a.test")]

    private func server(_ change: @escaping @Sendable (inout DNSMessage) -> Void) async throws -> DNSTestServer {
        try await DNSTestServer.start { query, _ in
            var answer = DNSMessage(answering: query)
            change(&answer)
            return .message(answer)
        }
    }

    private static let delegation = DNSRecord(
        name: DNSMessageSamples.name("test"), data: .ns(DNSMessageSamples.name("ns.test")))

    @Test("A server that does not resolve names, and says at most who else may, is given up for the next")
    func referrals() async throws {
        let changes: [@Sendable (inout DNSMessage) -> Void] = [
            { $0.isRecursionAvailable = false },
            {
                $0.isRecursionAvailable = false
                $0.responseCode = .noSuchName
            },
            {
                $0.isRecursionAvailable = false
                $0.authorities = [Self.delegation]
            },
            { $0.authorities = [Self.delegation] },
            {
                $0.isRecursionAvailable = false
                $0.answers = [.a("other.test", "192.0.2.66")]
            },
        ]
        for change in changes {
            let lame = try await server(change)
            let good = try await DNSTestServer.start(Self.table)
            let client = DNSClient.asking(lame, good)
            #expect(try await client.records(of: "host.test", type: .a) == [Self.table[0]])
            #expect(try await client.mailExchangers(of: "host.test").map(\.host) == ["a.test"])
            let error = await #expect(throws: DNSError.self) {
                try await DNSClient.asking(lame).mailExchangers(of: "host.test")
            }
            #expect(error?.isTemporary == true)
            #expect(error?.description.hasSuffix("a referral, as it does not resolve names") == true)
            await lame.stop()
            await good.stop()
        }
    }

    @Test(
        "That there is nothing is believed of a server with authority, of one that resolves names, and with a zone's word"
    )
    func nothing() async throws {
        let zone = DNSStartOfAuthority(primary: .root, responsible: .root, serial: 1, minimum: 60)
        let changes: [@Sendable (inout DNSMessage) -> Void] = [
            { _ in },
            {
                $0.isRecursionAvailable = false
                $0.isAuthoritative = true
            },
            {
                $0.isRecursionAvailable = false
                $0.authorities = [DNSRecord(name: .root, timeToLive: 60, data: .soa(zone)), Self.delegation]
            },
        ]
        for change in changes {
            let server = try await server(change)
            #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [])
            await server.stop()
        }
    }

    @Test("A record that cannot be read does no harm beside the answer, and makes none of it")
    func unreadableRecords() async throws {
        let name = DNSMessageSamples.name("host.test")
        let bad = DNSRecord(name: name, data: .other(.caa, [0, 0]))
        let server = try await server { answer in
            answer.answers = [Self.table[0], bad]
            answer.authorities = [bad]
            answer.additionals = [bad]
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.table[0]])
        await server.stop()
        for type in [DNSRecordType.a, .cname] {
            let wrong = try await self.server { $0.answers = [DNSRecord(name: name, data: .other(type, [1, 2, 3]))] }
            let good = try await DNSTestServer.start(Self.table)
            #expect(try await DNSClient.asking(wrong, good).records(of: "host.test", type: .a) == [Self.table[0]])
            let error = await #expect(throws: DNSError.self) {
                try await DNSClient.asking(wrong).records(of: "host.test", type: .a)
            }
            #expect(error?.description.hasSuffix("that cannot be read") == true)
            await wrong.stop()
            await good.stop()
        }
    }

    @Test("A server whose answers cannot be read has not been silent: it is asked first again")
    func notSilent() async throws {
        let wrong = try await DNSTestServer.start { query, _ in
            .packets([try DNSMessage(answering: query).encoded() + [0]])
        }
        let good = try await DNSTestServer.start(Self.table)
        let client = DNSClient.asking(wrong, good)
        #expect(try await client.records(of: "host.test", type: .a).count == 1)
        #expect(try await client.records(of: "host.test", type: .mx).count == 1)
        #expect(wrong.asked == ["host.test A udp", "host.test A tcp", "host.test MX udp", "host.test MX tcp"])
        await wrong.stop()
        await good.stop()
    }

    @Test("A question ends when its time is over, whatever servers and attempts are left")
    func totalTimeout() async throws {
        let silent = try await DNSTestServer.start(Self.table)
        silent.misbehaviour.value = .silence
        let client = DNSClient.asking(silent, attempts: 100) { $0.totalTimeout = .milliseconds(300) }
        await #expect(throws: DNSError.timedOut("host.test")) { try await client.records(of: "host.test", type: .a) }
        #expect(silent.asked.count <= 1)
        await silent.stop()
    }
}
