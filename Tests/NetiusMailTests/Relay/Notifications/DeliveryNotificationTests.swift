import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Delivery status notifications") struct DeliveryNotificationTests {
    private func message(utf8: Bool = false) throws -> QueuedMessage {
        var sender = SMTPSender(MailAddress("frank@example.com"))
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
        #expect(text.contains("Content-Type: message/global-delivery-status\r\n"))
        #expect(text.contains("Content-Type: message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n"))
        #expect(text.contains("Final-Recipient: utf-8; jörg@example.net\r\n"))
        #expect(notification.envelope?.sender.usesUTF8 == true)
        #expect(notification.envelope?.sender.body == .eightBitMIME)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        self.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
