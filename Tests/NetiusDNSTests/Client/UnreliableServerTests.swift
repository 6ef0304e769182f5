import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("Name servers that fail", .timeLimit(.minutes(5)))
struct UnreliableServerTests {
    private static let table: [DNSRecord] = [.a("host.test", "192.0.2.1")]

    private func host(_ client: DNSClient) async throws -> [DNSRecord] {
        try await client.records(of: "host.test", type: .a)
    }

    @Test("A server that is silent is given up for the next")
    func silence() async throws {
        let silent = try await DNSTestServer.start(Self.table)
        silent.misbehaviour.value = .silence
        let good = try await DNSTestServer.start(Self.table)
        let client = DNSClient.asking(silent, good, timeout: .milliseconds(300), attempts: 20)
        #expect(try await host(client) == Self.table)
        #expect(silent.asked.count >= 1)
        await silent.stop()
        await good.stop()
    }

    @Test("Where all are silent, that is the error, after as many attempts as configured")
    func allSilent() async throws {
        let silent = try await DNSTestServer.start(Self.table)
        silent.misbehaviour.value = .silence
        let client = DNSClient.asking(silent, timeout: .milliseconds(100), attempts: 3)
        await #expect(throws: DNSError.timedOut("host.test")) { try await host(client) }
        try await eventually("it was asked three times") { silent.asked.count == 3 }
        await silent.stop()
    }

    @Test("A packet that is lost is sent again")
    func loss() async throws {
        let count = Box(0)
        let server = try await DNSTestServer.start { query, _ in
            let number = count.update { count in
                count += 1
                return count
            }
            return number < 3 ? .silence : .message(DNSTestServer.answer(to: query, from: Self.table))
        }
        #expect(try await host(.asking(server, timeout: .milliseconds(300), attempts: 20)) == Self.table)
        await server.stop()
    }

    @Test("A server that is gone is given up for the next; where all are, that is the error")
    func gone() async throws {
        let gone = try await DNSTestServer.start(Self.table)
        await gone.stop()
        let good = try await DNSTestServer.start(Self.table)
        #expect(try await host(.asking(gone, good)) == Self.table)
        let error = await #expect(throws: DNSError.self) { try await host(.asking(gone)) }
        guard case .serversFailed("host.test", let reason) = error else {
            Issue.record("it is another error")
            return
        }
        #expect(reason.hasPrefix("\(gone.address): "))
        await good.stop()
    }

    @Test("A server that refuses or fails is given up for the next, and its word is the error where it is the last")
    func refusal() async throws {
        let bad = try await DNSTestServer.start(Self.table)
        let good = try await DNSTestServer.start(Self.table)
        for (code, name) in [
            (DNSResponseCode.refused, "REFUSED"), (.serverFailure, "SERVFAIL"), (.notImplemented, "NOTIMP"),
            (.formatError, "FORMERR"), (DNSResponseCode(rawValue: 23), "RCODE23"),
        ] {
            bad.misbehaviour.value = .code(code)
            #expect(try await host(.asking(bad, good)) == Self.table)
            let reason = "\(bad.address) answered \(name)"
            await #expect(throws: DNSError.serversFailed("host.test", reason: reason)) {
                try await host(.asking(bad, attempts: 2))
            }
        }
        await bad.stop()
        await good.stop()
    }

    @Test("An answer that does not fit into a packet is asked for over TCP, where it comes however it is cut")
    func truncation() async throws {
        let records = (0..<2000).map { DNSRecord.a("host.test", "10.0.\($0 / 256).\($0 % 256)") }
        let server = try await DNSTestServer.start(records)
        server.misbehaviour.value = .truncation
        #expect(try await host(.asking(server)).count == 2000)
        #expect(server.asked == ["host.test A udp", "host.test A tcp"])
        await server.stop()
    }

    @Test("A packet that is longer than asked for is read all the same")
    func long() async throws {
        let records = (0..<500).map { DNSRecord.a("host.test", "10.0.\($0 / 256).\($0 % 256)") }
        let server = try await DNSTestServer.start(records)
        #expect(try await host(.asking(server)).count == 500)
        await server.stop()
    }

    @Test("A server that says over TCP too that its answer is truncated has failed, and one that hangs up")
    func truncatedTwice() async throws {
        let server = try await DNSTestServer.start { query, transport in
            var answer = DNSMessage(answering: query)
            answer.isTruncated = true
            return .message(answer)
        }
        let error = await #expect(throws: DNSError.self) { try await host(.asking(server)) }
        #expect(error?.description.hasSuffix("sent no whole answer") == true)
        await server.stop()

        let listener = try await Listener.bind(port: 0)
        let hangingUp = Task {
            for try await connection in listener {
                connection.handle { connection in
                    _ = try await connection.read()
                    try await connection.write([0, 100, 1, 2, 3])
                }
            }
        }
        var configuration = DNSClient.Configuration(servers: [listener.address])
        configuration.usesTCP = true
        configuration.attempts = 1
        let other = await #expect(throws: DNSError.self) { try await host(DNSClient(configuration)) }
        #expect(other?.description.hasSuffix("sent no whole answer") == true)
        await listener.close()
        try await hangingUp.value
    }

    @Test("A server that does not know EDNS is asked without", arguments: [1, 4, 16])
    func withoutEDNS(_ code: UInt16) async throws {
        let server = try await DNSTestServer.start { query, _ in
            guard query.edns != nil else { return .message(DNSTestServer.answer(to: query, from: Self.table)) }
            var answer = DNSMessage(id: query.id)
            answer.isResponse = true
            answer.responseCode = DNSResponseCode(rawValue: code)
            // An old server repeats neither EDNS's record nor the question; the upper bits of the code need the former.
            if code > 15 { answer.edns = DNSExtension(payloadSize: 512) }
            return .message(answer)
        }
        #expect(try await host(.asking(server)) == Self.table)
        #expect(server.asked == ["host.test A udp", "host.test A udp"])
        await server.stop()
    }

    @Test("The client can be told to ask over TCP alone")
    func tcp() async throws {
        let server = try await DNSTestServer.start(Self.table)
        #expect(try await host(.asking(server) { $0.usesTCP = true }) == Self.table)
        #expect(server.asked == ["host.test A tcp"])
        await server.stop()
    }

    @Test("Aliases in a circle, or too many, are the failure of who says so")
    func circles() async throws {
        let circle = try await DNSTestServer.start([.cname("host.test", "b.test"), .cname("b.test", "host.test")])
        let chain = try await DNSTestServer.start([
            .cname("host.test", "1.test"), .cname("1.test", "2.test"), .cname("2.test", "3.test"),
            .a("3.test", "192.0.2.3"),
        ])
        let good = try await DNSTestServer.start(Self.table)
        #expect(try await host(.asking(circle, good)) == Self.table)
        // What the first server says leaves no trace.
        let long = try await DNSTestServer.start([
            .cname("host.test", "b.test", timeToLive: 1), .cname("b.test", "c.test", timeToLive: 1),
            .cname("c.test", "host.test", timeToLive: 1),
        ])
        let right = try await DNSTestServer.start([.cname("host.test", "b.test"), .a("b.test", "192.0.2.2")])
        let answer = try await DNSClient.asking(long, right).answer(to: DNSMessageSamples.name("host.test"), .a)
        #expect(answer.aliases == [.cname("host.test", "b.test")] && answer.records == [.a("b.test", "192.0.2.2")])
        let error = await #expect(throws: DNSError.self) { try await host(.asking(circle)) }
        #expect(error?.description.hasSuffix("aliases that lead in a circle") == true)
        let short = DNSClient.asking(chain) { $0.maximumAliases = 2 }
        await #expect(throws: DNSError.self) { try await host(short) }
        #expect(try await host(.asking(chain) { $0.maximumAliases = 3 }) == [.a("3.test", "192.0.2.3")])
        for server in [circle, chain, good, long, right] { await server.stop() }
    }

    @Test("An alias whose end the answer does not have is asked for by itself, and aliases without end are not")
    func openAlias() async throws {
        let server = try await DNSTestServer.start { query, _ in
            var answer = DNSMessage(answering: query)
            switch query.questions.first?.name.lowercased.description {
            case "host.test": answer.answers = [.cname("host.test", "far.test")]
            case "far.test": answer.answers = [.a("far.test", "192.0.2.8")]
            case let name?: answer.answers = [.cname(name, "x.\(name)")]
            case nil: return .silence
            }
            return .message(answer)
        }
        let client = DNSClient.asking(server)
        #expect(try await host(client) == [.a("far.test", "192.0.2.8")])
        let error = await #expect(throws: DNSError.self) { try await client.records(of: "endless.test", type: .a) }
        #expect(error?.description.hasSuffix("too many aliases") == true)
        #expect(server.asked.count == 2 + 17)
        await server.stop()
    }

    @Test("Whatever a server sends, the client has its answer or a clear error")
    func noise() async throws {
        let random = Box(SeededRandom(seed: 5452))
        let server = try await DNSTestServer.start { query, transport in
            var answer = DNSTestServer.answer(to: query, from: Self.table)
            answer.additionals = [.mx("host.test", 1, "a.b.host.test"), .txt("x.test", "text")]
            let bytes = try answer.encoded()
            let mutated = random.update { random in
                var mutated = bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let index = Int.random(in: 2..<mutated.count, using: &random)
                    mutated[index] = UInt8.random(in: 0...255, using: &random)
                }
                return mutated
            }
            return .packets(transport == .udp ? [mutated, bytes] : [bytes])
        }
        var answered = 0
        for _ in 0..<1000 {
            let client = DNSClient.asking(server)
            do {
                _ = try await client.records(of: "host.test", type: .a)
                answered += 1
            } catch {
                #expect(error is DNSError)
            }
        }
        // The others have a code that says that the server has failed.
        #expect(answered > 900)
        await server.stop()
    }
}
