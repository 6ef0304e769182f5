import NetiusDNS
import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("Signatures made to do harm", .timeLimit(.minutes(5)))
struct DKIMHostileTests {
    private static let message = "From: a@example.com\r\nSubject: Hello\r\n\r\nHello\r\n"

    /// A signature that is read, and is nobody's.
    private func field(_ tags: String = "", selector: String = "s", domain: String = "example.com") -> String {
        "DKIM-Signature: v=1; a=ed25519-sha256; d=\(domain); s=\(selector); h=From; bh=AAAA; b=AAAA;\(tags)\r\n"
    }

    private func results(
        _ fields: String, _ lookup: @escaping DKIMVerifier.Lookup = { _ in [] }
    ) async throws -> [DKIMVerification] {
        try await DKIMVerifier(lookup: lookup).verify(octets(fields + Self.message))
    }

    @Test("No line of Authentication-Results is longer than mail may have, whatever a sender claims")
    func lines() async throws {
        let name = (0..<4).map { _ in String(repeating: "a", count: 62) }.joined(separator: ".")
        let identities = ["a", "\"", "\\", "a.b", "=80", "\u{E9}"].flatMap { piece in
            [30_000, 240, 120].map { "i=\(String(repeating: piece, count: $0))@example.com" }
        }
        for identity in identities + ["i=@" + String(repeating: "a.", count: 15_000) + "example.com"] {
            let fields = field(identity) + field(selector: name) + field(domain: name)
            let found = try await results(fields) { _ in
                throw DNSError.timedOut(String(repeating: "\"", count: 30_000))
            }
            for host in ["mx.example.com", String(repeating: "\"", count: 3000), String(repeating: "x", count: 3000)] {
                let text = String(
                    decoding: DKIMVerification.authenticationResults(found, by: host), as: UTF8.self)
                for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 998) }
                #expect(text.utf8.allSatisfy { $0 < 0x80 } && MailHeaderSection(octets(text)).fields.count == 1)
            }
        }
        let usual = try await results(field("i=" + String(repeating: "a", count: 242) + "@example.com"))
        #expect(usual.first?.reason == "there is no key")
    }

    @Test("A letter that only looks like one of the domain's is none: an identity is ASCII")
    func likeness() async throws {
        // The sign for kelvin, whose lower case is k.
        for identity in ["@ban=E2=84=AA.example", "@ban\u{212A}.example", "x@a.ban=E2=84=AA.example"] {
            let found = try await results(field("i=\(identity)", domain: "bank.example"))
            #expect(found.first?.reason == "its tag i= is not of the signing domain")
            #expect("\(found)".utf8.allSatisfy { $0 < 0x80 })
        }
        for identity in ["@BANK.example", "@a.Bank.Example"] {
            let found = try await results(field("i=\(identity)", domain: "bank.example"))
            #expect(found.first?.reason == "there is no key")
        }
    }

    @Test("A message with two authors, or none, passes with no signature, and no key is looked up for it")
    func authors() async throws {
        let signed = try DKIMTestKeys.signed(Self.message, .ed25519SHA256, .init(oversignedFields: []))
        #expect(try await DKIMTestKeys.verify(signed)?.result == .pass)
        let text = String(decoding: signed, as: UTF8.self)
        let field = String(decoding: MailHeaderSection(signed).fields[0].bytes, as: UTF8.self)
        let asked = Box(0)
        let verifier = DKIMVerifier(lookup: { _ in
            asked.update { $0 += 1 }
            return []
        })
        let rows = [
            ("From: boss@example.com\r\n" + text, "the message has more than one From field"),
            (field + "fRoM : boss@example.com\r\n" + Self.message, "the message has more than one From field"),
            (text.replacing("From: a@example.com\r\n", with: ""), "the message has no From field"),
        ]
        for (message, reason) in rows {
            let found = try await verifier.verify(octets(message))
            #expect(found.map(\.result) == [.permanentError] && found.first?.reason == reason)
            #expect(found.first?.domain == "example.com")
        }
        #expect(asked.value == 0)
    }

    @Test("Keys are looked up all at the same time, each once")
    func together() async throws {
        let gate = Gate()
        let names = Box<[String]>([])
        let fields = ["one", "two", "ONE", "three", "two"].map { field(selector: $0) }.joined()
        let found = try await results(fields) { name in
            names.update { $0.append(name) }
            gate.open()
            // Who asked for one after the other would wait here for ever.
            await gate.wait(3)
            return []
        }
        #expect(found.map(\.reason) == Array(repeating: "there is no key", count: 5))
        #expect(names.value.sorted() == ["one", "three", "two"].map { "\($0)._domainkey.example.com" })
    }

    @Test("Keys that are not found in time are a temporary error, those that are count; a cancelled look-up is ended")
    func patience() async throws {
        let record = octets(try DKIMTestKeys.key(.ed25519SHA256).record)
        let signed = try DKIMTestKeys.signed(Self.message)
        let ended = Gate()
        let lookup: DKIMVerifier.Lookup = { name in
            if name.hasPrefix("s.") { return [record] }
            try await untilCancelled(ended)
        }
        let message = octets(field(selector: "a") + field(selector: "b") + field(selector: "a")) + signed
        let found = try await DKIMVerifier(patience: .milliseconds(50), lookup: lookup).verify(message)
        #expect(found.map(\.result) == [.temporaryError, .temporaryError, .temporaryError, .pass])
        #expect(found.first?.reason == "the key could not be looked up in time")
        #expect(ended.count == 2)
        let task = Task { try await DKIMVerifier(patience: .seconds(3600), lookup: lookup).verify(message) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A body in pieces, or a large one, comes to the same as the whole message")
    func pieces() async throws {
        let line = String(repeating: "A line,  with space. ", count: 4) + "\r\n"
        let text = Self.message + String(repeating: line, count: 5000) + "\r\n\r\n"
        let record = octets(try DKIMTestKeys.key(.ed25519SHA256).record)
        let verifier = DKIMVerifier(lookup: { _ in [record] })
        for form in DKIMCanonicalization.allCases {
            let signed = try DKIMTestKeys.signed(text, .ed25519SHA256, .init(bodyCanonicalization: form))
            #expect(try await verifier.verify(signed).map(\.result) == [.pass])
            #expect(try await verifier.verify(signed + [0x21]).map(\.result) == [.fail])
            let header = MailHeaderSection(signed)
            var body = try await verifier.makeBodyVerifier(for: header)
            var changed = body
            #expect(body.isUndecided)
            for start in stride(from: header.bodyStart, to: signed.count, by: 999) {
                body.update(signed.span.extracting(start..<min(start + 999, signed.count)))
            }
            #expect(body.finalize().map(\.result) == [.pass])
            changed.update(octets("Hello\r\n").span)
            #expect(changed.finalize().map(\.reason) == ["the body has been changed"])
        }
        let loop = try LoopGroup.shared.next()
        let large = try DKIMTestKeys.signed(text)
        let onLoop = Task(executorPreference: loop.taskExecutor) { try await verifier.verify(large) }
        #expect(try await onLoop.value.map(\.result) == [.pass])
        let none = try await DKIMVerifier(lookup: { _ in [] }).makeBodyVerifier(
            for: MailHeaderSection(octets(field() + Self.message)))
        #expect(!none.isUndecided)
    }
}
