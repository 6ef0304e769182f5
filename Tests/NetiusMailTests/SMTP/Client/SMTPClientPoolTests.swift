import Foundation
import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What SMTP connections are used for")
struct SMTPClientPoolTests {
    @Test("Connections are used again, and one that has ended meanwhile is replaced")
    func reuse() async throws {
        let server = try await ScriptedMailServer.start { peer in
            if peer.number == 1 {
                try await peer.serve(["PIPELINING"], [("MAIL", ["250 ok", "250 ok", "421 4.4.2 enough"])])
            } else {
                try await peer.serve()
            }
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumConnectionsPerServer = 1
        let client = SMTPClient(configuration: configuration)
        let route = SMTPRoute.host("127.0.0.1", port: server.port, security: .none)
        for _ in 0..<4 {
            let result = try await client.send(
                SMTPClientTests.message, from: try mail("alice@example.org"), to: [try mail("bob@example.com")],
                via: route)
            #expect(result.isComplete)
        }
        #expect(server.connections.value == 2)
        await client.shutdown()
        let result = try await client.send(
            SMTPClientTests.message, from: nil, to: [try mail("bob@example.com")], via: route)
        guard case .failed(let error) = result.recipients[0].outcome else { throw TestFailure("\(result)") }
        #expect(error.code == .shutDown)
        await server.stop()
    }

    @Test("Many messages at a time share the connections there may be, and none is lost")
    func concurrency() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.maximumConnectionsPerServer = 3
            configuration.maximumMessagesPerConnection = 7
            let client = SMTPClient(configuration: configuration)
            let route = SMTPRoute.host("127.0.0.1", port: server.port, security: .none)
            let (alice, bob) = (try mail("alice@example.org"), try mail("bob@example.com"))
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let message = octets("Subject: \(number)\r\n\r\n.\r\n")
                        return try await client.send(message, from: alice, to: [bob], via: route).isComplete
                    }
                }
                for try await isComplete in group { #expect(isComplete) }
            }
            await client.shutdown()
        }
        #expect(Set(box.texts) == Set((0..<60).map { "Subject: \($0)\r\n\r\n.\r\n" }))
        #expect(box.texts.count == 60)
    }

    @Test("Who waits for a connection is not kept from being cancelled, and leaves nothing behind")
    func cancelledWaiter() async throws {
        let asked = Gate()
        let go = Gate()
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            _ = try await peer.line()
            asked.open()
            await go.wait()
            try await peer.say("250 x")
            try await peer.serve(greeting: nil)
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumConnectionsPerServer = 1
        let client = SMTPClient(configuration: configuration)
        let port = server.port
        let bob = try mail("bob@example.com")
        let send: @Sendable () async throws -> SMTPResult = {
            try await client.send(
                SMTPClientTests.message, from: nil, to: [bob], via: .host("127.0.0.1", port: port, security: .none))
        }
        let first = Task { try await send() }
        await asked.wait()
        let second = Task { try await send() }
        second.cancel()
        await #expect(throws: CancellationError.self) { _ = try await second.value }
        go.open()
        let result = try await first.value
        #expect(result.isComplete)
        let third = try await send()
        #expect(third.isComplete && server.connections.value == 1)
        await client.shutdown()
        await server.stop()
    }
}
