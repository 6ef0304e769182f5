import Foundation
import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("An SMTP client")
struct SMTPClientTests {
    static let message = octets("Subject: x\r\n\r\nhello\r\n")

    /// Scripted servers on one port of several loopback addresses, so that they can be mail exchangers.
    static func exchangers(
        _ scripts: [ScriptedMailServer.Script]
    ) async throws -> (
        servers: [ScriptedMailServer], port: UInt16
    ) {
        let first = try await ScriptedMailServer.start(scripts[0])
        var servers = [first]
        for (index, script) in scripts.enumerated().dropFirst() {
            servers.append(
                try await ScriptedMailServer.start(at: "127.0.0.\(index + 1)", port: first.port, script))
        }
        return (servers, first.port)
    }

    /// Sends to `bob@example.test`, or others, whose domain has the servers as mail exchangers in that order.
    static func deliver(
        _ scripts: [ScriptedMailServer.Script], to recipients: [String] = ["bob@example.test"],
        _ configure: (inout SMTPClient.Configuration) -> Void = { _ in }
    ) async throws -> (result: SMTPResult, servers: [ScriptedMailServer]) {
        let (servers, port) = try await exchangers(scripts)
        var records: [DNSRecord] = []
        for index in scripts.indices {
            records.append(.mx("example.test", UInt16(10 * index), "mx\(index).example.test"))
            records.append(.a("mx\(index).example.test", "127.0.0.\(index + 1)"))
        }
        records += [.a("implicit.test", "127.0.0.1"), .mx("null.test", 0, ".")]
        let dns = try await DNSTestServer.start(records)
        var configuration = SMTPClient.Configuration.test
        configuration.mailExchangerPort = port
        configure(&configuration)
        let result = try await SMTPClient.send(
            message, from: try mail("alice@example.org"), to: try recipients.map(mail),
            via: .mailExchangers(DNSClient(.init(servers: [dns.address]))), configuration: configuration)
        await dns.stop()
        for server in servers { await server.stop() }
        return (result, servers)
    }

    @Test("Mail goes to the preferred mail exchanger")
    func preferred() async throws {
        let (result, servers) = try await Self.deliver([{ try await $0.serve() }, { try await $0.serve() }])
        #expect(result.isComplete)
        #expect(result.recipients.map(\.description) == ["250 2.0.0 ok queued as X <bob@example.test>"])
        #expect(result.recipients[0].host == "mx0.example.test")
        #expect(servers.map(\.connections.value) == [1, 0])
    }

    @Test(
        "It goes to the next where one refuses to talk, closes, or says that it is going",
        arguments: ["554 5.3.2 no mail here", "421 4.3.2 busy", "close", "MAIL", "RCPT"])
    func next(problem: String) async throws {
        let (result, servers) = try await Self.deliver([
            { peer in
                switch problem {
                case "MAIL", "RCPT": try await peer.serve(["PIPELINING"], [(problem, ["421 4.3.2 going"])])
                case "close": await peer.connection.close()
                default: try await peer.say(problem)
                }
            }, { try await $0.serve() },
        ])
        #expect(result.isComplete)
        #expect(result.recipients[0].host == "mx1.example.test")
        #expect(servers[1].connections.value == 1)
        #expect(result.sessions.map(\.host) == ["mx0.example.test", "mx1.example.test"])
        #expect(result.sessions[0].error != nil && result.sessions[1].error == nil)
    }

    @Test("It does not where one refuses the recipient or the message")
    func refused() async throws {
        for verb in ["RCPT", "MAIL", "DATA"] {
            let (result, servers) = try await Self.deliver([
                { try await $0.serve(["PIPELINING"], [(verb, ["550 5.1.1 no"])]) }, { try await $0.serve() },
            ])
            #expect(result.recipients.map { $0.outcome.reply?.code } == [550])
            #expect(servers[1].connections.value == 0)
        }
    }

    @Test("It does not where the message may have been taken already")
    func taken() async throws {
        let (result, servers) = try await Self.deliver([
            { try await $0.serve(end: ["close"]) }, { try await $0.serve() },
        ])
        #expect(!result.isComplete && result.recipients[0].outcome.isTemporary)
        #expect(servers[1].connections.value == 0)
    }

    @Test("What a host says of the recipient counts before the failures of others")
    func definite() async throws {
        let (result, _) = try await Self.deliver([
            { try await $0.say("421 4.3.2 busy") }, { try await $0.serve([], [("RCPT", ["550 5.1.1 no"])]) },
        ])
        #expect(result.recipients.map { $0.outcome.reply?.code } == [550])
    }

    @Test("An address with UTF-8 is said to be one, to a server that knows what that is, and others are not kept back")
    func utf8() async throws {
        for (capability, isKnown) in [("SMTPUTF8", true), ("SIZE", false)] {
            let (result, servers) = try await Self.deliver(
                [{ try await $0.serve([capability, "8BITMIME"]) }], to: ["jürgen@example.test", "bob@example.test"])
            #expect(result.recipients.map(\.outcome.isAccepted) == [isKnown, true])
            #expect(servers[0].lines.value.contains { $0.hasPrefix("MAIL") && $0.hasSuffix(" SMTPUTF8") } == isKnown)
        }
    }

    @Test("Where all refuse, a failure that may pass counts before one that will not")
    func allFail() async throws {
        for greetings in [["554 5.7.1 no", "421 4.3.2 busy"], ["421 4.3.2 busy", "554 5.7.1 no"]] {
            let (result, _) = try await Self.deliver(
                greetings.map { text in { try await $0.say(text) } })
            #expect(result.recipients[0].outcome.isTemporary)
        }
    }

    @Test("Each recipient has an outcome, whatever its domain, and those of one domain share a transaction")
    func domains() async throws {
        let recipients = [
            "a@example.test", "b@implicit.test", "c@null.test", "d@gone.test", "e@EXAMPLE.test", "f@[127.0.0.1]",
        ]
        let (result, servers) = try await Self.deliver([{ try await $0.serve() }], to: recipients)
        #expect(result.recipients.map(\.address.localPart) == ["a", "b", "c", "d", "e", "f"])
        #expect(
            result.recipients.map(\.outcome.status.description)
                == ["2.0.0", "2.0.0", "5.1.10", "5.1.2", "2.0.0", "2.0.0"])
        #expect(servers[0].lines.value.count { $0.hasPrefix("MAIL") } == 3)
    }

    @Test("A policy that requires TLS keeps mail from a server without, and one that forbids it from asking")
    func policies() async throws {
        let serve: ScriptedMailServer.Script = { try await $0.serve(["STARTTLS"], [("STARTTLS", ["454 4.7.0 no"])]) }
        let (required, servers) = try await Self.deliver([serve]) { $0.tlsPolicy = { _ in SMTPTLSPolicy(.required) } }
        #expect(required.recipients[0].outcome.isTemporary)
        #expect(!servers[0].lines.value.contains { $0.hasPrefix("MAIL") })
        let (none, others) = try await Self.deliver([serve]) { $0.tlsPolicy = { _ in SMTPTLSPolicy(.none) } }
        #expect(none.isComplete)
        #expect(!others[0].lines.value.contains("STARTTLS"))
        let (unknown, _) = try await Self.deliver([serve]) { $0.tlsPolicy = { _ in throw TestFailure("no policy") } }
        #expect(unknown.recipients[0].outcome.isTemporary)
    }

    @Test("What happened is told as JSON with names that stay, and without secrets")
    func information() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(["AUTH PLAIN", "PIPELINING"], [("AUTH", ["235 2.7.0 ok"])])
        }
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        let result = try await SMTPClient.send(
            Self.message, from: try mail("alice@example.org"), to: [try mail("bob@example.com")],
            via: .host(
                "127.0.0.1", port: server.port, security: .none,
                credentials: SMTPCredentials(user: "bob", password: "secret")), configuration: configuration)
        await server.stop()
        let session = try #require(result.sessions.first)
        let object = try JSONSerialization.jsonObject(with: Data(session.json.utf8))
        let members = try #require(object as? [String: Any])
        #expect(
            Set(members.keys) == [
                "domain", "host", "port", "mx_host", "greeting", "queue_response", "capabilities", "starttls",
                "tls_version", "tls_cipher", "start_time", "end_time", "duration", "recipients", "error", "transcript",
            ])
        #expect(members["host"] as? String == "127.0.0.1" && members["port"] as? Int == Int(server.port))
        #expect(members["queue_response"] as? String == "250 2.0.0 ok queued as X")
        #expect(members["greeting"] as? String == "220 test.example ESMTP")
        #expect(members["recipients"] as? [String] == ["bob@example.com"])
        #expect(members["capabilities"] as? [String] == ["AUTH PLAIN", "PIPELINING"])
        #expect(members["domain"] is NSNull && members["error"] is NSNull && members["starttls"] as? Bool == false)
        let transcript = try #require(members["transcript"] as? [[String: Any]])
        #expect(transcript.first?["direction"] as? String == "recv")
        #expect(transcript.contains { $0["message"] as? String == "AUTH PLAIN ***" })
        #expect(!session.json.contains("AGJvYgBzZWNyZXQ"))
    }

    @Test("A transcript has no more entries than it may")
    func transcriptLimit() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumTranscriptEntries = 5
        let result = try await SMTPClient.send(
            Self.message, from: nil, to: try (0..<20).map { try mail("u\($0)@example.com") },
            via: .host("127.0.0.1", port: server.port, security: .none), configuration: configuration)
        #expect(result.isComplete && result.sessions.first?.transcript?.entries.count == 5)
        await server.stop()
    }
}
