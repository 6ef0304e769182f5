import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: limits, each at its boundary", .timeLimit(.minutes(5)))
struct SMTPServerLimitTests {
    @Test("The lines of commands", arguments: [0, 1])
    func commandLines(excess: Int) {
        func padded(_ start: String, to length: Int, _ end: String = "") -> String {
            start + String(repeating: "x", count: length - 2 + excess - start.utf8.count - end.utf8.count) + end
        }
        var session = SMTPCoreSession {
            $0.authenticator = SMTPAuthenticator { _, _, _ in true }
            $0.allowsPlaintextAuthentication = true
        }
        let isTooLong = excess > 0
        #expect(session.ask(padded("NOOP ", to: 512)) == (isTooLong ? "500 5.5.2 line too long" : "250 2.0.0 ok"))
        _ = session.ask("HELO a")
        let sender = padded("MAIL FROM:<a@b.example> X-", to: 512)
        #expect(session.ask(sender).prefix(3) == (isTooLong ? "500" : "555"))
        _ = session.ask("EHLO a")
        let long = padded("MAIL FROM:<a@b.example> X-", to: 2048)
        #expect(session.ask(long).prefix(3) == (isTooLong ? "500" : "555"))
        let login = session.ask(padded("AUTH PLAIN =", to: 12_288))
        #expect(login == (isTooLong ? "500 5.5.2 line too long" : "501 5.5.2 malformed credentials"))
        #expect(session.isEnded == isTooLong)
    }

    @Test("A line without end ends the session before it takes up memory")
    func endless() async throws {
        try await withSMTPServer { server in
            for (count, end, reply) in [
                (12_286, "\r\n", "500 5.5.2 line too long|250 2.0.0 ok|221 2.0.0 bye"),
                (12_287, "\n", "500 5.5.2 lines end with CR LF and have no other control characters"),
                (12_288, "", "500 5.5.2 line too long"),
            ] {
                let client = try await server.greeted()
                try await client.send([UInt8](repeating: 0x41, count: count))
                try await client.send(end + "NOOP\r\nQUIT\r\n")
                #expect(try await client.rest() == reply)
                await client.close()
            }
        }
    }

    @Test(
        "The size of a message, as MAIL says it and as it comes, by DATA and by BDAT", arguments: [0, 1], [false, true])
    func size(excess: Int, isChunked: Bool) async throws {
        let box = MessageBox()
        try await withSMTPServer({ $0.limits.messageSize = 1000 }, box: box) { server in
            let client = try await server.greeted()
            #expect(
                try await client.ask("MAIL FROM:<a@b.example> SIZE=1001") == "552 5.3.4 message too large")
            try await client.ask("MAIL FROM:<a@b.example> SIZE=1000")
            try await client.ask("RCPT TO:<a@b.example>")
            let content =
                String(repeating: ".2345678\r\n", count: 99) + String(repeating: "x", count: 8 + excess) + "\r\n"
            if isChunked {
                try await client.send(
                    "BDAT 500\r\n\(content.prefix(450))BDAT \(500 + excess) LAST\r\n\(content.dropFirst(450))")
                #expect(content.prefix(450).utf8.count == 500)
                #expect(try await client.reply() == "250 2.0.0 500 octets received")
            } else {
                try await client.ask("DATA")
                try await client.send(content.replacing("\r\n.", with: "\r\n..").replacing(/^\./, with: "..") + ".\r\n")
            }
            let reply = try await client.reply()
            #expect(reply == (excess == 0 ? "250 2.0.0 ok queued as 1" : "552 5.3.4 message too large"))
            #expect(try await client.ask("NOOP") == "250 2.0.0 ok")
            await client.close()
        }
        #expect(box.messages.map(\.content.count) == (excess == 0 ? [1000] : []))
    }

    @Test("What is read away of a message that is not accepted")
    func discarded() async throws {
        try await withSMTPServer({ configuration in
            configuration.limits.messageSize = 1000
            configuration.limits.discardedContent = 20_000
        }) { server in
            for (count, goesOn) in [(1500, true), (400_000, false)] {
                let client = try await server.greeted()
                try await client.envelope()
                try await client.ask("DATA")
                // The server may close before all of it is sent.
                _ = try? await client.send(String(repeating: "12345678\r\n", count: count / 10) + ".\r\n")
                #expect(try await client.reply() == "552 5.3.4 message too large")
                if goesOn {
                    #expect(try await client.ask("NOOP") == "250 2.0.0 ok")
                } else {
                    _ = try await client.rest()
                }
                await client.close()
            }
        }
    }

    @Test("The size that a handler collects")
    func collected() async throws {
        try await withSMTPServer(message: { session in
            .accepted("\(try await session.content.collect(upTo: 10).count)")
        }) { server in
            let client = try await server.greeted()
            for (content, reply) in [
                ("", "250 2.0.0 ok queued as 0"), ("12345678\r\n", "250 2.0.0 ok queued as 10"),
                ("123456789\r\n", "552 5.3.4 message too large"),
            ] {
                try await client.envelope()
                try await client.ask("DATA")
                #expect(try await client.ask(content + ".") == reply)
            }
            await client.close()
            #expect(server.log.records(.error).isEmpty)
        }
    }

    @Test("The lines of a message")
    func textLines() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.greeted()
            for (length, reply) in [
                (998, "250 2.0.0 ok queued as 1"), (999, "500 5.6.0 the message has a line that is too long"),
            ] {
                try await client.envelope()
                try await client.ask("DATA")
                #expect(try await client.ask(String(repeating: "x", count: length) + "\r\n.") == reply)
            }
            await client.close()
        }
        #expect(box.messages.count == 1)
    }

    @Test("The recipients of a message, and those that are refused")
    func recipients() async throws {
        try await withSMTPServer(
            {
                $0.limits.recipients = 3
                $0.limits.refusedRecipients = 4
            },
            recipient: { _, recipient in recipient.address.localPart == "no" ? .permanent("no") : .accepted }
        ) { server in
            let client = try await server.greeted()
            try await client.envelope(to: ["1@b.example", "2@b.example", "3@b.example"])
            #expect(try await client.ask("RCPT TO:<4@b.example>") == "452 4.5.3 too many recipients")
            try await client.ask("DATA")
            #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            try await client.ask("MAIL FROM:<>")
            for _ in 0..<3 { #expect(try await client.ask("RCPT TO:<no@b.example>") == "550 5.0.0 no") }
            #expect(try await client.ask("RCPT TO:<no@b.example>") == "421 4.7.0 too many errors")
            #expect(try await client.rest().isEmpty)
            await client.close()
        }
    }

    @Test("Connections, in all and of an address", arguments: [true, false])
    func connections(perAddress: Bool) async throws {
        try await withSMTPServer({
            if perAddress { $0.maximumConnectionsPerAddress = 2 } else { $0.maximumConnections = 2 }
        }) { server in
            let clients = [try await server.greeted(), try await server.greeted()]
            let third = try await server.connect()
            #expect(try await third.rest() == "421 too many connections")
            await third.close()
            try await clients[0].ask("QUIT")
            try await eventually("one has gone") { try await server.connectionCount() == 1 }
            let fourth = try await server.greeted()
            for client in clients + [fourth] { await client.close() }
        }
    }

    @Test("Time for a command, for its rest, for a message, for replies")
    func times() async throws {
        try await withSMTPServer({ configuration in
            configuration.idleTimeout = .milliseconds(300)
            configuration.commandTimeout = .milliseconds(200)
            configuration.contentGracePeriod = .milliseconds(200)
        }) { server in
            let silent = try await server.greeted()
            #expect(try await silent.rest() == "421 4.4.2 it took too long")
            let slow = try await server.greeted()
            try await slow.send("NOO")
            #expect(try await slow.rest() == "421 4.4.2 it took too long")
            let stalled = try await server.greeted()
            try await stalled.envelope()
            try await stalled.ask("DATA")
            try await stalled.send("Subject: x\r\n")
            #expect(try await stalled.rest() == "421 4.4.2 it took too long")
            for client in [silent, slow, stalled] { await client.close() }
        }
    }

    @Test("A command a piece at a time takes no more than its time, although there is always something")
    func trickle() async throws {
        try await withSMTPServer({ $0.commandTimeout = .milliseconds(300) }) { server in
            let client = try await server.greeted()
            let isOver = Gate()
            let reading = Task {
                defer { isOver.open() }
                return try await client.rest()
            }
            while isOver.count == 0 {
                try await client.send("N")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await reading.value.hasPrefix("421 4.4.2"))
            await client.close()
        }
    }

    @Test("A client that takes no replies is not read from, and cut off in the end")
    func deafClient() async throws {
        try await withSMTPServer({ configuration in
            configuration.writeTimeout = .milliseconds(300)
            configuration.limits.recipients = 0
            configuration.limits.deferredRecipients = .max
        }) { server in
            let client = try await server.greeted()
            try await client.send("MAIL FROM:<>\r\n")
            let commands = Array(String(repeating: "RCPT TO:<a@b.example>\r\n", count: 1_000_000).utf8)
            await #expect(throws: (any Error).self) { try await client.send(commands) }
            await client.close()
            try await eventually("the connection has ended") { try await server.connectionCount() == 0 }
        }
    }

    @Test("A handler that reads slowly slows the client down, and gets no more than a buffer at a time")
    func backPressure() async throws {
        let (begun, mayRead, sent) = (Gate(), Gate(), Box(0))
        let largest = Box(0)
        try await withSMTPServer(message: { session in
            var size = 0
            for try await bytes in session.content {
                if size == 0 {
                    begun.open()
                    await mayRead.wait()
                }
                size += bytes.count
                largest.value = max(largest.value, bytes.count)
            }
            return .accepted("\(size)")
        }) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.ask("DATA")
            let piece = Array(String(repeating: String(repeating: "x", count: 998) + "\r\n", count: 60).utf8)
            let sending = Task {
                for _ in 0..<1000 {
                    try await client.send(piece)
                    sent.value += piece.count
                }
                try await client.send(".\r\n")
            }
            await begun.wait()
            // Until no more is taken for many turns of the server's loop.
            var (last, turns) = (-1, 0)
            while turns < 40 {
                _ = try await server.connectionCount()
                try await Task.sleep(for: .milliseconds(5))
                turns = sent.value == last ? turns + 1 : 0
                last = sent.value
            }
            // What the buffers of the system hold.
            #expect(last < 30_000_000)
            mayRead.open()
            try await sending.value
            #expect(try await client.reply() == "250 2.0.0 ok queued as 60000000")
            await client.close()
        }
        #expect(largest.value <= 64 * 1024 + 4)
    }
}
