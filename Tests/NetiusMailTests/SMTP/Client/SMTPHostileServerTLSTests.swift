import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("Servers whose TLS or authentication an SMTP client cannot use")
struct SMTPHostileServerTLSTests {
    typealias Tests = SMTPClientConnectionTests

    @Test("TLS that is required and not offered, refused, or no TLS ends it")
    func noTLS() async throws {
        var error = try await SMTPHostileServerTests.failure(.test, .required) { try await $0.serve() }
        #expect(error.code == .tlsUnavailable && error.isTemporary)
        error = try await SMTPHostileServerTests.failure(.test, .required) {
            try await $0.serve(["STARTTLS"], [("STARTTLS", ["454 4.7.0 not now"])])
        }
        #expect(error.code == .tlsFailed && error.isTemporary)
        error = try await SMTPHostileServerTests.failure(.test, .required) {
            try await $0.serve(["STARTTLS"], [("STARTTLS", ["220 go on", "nonsense"])])
        }
        #expect(error.code == .tlsFailed)
        error = try await SMTPHostileServerTests.failure(.test, .implicit) { try await $0.serve() }
        #expect(error.code == .tlsFailed)
    }

    @Test("A certificate by nobody who is trusted ends it where TLS is required, and only there")
    func untrusted() async throws {
        let context = try TestIdentity.server.get()
        let script: ScriptedMailServer.Script = { peer in
            try await peer.say("220 x")
            _ = try await peer.line()
            try await peer.say("250-x\r\n250 STARTTLS")
            guard try await peer.line() == "STARTTLS" else { throw TestFailure("no STARTTLS") }
            try await peer.say("220 go on")
            try await peer.connection.startTLS(context)
            try await peer.serve(greeting: nil)
        }
        let error = try await SMTPHostileServerTests.failure(.test, .required, script)
        #expect(error.code == .tlsFailed && error.underlying is TLSError)
        let server = try await ScriptedMailServer.start(script)
        let connection = try await Tests.connect(server, .test, .opportunistic)
        #expect(await connection.tls != nil)
        #expect(await !connection.isVerified)
        await connection.quit()
        await server.stop()
    }

    @Test(
        "Where opportunistic TLS fails or is refused, mail goes without", arguments: ["220 go on", "454 4.7.0 not now"])
    func withoutTLS(reply: String) async throws {
        let server = try await ScriptedMailServer.start { peer in
            guard peer.number == 1, reply.hasPrefix("220") else {
                return try await peer.serve(["STARTTLS"], [("STARTTLS", [reply])])
            }
            try await peer.say("220 x")
            _ = try await peer.line()
            try await peer.say("250-x\r\n250 STARTTLS")
            _ = try await peer.line()
            try await peer.say(reply)
            _ = try await peer.octets(1)
            try await peer.say("this is no TLS")
        }
        let connection = try await Tests.connect(server, .test, .opportunistic)
        #expect(await connection.tls == nil)
        let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes.areAccepted)
        #expect(server.connections.value == (reply.hasPrefix("220") ? 2 : 1))
        await connection.quit()
        await server.stop()
    }

    @Test("A password is not sent without TLS, and not by a way that is not offered")
    func passwords() async throws {
        let credentials = SMTPCredentials(user: "bob", password: "secret")
        var error = try await SMTPHostileServerTests.failure(.test, .none, credentials: credentials) {
            try await $0.serve(["AUTH PLAIN"])
        }
        #expect(error.code == .authenticationUnavailable && !error.isTemporary)
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        error = try await SMTPHostileServerTests.failure(configuration, .none, credentials: credentials) {
            try await $0.serve(["AUTH CRAM-MD5"])
        }
        #expect(error.code == .authenticationUnavailable)
        error = try await SMTPHostileServerTests.failure(configuration, .none, credentials: credentials) {
            try await $0.serve(["AUTH PLAIN"], [("AUTH", ["535 5.7.8 no"])])
        }
        #expect(error.code == .authenticationFailed && !error.isTemporary && error.status.description == "5.7.8")
        #expect(!"\(credentials)".contains("secret") && !"\(String(reflecting: credentials))".contains("secret"))
        let transcript = error.transcript?.description ?? "AGJvYgBzZWNyZXQ"
        #expect(!transcript.contains("AGJvYgBzZWNyZXQ"))
    }

    @Test("LOGIN is spoken where there is no PLAIN")
    func login() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(
                ["AUTH LOGIN"],
                [("AUTH LOGIN", ["334 VXNlcm5hbWU6"]), ("Ym9i", ["334 UGFzc3dvcmQ6"]), ("c2VjcmV0", ["235 2.7.0 ok"])])
        }
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        let connection = try await Tests.connect(
            server, configuration, .none, credentials: SMTPCredentials(user: "bob", password: "secret"))
        #expect(await connection.user == "bob")
        let transcript = await connection.takeTranscript()?.description ?? ""
        #expect(!transcript.contains("c2VjcmV0") && transcript.contains("> AUTH LOGIN\n"))
        await connection.quit()
        await server.stop()
    }

    @Test("A token goes by XOAUTH2, and the reason of a refusal is heard to its end")
    func tokens() async throws {
        let response = "dXNlcj1ib2IBYXV0aD1CZWFyZXIgdG9rZW4BAQ=="
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        let credentials = SMTPCredentials(user: "bob", token: "token")
        let server = try await ScriptedMailServer.start {
            try await $0.serve(["AUTH XOAUTH2"], [("AUTH XOAUTH2 \(response)", ["235 2.7.0 ok"])])
        }
        let connection = try await Tests.connect(server, configuration, .none, credentials: credentials)
        #expect(await connection.user == "bob")
        await connection.quit()
        await server.stop()
        let error = try await SMTPHostileServerTests.failure(configuration, .none, credentials: credentials) { peer in
            for reply in ["220 x", "250-x\r\n250 AUTH XOAUTH2", "334 e30=", "535 5.7.8 expired"] {
                try await peer.say(reply)
                guard let line = try await peer.line() else { return }
                if reply.hasPrefix("334") { #expect(line.isEmpty) }
            }
        }
        #expect(error.code == .authenticationFailed && error.reply?.code == 535)
    }
}
