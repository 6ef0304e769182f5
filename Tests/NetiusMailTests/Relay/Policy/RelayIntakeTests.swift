import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What a relay looks at in a message") struct RelayIntakeTests {
    private static let received = Array("Received: from here\r\n".utf8)

    private func prologue(
        _ message: [UInt8], pieces: Int = .max, isSubmission: Bool = true, signer: DKIMSigner? = nil,
        policy: RelayPolicy = RelayPolicy()
    ) throws -> (fields: String, signed: [UInt8]) {
        var intake = RelayIntake(policy, signer: signer)
        var rest = message[...]
        while !rest.isEmpty {
            try intake.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        let time = Timestamp(seconds: 1_763_767_000)
        let prologue = try intake.prologue(
            received: Self.received, isSubmission: isSubmission, identifier: MailIdentifier(),
            hostName: "relay.example",
            time: time)
        return (String(decoding: prologue.fields, as: UTF8.self), prologue.encoded(at: time, log: Log.current))
    }

    @Test("what is missing is added to submissions, and to nothing else")
    func completion() throws {
        let bare = Array("From: a@example.com\r\n\r\nhi\r\n".utf8)
        let added = try prologue(bare).fields
        #expect(added.hasPrefix("Received: from here\r\nMessage-ID: <"))
        #expect(added.contains("@relay.example>\r\nDate: Fri, 21 Nov 2025"))
        #expect(try prologue(bare, isSubmission: false).fields == "Received: from here\r\n")
        let whole = Array("message-id: <x@y>\r\nDATE: Fri, 21 Nov 2025 00:00:00 +0000\r\n\r\n".utf8)
        #expect(try prologue(whole).fields == "Received: from here\r\n")
    }

    @Test("a message that has come through too many hosts is refused")
    func loops() throws {
        let line = "Received: from x by y; Fri, 21 Nov 2025 00:00:00 +0000\r\n"
        #expect(throws: Never.self) { try prologue(Array((String(repeating: line, count: 50) + "\r\nhi\r\n").utf8)) }
        do {
            _ = try prologue(Array((String(repeating: line, count: 51) + "\r\nhi\r\n").utf8))
            Issue.record("it was taken")
        } catch let refusal as RelayIntake.Refusal {
            #expect(refusal.reply.code == 554)
            #expect(refusal.reply.enhancedStatus?.description == "5.4.6")
        }
    }

    @Test("a header section has a limit, to the octet")
    func limit() throws {
        var policy = RelayPolicy()
        policy.maximumHeaderLength = 100
        let fitting = Array(("X: " + String(repeating: "x", count: 93) + "\r\n\r\n").utf8)
        #expect(fitting.count == 100)
        for pieces in [1, 7, 100, 1000] {
            #expect(throws: Never.self) {
                try prologue(fitting + Array("body\r\n".utf8), pieces: pieces, policy: policy)
            }
            let longer = Array("Y".utf8) + fitting
            #expect(throws: RelayIntake.Refusal.self) { try prologue(longer, pieces: pieces, policy: policy) }
        }
    }

    @Test("signatures are the same however the message is cut, and verify")
    func signatures() async throws {
        let key = try DKIMPrivateKey.generate(.rsa(bits: 1024))
        let signer = try DKIMSigner(domain: "example.com", selector: "s", key: key)
        let message = Array("From: a@example.com\r\nSubject: hi\r\n\r\nfirst\r\n\r\nlast\r\n\r\n".utf8)
        let whole = try prologue(message, signer: signer).signed
        #expect(String(decoding: whole, as: UTF8.self).hasPrefix("DKIM-Signature:"))
        func bodyHash(_ bytes: [UInt8]) -> Substring? {
            let text = String(decoding: bytes, as: UTF8.self)
            return text.firstRange(of: "bh=").map { text[$0.upperBound...].prefix(44) }
        }
        for pieces in 1..<message.count {
            #expect(bodyHash(try prologue(message, pieces: pieces, signer: signer).signed) == bodyHash(whole))
        }
        let record = key.record
        let verifier = DKIMVerifier { _ in [Array(record.utf8)] }
        let results = try await verifier.verify(whole + message)
        #expect(results.map(\.result) == [.pass])
    }

    @Test("what has no From is sent on without a signature")
    func unsigned() throws {
        let key = try DKIMPrivateKey.generate(.ed25519)
        let signer = try DKIMSigner(domain: "example.com", selector: "s", key: key)
        let signed = try prologue(Array("Subject: x\r\n\r\nhi\r\n".utf8), signer: signer).signed
        #expect(signed.starts(with: Self.received))
    }

    @Test("only those who may are relayed for")
    func policy() throws {
        var policy = RelayPolicy()
        policy.trustedNetworks = IPNetworkSet([try #require(IPNetwork("192.0.2.0/24"))])
        let inside = SocketAddress.ip(try #require(IPAddress("192.0.2.1")), port: 1)
        let outside = SocketAddress.ip(try #require(IPAddress("198.51.100.1")), port: 1)
        #expect(policy.isSubmission(user: nil, peer: inside))
        #expect(!policy.isSubmission(user: nil, peer: outside))
        #expect(policy.isSubmission(user: "frank", peer: outside))
        #expect(!RelayPolicy().isSubmission(user: nil, peer: inside))
    }

    @Test("users send from addresses that are theirs")
    func allowedSenders() throws {
        var policy = RelayPolicy()
        policy.allowedSenders = ["frank": ["frank@example.com", "@lists.example.com"], "nobody": []]
        func code(_ address: String?, _ user: String?) -> Int {
            policy.reply(to: SMTPSender(address.flatMap { MailAddress($0) }), user: user).code
        }
        #expect(code("frank@example.com", "frank") == 250)
        #expect(code("any@Lists.Example.COM", "frank") == 250)
        #expect(code("eve@example.com", "frank") == 553)
        #expect(code("x@sub.lists.example.com", "frank") == 553)
        #expect(code(nil, "frank") == 553)
        #expect(code("frank@example.com", "nobody") == 553)
        #expect(code("any@where.example", "alice") == 250)
        #expect(code("any@where.example", nil) == 250)
    }
}
