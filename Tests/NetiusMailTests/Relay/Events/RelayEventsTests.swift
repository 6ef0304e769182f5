import Netius
import NetiusHTTP
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Events of a relay") struct RelayEventsTests {
    static func event(_ text: String = "250 2.0.0 ok queued as X") throws -> RelayEvent {
        let sent = try envelope(from: "a@b.example", to: "c@d.example")
        var session = RelaySession(domain: "d.example", host: "mx.d.example", port: 25)
        session.capabilities = ["PIPELINING", "SIZE 1000"]
        session.usesStartTLS = true
        session.transcript = SMTPTranscript()
        var outcome = DeliveryOutcome(SMTPReply(250, "ok"), host: "mx.d.example")
        outcome.text = text
        return RelayEvent(
            message: QueuedMessage(identifier: MailIdentifier(), arrival: .now, envelope: sent, size: 7),
            recipients: sent.recipients.map(\.address), outcomes: [outcome], session: session,
            destination: .mailExchangers(of: "d.example"), start: Timestamp(millisecondsSince1970: 1_763_767_000_123),
            end: Timestamp(millisecondsSince1970: 1_763_767_001_124))
    }

    @Test("are JSON with the names of earlier systems, on one line whatever others say")
    func json() throws {
        let json = try Self.event("250 \u{7}\"\\\r\n\u{202E}x").json
        #expect(!json.contains("\n"))
        guard case .object(let fields) = try JSONValue(parsing: json) else { throw TestFailure("it is no object") }
        let names = [
            "domain", "host", "port", "mx_host", "greeting", "queue_response", "capabilities", "starttls",
            "tls_version",
            "tls_cipher", "start_time", "end_time", "duration", "recipients", "error", "transcript",
        ]
        for name in names { #expect(fields[name] != nil, "\(name)") }
        #expect(fields["port"] == .number("25"))
        #expect(fields["starttls"] == .boolean(true))
        #expect(fields["start_time"] == .number("1763767000.123"))
        #expect(fields["duration"] == .number("1.001"))
        #expect(fields["recipients"] == .array([.string("c@d.example")]))
        #expect(fields["error"] == .null)
    }

    @Test("are posted with a signature, again where that fails for now, and in order")
    func webhook() async throws {
        let received = Box<[(body: String, signature: String?, secret: String?)]>([])
        let count = Box(0)
        let server = HTTPServer(port: 0) { request in
            let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
            count.value += 1
            if count.value == 1 { return HTTPResponse(status: .serviceUnavailable) }
            let fields = request.headerFields
            received.value.append(
                (
                    body, HTTPField.Name("X-Netius-Signature").flatMap { fields[$0] },
                    HTTPField.Name("X-Activity-Secret").flatMap { fields[$0] }
                ))
            return HTTPResponse(status: .noContent)
        }
        let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
        let task = Task { try await server.run { listening.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let webhook = RelayWebhook(url: "http://\(address)/", secret: "key")
        webhook.send("{\"n\": 1}")
        webhook.send("{\"n\": 2}")
        try await eventually("both have come") { received.value.count == 2 }
        #expect(received.value.map(\.body) == ["{\"n\": 1}", "{\"n\": 2}"])
        let code = try #require(HMACSHA256.code(of: Array("{\"n\": 1}".utf8), key: Array("key".utf8)))
        let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(received.value[0].signature == "sha256=\(digits)")
        // The secret itself does not go over a connection that anybody can read.
        #expect(received.value[0].secret == nil)
        server.shutdown()
        try await task.value
    }

    @Test("codes are those of RFC 4231's second test case")
    func hmac() throws {
        let code = try #require(
            HMACSHA256.code(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(digits == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
}
