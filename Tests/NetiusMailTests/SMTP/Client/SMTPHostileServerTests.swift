import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("Servers that do not do as an SMTP client may expect")
struct SMTPHostileServerTests {
    typealias Tests = SMTPClientConnectionTests

    /// How a session that does not come about ends.
    static func failure(
        _ configuration: SMTPClient.Configuration = .test, _ security: SMTPSecurity = .none,
        credentials: SMTPCredentials? = nil, _ script: @escaping ScriptedMailServer.Script
    ) async throws -> SMTPClientError {
        let server = try await ScriptedMailServer.start(script)
        let result: Result<SMTPClientConnection, any Error>
        do {
            result = .success(try await Tests.connect(server, configuration, security, credentials: credentials))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        guard case .failure(let error as SMTPClientError) = result else { throw TestFailure("\(result)") }
        return error
    }

    @Test(
        "A greeting that is none ends it",
        arguments: [
            ("hello", SMTPClientError.Code.malformedReply), ("250 ok", .refused), ("554 5.7.1 go away", .refused),
            ("421 4.3.2 later", .refused), ("220 " + String(repeating: "x", count: 5000), .malformedReply),
        ])
    func greetings(text: String, code: SMTPClientError.Code) async throws {
        let error = try await Self.failure {
            try await $0.say(text)
            _ = try await $0.line()
        }
        #expect(error.code == code)
        #expect(error.isTemporary == !text.hasPrefix("554"))
        #expect(error.transcript != nil)
    }

    @Test("A reply without end ends it")
    func endless() async throws {
        let error = try await Self.failure {
            while true { try await $0.say("220-and") }
        }
        #expect(error.code == .malformedReply)
    }

    @Test("A line without end ends it")
    func endlessLine() async throws {
        let error = try await Self.failure { peer in
            try await peer.sayOctets(octets("220 "))
            while true { try await peer.sayOctets(Array(repeating: 120, count: 1000)) }
        }
        #expect(error.code == .malformedReply)
    }

    @Test("A server that says nothing, or a little at a time, is not waited for longer than allowed")
    func silence() async throws {
        var configuration = SMTPClient.Configuration.test
        configuration.greetingTimeout = .milliseconds(100)
        let silent = try await Self.failure(configuration) { _ = try await $0.line() }
        #expect(silent.code == .timedOut && silent.isTemporary)
        let slow = try await Self.failure(configuration) { peer in
            while true {
                try await peer.sayOctets(octets("2"))
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        #expect(slow.code == .timedOut || slow.code == .malformedReply)
    }

    @Test(
        "A server that closes at any step leaves an outcome that may pass",
        arguments: [
            "MAIL", "RCPT", "DATA",
        ])
    func closing(verb: String) async throws {
        for pipelines in [true, false] {
            let server = try await ScriptedMailServer.start {
                try await $0.serve(pipelines ? ["PIPELINING"] : [], [(verb, ["close"])])
            }
            let connection = try await Tests.connect(server)
            let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
            guard case .failed(let error) = outcomes.first else { throw TestFailure("\(outcomes)") }
            #expect(error.code == .connectionClosed && error.isTemporary)
            #expect(await !connection.isUsable)
            let again = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
            #expect(again.count == 1 && !again.areAccepted)
            await connection.quit()
            await server.stop()
        }
    }

    @Test("A server that closes behind the content leaves an outcome that may pass")
    func closingAtEnd() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve(end: ["close"]) }
        let connection = try await Tests.connect(server)
        let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes.count == 1 && outcomes[0].isTemporary)
        await connection.close()
        await server.stop()
    }

    @Test("What a server says while it breaks off within the content is the outcome")
    func earlyRefusal() async throws {
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            for _ in 0..<4 {
                let line = try await peer.line() ?? ""
                try await peer.say(line.hasPrefix("DATA") ? "354 go on" : "250 ok")
            }
            for _ in 0..<10 { _ = try await peer.line() }
            try await peer.say("552 5.3.4 too large")
            await peer.connection.finishWriting()
            // What is on its way is taken, so that the reply is not lost by a reset.
            while let _ = try await peer.connection.read() {}
        }
        let connection = try await Tests.connect(server)
        let line = octets(String(repeating: "x", count: 70) + "\r\n")
        let outcomes = try await connection.send(
            try envelope(to: "bob@example.com"), .bytes(Array(repeatElement(line, count: 20_000).joined())))
        #expect(outcomes.map { $0.reply?.code } == [552])
        await connection.close()
        await server.stop()
    }

    @Test("Replies that nobody asked for make a connection useless")
    func unasked() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(end: ["250 2.0.0 ok", "250 2.0.0 forged"])
        }
        let connection = try await Tests.connect(server)
        let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes.areAccepted)
        try await eventually("the second reply is seen") { await !connection.isUsable }
        await connection.close()
        await server.stop()
    }

    @Test("421 to any command ends the session, and is the outcome", arguments: ["MAIL", "RCPT", "DATA"])
    func going(verb: String) async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(["PIPELINING"], [(verb, ["421 4.3.2 going"])])
        }
        let connection = try await Tests.connect(server)
        let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes.map { $0.reply?.code } == [421])
        #expect(await !connection.isUsable)
        await connection.close()
        await server.stop()
    }

    @Test("A message that needs what the server lacks is not sent, and who needs it is told")
    func needs() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve(["SIZE 100"]) }
        let connection = try await Tests.connect(server)
        var large = try envelope(to: "bob@example.com")
        var outcomes = try await connection.send(large, .bytes(Array(repeating: 65, count: 101)))
        #expect(outcomes[0].status.description == "5.3.4")
        large.sender.body = .eightBitMIME
        outcomes = try await connection.send(large, .bytes([0xE9]))
        #expect(outcomes[0].status.description == "5.6.3")
        large.sender.body = nil
        large.sender.requiresTLS = true
        outcomes = try await connection.send(large, .bytes([65]))
        #expect(outcomes[0].status.description == "5.7.30")
        outcomes = try await connection.send(
            try envelope(to: "jürgen@example.com", "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes[0].status.description == "5.6.7" && outcomes[1].isAccepted)
        await connection.quit()
        #expect(server.lines.value.count { $0.hasPrefix("MAIL") } == 1)
        await server.stop()
    }

    @Test("Recipients beyond what a transaction holds are told in others, all of them once")
    func manyRecipients() async throws {
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            var count = 0
            while let line = try await peer.line() {
                switch line.prefix(4) {
                case "EHLO": try await peer.say("250-x\r\n250 PIPELINING")
                case "MAIL":
                    count = 0
                    try await peer.say("250 ok")
                case "RCPT":
                    count += 1
                    try await peer.say(count > 7 ? "452 4.5.3 too many" : "250 ok")
                case "DATA":
                    try await peer.say("354 go on")
                    _ = try await peer.content()
                    try await peer.say("250 ok")
                case "QUIT": return try await peer.say("221 bye")
                default: try await peer.say("500 what?")
                }
            }
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumRecipients = 30
        let connection = try await Tests.connect(server, configuration)
        let recipients = try (0..<50).map { SMTPRecipient(try mail("u\($0)@example.com")) }
        let outcomes = try await connection.send(
            SMTPEnvelope(sender: SMTPSender(nil), recipients: recipients), .bytes(octets("a\r\n")))
        #expect(outcomes.count == 50 && outcomes.areAccepted)
        #expect(server.lines.value.count { $0 == "DATA" } == 8)
        await connection.quit()
        await server.stop()
    }

    @Test("A task that is cancelled does not wait for a server, and closes the connection")
    func cancellation() async throws {
        let asked = Gate()
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            _ = try await peer.line()
            try await peer.say("250 x")
            _ = try await peer.line()
            asked.open()
            _ = try await peer.line()
        }
        let connection = try await Tests.connect(server)
        let message = try envelope(to: "bob@example.com")
        let task = Task { try await connection.send(message, .bytes(octets("a\r\n"))) }
        await asked.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(await !connection.isUsable)
        await server.stop()
    }
}
