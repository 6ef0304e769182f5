import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Delivery status notifications") struct DeliveryNotificationTests {
    private func message(utf8: Bool = false) throws -> QueuedMessage {
        var sender = SMTPSender(MailAddress(utf8 ? "fränk@example.com" : "frank@example.com"))
        sender.envelopeIdentifier = "QQ 314159+="
        sender.usesUTF8 = utf8
        var first = SMTPRecipient(try #require(MailAddress("louisl@example.net")))
        first.original = "rfc822;louis@example.org"
        let second = SMTPRecipient(try #require(MailAddress(utf8 ? "jörg@example.net" : "joerg@example.net")))
        return QueuedMessage(
            identifier: MailIdentifier(), arrival: Timestamp(seconds: 1_763_767_000),
            envelope: SMTPEnvelope(sender: sender, recipients: [first, second]))
    }

    private func notification(
        _ message: QueuedMessage, returned: DeliveryNotification.Returned = .headers(Array("Subject: hi\r\n\r\n".utf8)),
        action: DeliveryNotification.Action = .failed, diagnostic: String = "550 5.1.1 no such user"
    ) throws -> DeliveryNotification {
        let reports = try message.recipients.map { recipient in
            DeliveryNotification.Report(
                recipient: recipient.recipient, action: action,
                status: try #require(SMTPEnhancedStatus(action == .failed ? 5 : 4, 1, 1)), diagnostic: diagnostic,
                isReply: true, remoteHost: "mx.example.net")
        }
        var notification = DeliveryNotification(
            message: message, reports: reports, reportingHost: "relay.example.com",
            postmaster: "postmaster@example.com", returned: returned)
        notification.retryUntil = Timestamp(seconds: 1_764_199_000)
        return notification
    }

    @Test("are from nobody, for the sender, and ask for no notification themselves")
    func envelope() throws {
        let envelope = try #require(try notification(message()).envelope)
        #expect(envelope.sender.address == nil)
        #expect(envelope.recipients.map(\.address.description) == ["frank@example.com"])
        #expect(envelope.recipients[0].notify == .never)
    }

    @Test("return what has eight bits whole where that can arrive, and without those bits where it might not")
    func eightBits() throws {
        let message = try message()
        let returned = DeliveryNotification.Returned.message(Array("Subject: gr\u{FC}n\r\n\r\nsch\u{F6}n\r\n".utf8))
        let reports = try notification(message).reports
        for takesEightBits in [true, false] {
            let notification = DeliveryNotification(
                message: message, reports: reports, reportingHost: "relay.example.com",
                postmaster: "postmaster@example.com", returned: returned, takesEightBits: takesEightBits)
            let text = String(decoding: notification.encoded(identifier: MailIdentifier()), as: UTF8.self)
            let whole = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            #expect(text.contains(whole + "Subject: gr\u{FC}n\r\n\r\nsch\u{F6}n\r\n") == takesEightBits)
            #expect(text.contains("Content-Type: text/rfc822-headers\r\n\r\nSubject: gr??n\r\n") == !takesEightBits)
            #expect(text.utf8.allSatisfy { $0 < 0x80 } == !takesEightBits)
            // What has a part of eight bits has them itself.
            #expect(text.components("Content-Transfer-Encoding: 8bit").count == (takesEightBits ? 3 : 1))
            #expect(notification.envelope?.sender.body == (takesEightBits ? .eightBitMIME : nil))
            #expect(notification.envelope?.sender.usesUTF8 == false)
        }
    }

    @Test("of mail from nobody go to nobody")
    func neverAnswered() throws {
        let message = QueuedMessage(
            identifier: MailIdentifier(), arrival: .now,
            envelope: SMTPEnvelope(
                sender: SMTPSender(nil), recipients: [SMTPRecipient(try #require(MailAddress("a@b")))]))
        #expect(try notification(message).envelope == nil)
    }

    @Test("have lines that end with CRLF, of at most 998 octets, whatever another host says")
    func lines() throws {
        let hostile = "550 \u{7}\r\nBcc: evil@example.com\r\n\r\n" + String(repeating: "x", count: 5000) + "\u{1F4A9}"
        let bytes = try notification(message(), diagnostic: hostile).encoded(identifier: MailIdentifier())
        for line in String(decoding: bytes, as: UTF8.self).components("\r\n") {
            #expect(line.utf8.count <= 998)
            #expect(!line.utf8.contains(10) && !line.utf8.contains(13))
            #expect(!line.hasPrefix("Bcc:"))
        }
    }

    private static let script = """
        import sys, email, json
        from email import policy
        message = email.message_from_bytes(sys.stdin.buffer.read(), policy=policy.default)
        parts = list(message.iter_parts())
        status = [dict(block.items()) for block in parts[1].get_payload()]
        print(json.dumps({
            "type": message.get_content_type(), "report": message.get_param("report-type"),
            "from": message["From"], "to": message["To"], "subject": message["Subject"],
            "auto": message["Auto-Submitted"], "date": message["Date"].datetime.isoformat(),
            "defects": [str(d) for part in message.walk() for d in part.defects],
            "types": [part.get_content_type() for part in parts], "status": status,
            "text": parts[0].get_content(), "last": parts[2].as_bytes().decode("utf-8", "replace")}))
        """

    private func parsed(_ bytes: [UInt8]) async throws -> JSONValue? {
        guard let python = ChildProcess("python3") else { return nil }
        let result = try await python.run(
            ["-c", Self.script], input: String(decoding: bytes, as: UTF8.self))
        #expect(result.errors == "")
        return try JSONValue(parsing: result.output)
    }

    @Test("are read by Python's email package as RFC 3464 has them")
    func python() async throws {
        let message = try message()
        guard let parsed = try await parsed(notification(message).encoded(identifier: MailIdentifier())),
            case .object(let fields) = parsed, case .array(let status)? = fields["status"]
        else { return }
        #expect(fields["type"] == .string("multipart/report"))
        #expect(fields["report"] == .string("delivery-status"))
        #expect(fields["auto"] == .string("auto-replied"))
        #expect(fields["to"] == .string("frank@example.com"))
        #expect(fields["from"] == .string("Mail Delivery System <postmaster@example.com>"))
        #expect(fields["subject"] == .string("Delivery Status Notification (Failure)"))
        #expect(fields["defects"] == .array([]))
        #expect(
            fields["types"]
                == .array([
                    .string("text/plain"), .string("message/delivery-status"), .string("text/rfc822-headers"),
                ]))
        #expect(status.count == 3)
        guard status.count == 3, case .object(let whole) = status[0], case .object(let first) = status[1] else {
            return
        }
        #expect(whole["Reporting-MTA"] == .string("dns; relay.example.com"))
        #expect(whole["Original-Envelope-Id"] == .string("QQ+20314159+2B+3D"))
        #expect(first["Final-Recipient"] == .string("rfc822; louisl@example.net"))
        #expect(first["Original-Recipient"] == .string("rfc822; louis@example.org"))
        #expect(first["Action"] == .string("failed"))
        #expect(first["Status"] == .string("5.1.1"))
        #expect(first["Remote-MTA"] == .string("dns; mx.example.net"))
        #expect(first["Diagnostic-Code"] == .string("smtp; 550 5.1.1 no such user"))
    }

    @Test("return the whole message where that is asked for")
    func wholeMessage() async throws {
        let original = Array("Subject: hi\r\nTo: x@y\r\n\r\nHow are you?\r\n".utf8)
        let notification = try notification(message(), returned: .message(original))
        guard let parsed = try await parsed(notification.encoded(identifier: MailIdentifier())),
            case .object(let fields) = parsed, case .array(let types)? = fields["types"],
            case .string(let last)? = fields["last"]
        else { return }
        #expect(types.last == .string("message/rfc822"))
        #expect(last.contains("How are you?"))
    }

    @Test("of delay say until when delivery is tried")
    func delay() throws {
        let bytes = try notification(message(), action: .delayed).encoded(identifier: MailIdentifier())
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("Subject: Delivery Status Notification (Delay)\r\n"))
        #expect(text.contains("Will-Retry-Until: Wed, 26 Nov 2025"))
        #expect(text.contains("Action: delayed\r\n"))
    }

    @Test("of mail with UTF-8 are of the kinds that RFC 6533 has for it")
    func international() throws {
        let notification = try notification(message(utf8: true), returned: .headers(Array("Subject: ü\r\n\r\n".utf8)))
        let text = String(decoding: notification.encoded(identifier: MailIdentifier()), as: UTF8.self)
        #expect(text.contains("To: <fränk@example.com>\r\n"))
        let outer = try #require(text.firstRange(of: "\r\n\r\n")).lowerBound
        #expect(text[..<outer].contains("\r\nContent-Transfer-Encoding: 8bit"))
        #expect(text.contains("Content-Type: message/global-delivery-status\r\n"))
        #expect(text.contains("Content-Type: message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n"))
        #expect(text.contains("Final-Recipient: utf-8; jörg@example.net\r\n"))
        #expect(notification.envelope?.sender.usesUTF8 == true)
        #expect(notification.envelope?.sender.body == .eightBitMIME)
    }

    @Test("have seven bits, whatever the message has, so that every host takes them")
    func sevenBits() async throws {
        var message = try message()
        var sender = message.sender
        sender.usesUTF8 = true
        var recipient = SMTPRecipient(try #require(MailAddress("jörg@example.net")))
        recipient.notify = .failure
        message = QueuedMessage(
            identifier: message.identifier, arrival: message.arrival,
            envelope: SMTPEnvelope(sender: sender, recipients: [recipient]))
        let original = Array("Subject: Grüße\r\n\r\nschöne\r\n".utf8)
        for returned in [DeliveryNotification.Returned.headers(Array(original.prefix(20))), .message(original)] {
            let notification = try notification(message, returned: returned)
            let bytes = notification.encoded(identifier: MailIdentifier())
            #expect(bytes.allSatisfy { $0 < 0x80 })
            #expect(notification.envelope?.sender.usesUTF8 == false)
            #expect(notification.envelope?.sender.body != .eightBitMIME)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("Final-Recipient: utf-8; j\\x{F6}rg@example.net\r\n"))
            #expect(text.contains("Content-Type: text/rfc822-headers\r\n\r\nSubject: Gr????e\r\n"))
            #expect(!text.contains("sch"))
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        self.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
