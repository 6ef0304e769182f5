import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What an SMTP client does not let a server do, and does not forget")
struct SMTPClientLimitTests {
    typealias Tests = SMTPClientConnectionTests

    private static func recipients(_ count: Int) throws -> SMTPEnvelope {
        SMTPEnvelope(
            sender: SMTPSender(nil), recipients: try (0..<count).map { SMTPRecipient(try mail("u\($0)@example.com")) })
    }

    private static func codes(_ outcomes: [SMTPOutcome]) -> [String] {
        outcomes.map { outcome in
            if case .failed(let error) = outcome { error.code.description } else { "\(outcome.reply?.code ?? 0)" }
        }
    }

    @Test("Who was taken in an earlier transaction is known when a later one is cancelled")
    func cancelledTransaction() async throws {
        let asked = Gate()
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            var count = 0
            while let line = try await peer.line() {
                switch line.prefix(4) {
                case "MAIL":
                    count += 1
                    if count < 3 { try await peer.say("250 ok") } else { asked.open() }
                case "DATA":
                    try await peer.say("354 go on")
                    _ = try await peer.content()
                    try await peer.say("250 ok")
                default: try await peer.say("250 ok")
                }
            }
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumRecipients = 1
        let connection = try await Tests.connect(server, configuration)
        let message = try Self.recipients(4)
        let task = Task { try await connection.send(message, .bytes(octets("a\r\n"))) }
        await asked.wait()
        task.cancel()
        let outcomes = try await task.value
        #expect(Self.codes(outcomes) == ["250", "250", "cancelled", "cancelled"])
        #expect(outcomes[3].isTemporary)
        #expect(await !connection.isUsable)
        await server.stop()
    }

    @Test("What other domains have taken is known when a client's task is cancelled", arguments: [true, false])
    func cancelledDomains(isTaken: Bool) async throws {
        let (asked, done) = (Gate(), Gate())
        let (servers, port) = try await SMTPClientTests.exchangers([
            { peer in
                try await peer.serve([], isTaken ? [] : [("RCPT", ["550 5.1.1 no"])])
                done.open()
            },
            { peer in
                try await peer.say("220 x")
                _ = try await peer.line()
                asked.open()
                _ = try await peer.line()
            },
        ])
        let dns = try await DNSTestServer.start()
        var configuration = SMTPClient.Configuration.test
        configuration.mailExchangerPort = port
        configuration.maximumIdleConnections = 0
        let final = configuration
        let to = [try mail("a@[127.0.0.1]"), try mail("b@[127.0.0.2]")]
        let route = SMTPRoute.mailExchangers(DNSClient(.init(servers: [dns.address])))
        let task = Task {
            try await SMTPClient.send(SMTPClientTests.message, from: nil, to: to, via: route, configuration: final)
        }
        await asked.wait()
        await done.wait()
        task.cancel()
        if isTaken {
            let result = try await task.value
            #expect(Self.codes(result.recipients.map(\.outcome)) == ["250", "cancelled"])
        } else {
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
        for server in servers { await server.stop() }
        await dns.stop()
    }

    @Test(
        "A transaction ends in time, however little at a time the server answers, or takes", arguments: [true, false])
    func slowTransaction(takesContent: Bool) async throws {
        let server = try await ScriptedMailServer.start { peer in
            if !takesContent { return try await peer.serve([], [("RCPT", ["250 ok", "250-not yet"])]) }
            try await peer.say("220 x")
            while let line = try await peer.line() {
                try await peer.say(line == "DATA" ? "354 go on" : "250 ok")
                // Not read any more.
                if line == "DATA" { return try await Task.sleep(for: .seconds(30)) }
            }
        }
        var configuration = SMTPClient.Configuration.test
        configuration.transactionTimeout = .milliseconds(300)
        configuration.minimumContentRate = .max
        let connection = try await Tests.connect(server, configuration)
        let content = [UInt8](repeating: 97, count: takesContent ? 32 << 20 : 10)
        let outcomes = try await connection.send(try Self.recipients(2), .bytes(content))
        #expect(Self.codes(outcomes) == ["timed-out", "timed-out"])
        #expect(outcomes[0].description.contains("the transaction took too long"))
        #expect(await !connection.isUsable)
        await server.stop()
    }

    @Test("A server that takes one recipient at a time gets the content a few times, and the rest another time")
    func fewRecipients() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve(["LIMITS RCPTMAX=1"]) }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumExtraTransactions = 2
        let connection = try await Tests.connect(server, configuration)
        let outcomes = try await connection.send(try Self.recipients(6), .bytes(octets("a\r\n")))
        #expect(Self.codes(outcomes) == ["250", "250", "250"] + Array(repeating: "too-many-transactions", count: 3))
        #expect(outcomes[5].isTemporary)
        #expect(server.lines.value.count { $0 == "DATA" } == 3)
        #expect(await connection.isUsable)
        await connection.quit()
        await server.stop()
    }

    @Test("A reply is no larger than it may be, and a transcript keeps a little of it")
    func largeReplies() async throws {
        let line = String(repeating: "é", count: 1000)
        let server = try await ScriptedMailServer.start { peer in
            let few = Array(repeating: "550-\(line)", count: 5) + ["550 \(line)"]
            let many = Array(repeating: "550-\(line)", count: 9) + ["550 \(line)"]
            try await peer.serve(
                [],
                [
                    ("RCPT TO:<u0", [few.joined(separator: "\r\n")]),
                    ("RCPT TO:<u1", [many.joined(separator: "\r\n")]),
                ])
        }
        let connection = try await Tests.connect(server)
        let outcomes = try await connection.send(try Self.recipients(3), .bytes(octets("a\r\n")))
        #expect(Self.codes(outcomes) == ["550", "malformed-reply", "malformed-reply"])
        let entries = await connection.takeTranscript()?.entries ?? []
        #expect(entries.contains { $0.message.utf8.count > 1000 })
        #expect(entries.allSatisfy { $0.message.utf8.count <= 1024 && !$0.message.contains("\u{FFFD}") })
        await connection.close()
        await server.stop()
    }

    @Test("A host that greets with a refusal is not asked at each of its addresses without end")
    func manyAddresses() async throws {
        let refuse: ScriptedMailServer.Script = { try await $0.say("421 4.3.2 busy") }
        let (servers, port) = try await SMTPClientTests.exchangers([refuse, refuse, refuse, refuse])
        var configuration = SMTPClient.Configuration.test
        configuration.maximumAddresses = 3
        let addresses = try (1...4).map { try #require(IPAddress("127.0.0.\($0)")) }
        let final = configuration
        let error = await #expect(throws: SMTPClientError.self) {
            _ = try await SMTPClientConnection.connect(
                to: "x.example", port: port, at: addresses, security: .none, configuration: final)
        }
        #expect(error?.code == .refused)
        #expect(servers.map(\.connections.value) == [1, 1, 1, 0])
        for server in servers { await server.stop() }
    }

    @Test("What one host lacks another may have, which is asked for those who need it alone")
    func extensions() async throws {
        let (result, servers) = try await SMTPClientTests.deliver(
            [{ try await $0.serve([]) }, { try await $0.serve(["SMTPUTF8", "8BITMIME"]) }],
            to: ["bob@example.test", "jürgen@example.test"])
        #expect(result.isComplete)
        #expect(result.recipients.map(\.host) == ["mx0.example.test", "mx1.example.test"])
        #expect(servers.map { $0.lines.value.count { $0.hasPrefix("RCPT") } } == [1, 1])
        let (failed, _) = try await SMTPClientTests.deliver(
            [{ try await $0.serve(["SIZE 5"]) }, { try await $0.say("421 4.3.2 busy") }])
        #expect(failed.recipients[0].outcome.isTemporary)
        let (large, _) = try await SMTPClientTests.deliver(
            [{ try await $0.serve(["SIZE 5"]) }, { try await $0.serve(["SIZE 6"]) }])
        #expect(Self.codes(large.recipients.map(\.outcome)) == ["too-large"])
    }

    @Test("A connection that is used again is not asked again for what its server lacks")
    func reusedWithout() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve([]) }
        let client = SMTPClient(configuration: .test)
        let route = SMTPRoute.host("127.0.0.1", port: server.port, security: .none)
        let bob = try mail("bob@example.com")
        let first = try await client.send(SMTPClientTests.message, from: nil, to: [bob], via: route)
        #expect(first.isComplete)
        let second = try await client.send(octets("\r\n\u{E9}\r\n"), from: nil, to: [bob], via: route)
        #expect(Self.codes(second.recipients.map(\.outcome)) == ["unsupported"])
        #expect(server.connections.value == 1)
        let nobody = try await client.send(SMTPClientTests.message, from: nil, to: [], via: route)
        #expect(!nobody.isComplete)
        await client.shutdown()
        await server.stop()
    }

    @Test("A server that repeats what it was told does not put a password into errors and transcripts")
    func echo() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(["AUTH PLAIN"], [("AUTH", ["535 5.7.8 AGJvYgBzZWNyZXQ= with secret is wrong"])])
        }
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        let final = configuration
        let error = await #expect(throws: SMTPClientError.self) {
            _ = try await Tests.connect(
                server, final, .none, credentials: SMTPCredentials(user: "bob", password: "secret"))
        }
        #expect(error?.reply?.text == "*** with *** is wrong")
        #expect(error?.transcript?.description.contains("535 5.7.8 *** with *** is wrong") == true)
        await server.stop()
    }

    @Test("Connections that trust others are others")
    func contexts() throws {
        let contexts = try (0..<2).map { _ in try TLSClientContext(TLSClientConfiguration()) }
        func server(_ context: TLSClientContext?) -> SMTPConnectionPool.Server {
            SMTPConnectionPool.Server(host: "x", port: 25, security: .required, credentials: nil, context: context)
        }
        #expect(server(contexts[0]) == server(contexts[0]) && server(nil) == server(nil))
        #expect(server(contexts[0]) != server(contexts[1]) && server(contexts[0]) != server(nil))
    }
}
