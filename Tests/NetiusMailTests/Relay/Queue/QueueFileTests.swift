import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("The files of a queue") struct QueueFileTests {
    static func envelope() throws -> SMTPEnvelope {
        var sender = SMTPSender(MailAddress("frank@example.com"))
        sender.returns = .full
        sender.envelopeIdentifier = "QQ314159"
        sender.body = .eightBitMIME
        sender.requiresTLS = true
        var first = SMTPRecipient(try #require(MailAddress("\"a b\"@example.net")))
        first.notify = [.success, .failure]
        first.original = "rfc822;ab@example.org"
        var second = SMTPRecipient(try #require(MailAddress("c@example.net")))
        second.notify = .never
        return SMTPEnvelope(
            sender: sender, recipients: [first, second, SMTPRecipient(try #require(MailAddress("d@[127.0.0.1]")))])
    }

    /// The octets of a file with a journal of two records.
    static func bytes() throws -> (bytes: [UInt8], identifier: MailIdentifier) {
        let identifier = MailIdentifier()
        let arrival = Timestamp(millisecondsSince1970: 1_763_767_000_123)
        let envelope = QueueEnvelope.encode(try envelope(), identifier: identifier, arrival: arrival)
        let prologue = Array("Received: from here\r\n".utf8)
        let content = Array("Subject: hello\r\n\r\nworld\r\n".utf8)
        var bytes = QueueFileLayout.head(
            envelope: envelope, contentLength: content.count, contentChecksum: Checksum.of(content),
            prologue: prologue)
        bytes += envelope + content + prologue
        var recipient = QueuedRecipient(SMTPRecipient(try #require(MailAddress("x@y"))))
        recipient.attempts = 2
        recipient.nextAttempt = Timestamp(seconds: 1_800_000_000)
        recipient.lastReply = "451 4.3.0 later"
        bytes += QueueJournal.encode([QueueJournal.Entry(recipient: 0, recipient)])
        recipient.state = .delivered
        bytes += QueueJournal.encode([QueueJournal.Entry(recipient: 1, recipient)])
        return (bytes, identifier)
    }

    static func read(_ bytes: [UInt8], in directory: String) throws -> QueueFile {
        let path = "\(directory)/file"
        try FileSystem.removeFile(path)
        let file = try NewFile(path: path)
        try file.write(bytes)
        file.keep()
        return try QueueFile(path: path)
    }

    @Test("read back everything that was said of a message")
    func readBack() async throws {
        let (bytes, identifier) = try Self.bytes()
        try await withTemporaryDirectory { directory in
            let file = try Self.read(bytes, in: directory)
            let envelope = try Self.envelope()
            #expect(file.message.identifier == identifier)
            #expect(file.message.arrival.millisecondsSince1970 == 1_763_767_000_123)
            #expect(file.message.sender == envelope.sender)
            #expect(file.message.recipients.map(\.recipient) == envelope.recipients)
            #expect(file.message.recipients.map(\.state) == [.pending, .delivered, .pending])
            #expect(file.message.recipients[0].attempts == 2)
            #expect(file.message.recipients[0].nextAttempt == Timestamp(seconds: 1_800_000_000))
            #expect(file.message.recipients[0].lastReply == "451 4.3.0 later")
            #expect(file.journalEnd == bytes.count)
            #expect(try file.prologue() == Array("Received: from here\r\n".utf8))
            #expect(file.message.size == 46)
            try file.check()
        }
    }

    @Test("that are torn at any octet are refused, or lose no more than the journal's last records")
    func torn() async throws {
        let (bytes, _) = try Self.bytes()
        try await withTemporaryDirectory { directory in
            let whole = try Self.read(bytes, in: directory)
            for count in 0..<bytes.count {
                let torn = Array(bytes[..<count])
                guard count >= whole.layout.journalStart else {
                    #expect(throws: (any Error).self) { try Self.read(torn, in: directory) }
                    continue
                }
                let file = try Self.read(torn, in: directory)
                #expect(file.message.sender == whole.message.sender)
                #expect(file.journalEnd <= count)
                #expect(file.message.recipients[2].state == .pending)
            }
        }
    }

    @Test("of which any octet is another are refused, or read without what it spoils")
    func changed() async throws {
        let (bytes, _) = try Self.bytes()
        try await withTemporaryDirectory { directory in
            let layout = try Self.read(bytes, in: directory).layout
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0x41
                let file = try? Self.read(changed, in: directory)
                if index < layout.contentStart { #expect(file == nil, "octet \(index)") }
                if layout.contentStart..<layout.journalStart ~= index {
                    #expect(throws: RecordReader.Malformed.self) { try file?.check() }
                }
                if layout.prologueStart..<layout.journalStart ~= index {
                    #expect(throws: (any Error).self) { try file?.prologue() }
                }
                if index >= layout.journalStart { #expect(file.map { $0.journalEnd < bytes.count } == true) }
            }
        }
    }

    @Test("of noise are refused")
    func noise() async throws {
        var random = SeededRandom(seed: 7)
        try await withTemporaryDirectory { directory in
            for _ in 0..<500 {
                let noise = QueueFileLayout.magic + random.bytes(Int.random(in: 0...300, using: &random))
                #expect(throws: (any Error).self) { try Self.read(noise, in: directory) }
            }
        }
    }

    @Test("have journals that noise ends without harm")
    func journalNoise() throws {
        var random = SeededRandom(seed: 8)
        let envelope = try Self.envelope()
        for _ in 0..<20_000 {
            var message = QueuedMessage(identifier: MailIdentifier(), arrival: .now, envelope: envelope)
            let before = message
            let noise = random.bytes(Int.random(in: 0...80, using: &random))
            #expect(QueueJournal.replay(noise, on: &message) <= noise.count)
            #expect(message == before)
        }
    }
}
