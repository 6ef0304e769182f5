import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: chunks, handlers, shutdown", .timeLimit(.minutes(5)))
struct SMTPServerSessionTests {
    @Test("What is not offered is not understood, and replies have no status where those are off")
    func extensions() async throws {
        try await withSMTPServer({ $0.extensions = [.binaryMIME, .authentication] }) { server in
            let client = try await server.connect()
            _ = try await client.reply()
            #expect(try await client.ask("EHLO a") == "250 mail.example")
            for line in ["SIZE=1", "BODY=8BITMIME", "SMTPUTF8", "RET=FULL", "AUTH=<>", "REQUIRETLS"] {
                #expect(try await client.ask("MAIL FROM:<a@b.example> \(line)") == "555 unknown parameter")
            }
            #expect(try await client.ask("HELP") == "502 not implemented")
            #expect(try await client.ask("AUTH PLAIN") == "502 not implemented")
            try await client.send("BDAT 6 LAST\r\nNOOP\r\n")
            #expect(try await client.rest() == "502 not implemented")
            await client.close()
        }
    }

    @Test("Chunks come as one message, at once or one by one, with other commands between them")
    func chunks() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.greeted()
            try await client.send(
                "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nBDAT 3\r\na\r\nBDAT 0\r\nBDAT 4 LAST\r\nbc\r\nNOOP\r\n"
            )
            #expect(
                try await client.replies(6) == [
                    "250 2.1.0 ok", "250 2.1.5 ok", "250 2.0.0 3 octets received", "250 2.0.0 0 octets received",
                    "250 2.0.0 ok queued as 1", "250 2.0.0 ok",
                ])
            try await client.envelope()
            #expect(try await client.ask("BDAT 2\r\n") == "250 2.0.0 2 octets received")
            #expect(try await client.ask("NOOP") == "250 2.0.0 ok")
            #expect(try await client.ask("MAIL FROM:<>") == "503 5.5.1 a message has been begun")
            #expect(try await client.ask("DATA") == "503 5.5.1 MAIL first")
            #expect(try await client.ask("BDAT 3 LAST\r\n.") == "250 2.0.0 ok queued as 2")
            await client.close()
        }
        #expect(box.texts == ["a\r\nbc\r\n", "\r\n.\r\n"])
    }

    @Test("A message that is given up between chunks is never taken", arguments: ["RSET", "EHLO again", "QUIT", ""])
    func abandoned(command: String) async throws {
        let ended = Box<[String]>([])
        try await withSMTPServer(message: { session in
            do {
                for try await _ in session.content {}
                ended.value.append("whole")
                return .accepted
            } catch {
                ended.value.append("\(error)")
                throw error
            }
        }) { server in
            let client = try await server.greeted()
            try await client.envelope()
            #expect(try await client.ask("BDAT 2\r\n") == "250 2.0.0 2 octets received")
            if command.isEmpty {
                await client.finishWriting()
                #expect(try await client.rest().isEmpty)
            } else {
                #expect(try await client.ask(command).hasPrefix(command == "QUIT" ? "221" : "250"))
                if command != "QUIT" { #expect(try await client.ask("DATA").hasPrefix("503")) }
            }
            await client.close()
            try await eventually("the handler has ended") { !ended.value.isEmpty }
        }
        #expect(ended.value == [command.isEmpty ? "the content is incomplete" : "the client has given the message up"])
    }

    @Test("A client that leaves in the middle of a message has not sent one", arguments: [true, false])
    func leaving(isReset: Bool) async throws {
        let ended = Box<[String]>([])
        let begun = Gate()
        try await withSMTPServer(message: { session in
            do {
                for try await _ in session.content { begun.open() }
                ended.value.append("whole")
            } catch {
                ended.value.append("\(error)")
            }
            return .accepted
        }) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.ask("DATA")
            try await client.send("Subject: x\r\n\r\ntext\r\n.\r")
            await begun.wait()
            if isReset { await client.reset() } else { await client.close() }
            try await eventually("the handler has ended") { !ended.value.isEmpty }
            try await eventually("the connection has ended") { try await server.connectionCount() == 0 }
        }
        #expect(ended.value.count == 1 && ended.value != ["whole"])
    }

    @Test("A client that ends its side after a whole session still gets its replies")
    func halfClosed() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.ask("DATA")
            try await client.send("x\r\n.\r\nQUIT\r\n")
            await client.finishWriting()
            #expect(try await client.rest() == "250 2.0.0 ok queued as 1|221 2.0.0 bye")
            await client.close()
        }
    }

    @Test("Content cannot be read twice at a time, nor after the answer")
    func reading() async throws {
        let (kept, refused) = (Box<SMTPSession?>(nil), Gate())
        try await withSMTPServer(message: { session in
            if let earlier = kept.value {
                await #expect(throws: SMTPContentError.ended) { _ = try await earlier.content.collect(upTo: 100) }
            }
            kept.value = session
            @Sendable func failures() async throws -> Int {
                do {
                    _ = try await session.content.collect(upTo: 10)
                    return 0
                } catch SMTPContentError.concurrentRead {
                    refused.open()
                    return 1
                }
            }
            async let first = failures()
            async let second = failures()
            return .accepted("\(try await first + second)")
        }) { server in
            let client = try await server.greeted()
            for number in 1...2 {
                try await client.envelope()
                try await client.ask("DATA")
                // Until then one of the two waits for content.
                await refused.wait(number)
                #expect(try await client.ask("x\r\n.") == "250 2.0.0 ok queued as 1")
            }
            await client.close()
        }
    }

    @Test("At a shutdown those who wait are told, and a message in flight is finished")
    func shutdown() async throws {
        let (begun, mayEnd) = (Gate(), Gate())
        try await withSMTPServer(message: { session in
            for try await _ in session.content {}
            begun.open()
            await mayEnd.wait()
            return .accepted("late")
        }) { server in
            let idle = try await server.greeted()
            let busy = try await server.greeted()
            let sending = try await server.greeted()
            for client in [busy, sending] {
                try await client.envelope()
                try await client.ask("DATA")
            }
            try await busy.send("x\r\n.\r\n")
            try await sending.send("x\r\n")
            await begun.wait()
            server.server.shutdown()
            #expect(try await idle.rest() == "421 4.3.2 shutting down")
            try await sending.send(".\r\n")
            mayEnd.open()
            for client in [busy, sending] {
                #expect(try await client.rest() == "250 2.0.0 ok queued as late|421 4.3.2 shutting down")
            }
            for client in [idle, busy, sending] { await client.close() }
            try await server.task.value
        }
    }

    @Test("Who says the next command with the end of a message is told of a shutdown too")
    func shutdownOfBusyClients() async throws {
        let (begun, mayEnd) = (Gate(), Gate())
        try await withSMTPServer(message: { session in
            for try await _ in session.content {}
            begun.open()
            await mayEnd.wait()
            return .accepted("late")
        }) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.ask("DATA")
            try await client.send("x\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n")
            await begun.wait()
            server.server.shutdown()
            try await eventually("the server knows") {
                try await server.worker { $0.isShuttingDown }
            }
            mayEnd.open()
            #expect(try await client.rest() == "250 2.0.0 ok queued as late|421 4.3.2 shutting down")
            await client.close()
            try await server.task.value
        }
    }

    @Test("A task that a handler left behind in the middle of reading harms neither this message nor the next")
    func leftBehind() async throws {
        let errors = Box<[String]>([])
        let (begun, ended) = (Gate(), Gate())
        try await withSMTPServer(message: { session in
            guard begun.count == 0 else { return .accepted("\(try await session.content.collect(upTo: 100).count)") }
            Task {
                do {
                    for try await _ in session.content { begun.open() }
                } catch {
                    errors.value.append("\(error)")
                }
                ended.open()
            }
            await begun.wait()
            // The task comes to wait for more.
            for _ in 0..<100 { await Task.yield() }
            return .accepted("early")
        }) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.ask("DATA")
            try await client.send("x\r\n")
            await ended.wait()
            #expect(try await client.ask(".") == "250 2.0.0 ok queued as early")
            try await client.envelope()
            try await client.ask("DATA")
            #expect(try await client.ask("more\r\n.") == "250 2.0.0 ok queued as 6")
            await client.close()
        }
        #expect(errors.value == ["there is no content to read"])
    }

    @Test("At the end of its time a shutdown cancels what is in flight, and nothing is accepted by it")
    func cancelled() async throws {
        let (begun, ended) = (Gate(), Gate())
        try await withSMTPServer(
            { $0.shutdownTimeout = .milliseconds(100) },
            message: { _ in
                begun.open()
                try await untilCancelled(ended)
            }
        ) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.send("DATA\r\n")
            await begun.wait()
            server.server.shutdown()
            await ended.wait()
            #expect(try await !client.rest().contains("250"))
            await client.close()
            try await server.task.value
        }
    }

    @Test("The trace field says who sent what, how, and to whom")
    func received() async throws {
        let fields = Box<[[UInt8]]>([])
        try await withSMTPServer(message: { session in
            let time = Timestamp(seconds: 1_795_301_627)
            fields.value.append(
                session.receivedField(
                    by: "mail.example", identifier: "B7\r\n8", for: session.envelope.recipients.first?.address, at: time
                ))
            fields.value.append(session.receivedField(by: "mail.example", identifier: nil, for: nil, at: time))
            return .accepted
        }) { server in
            for hello in ["EHLO client.example", "HELO [192.0.2.1]"] {
                let client = try await server.greeted(hello)
                try await client.envelope()
                try await client.ask("DATA")
                #expect(try await client.ask("x\r\n.").hasPrefix("250"))
                await client.close()
            }
        }
        let from = ["client.example", "client.example", "[192.0.2.1]", "[192.0.2.1]"]
        let with = ["ESMTP id B78", "ESMTP;", "SMTP id B78", "SMTP;"]
        #expect(fields.value.count == 4)
        for (index, field) in fields.value.enumerated() {
            let start = "Received: from \(from[index]) ([127.0.0.1])\r\n by mail.example with \(with[index])\r\n"
            let recipient = index.isMultiple(of: 2) ? " for <b@mail.example>;" : ""
            let expected = "\(start)\(recipient) Sat, 21 Nov 2026 22:53:47 +0000\r\n"
            #expect(String(decoding: field, as: UTF8.self) == expected)
        }
    }
}
