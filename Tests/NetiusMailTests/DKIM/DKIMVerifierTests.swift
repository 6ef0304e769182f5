import NetiusDNS
import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("Verifying mail")
struct DKIMVerifierTests {
    private static let message = "From: a@example.com\r\nSubject: Hello\r\n\r\nHello\r\n"
    private static let now = Timestamp(seconds: 1_795_218_150)

    /// The message with a signature made by hand: what `change` makes of its tags, signed as it then is.
    private func handmade(
        _ message: String = message, _ algorithm: DKIMAlgorithm = .ed25519SHA256,
        _ change: (inout [(String, String)]) -> Void
    ) throws -> [UInt8] {
        var tags = [
            ("v", "1"), ("a", algorithm.rawValue), ("c", "simple/simple"), ("d", "example.com"), ("s", "s"),
            ("h", "From:Subject"), ("bh", ""), ("b", ""),
        ]
        change(&tags)
        let header = MailHeaderSection(octets(message))
        var body = Array(octets(message)[header.bodyStart...])
        if let length = tags.first(where: { $0.0 == "l" }).flatMap({ Int($0.1) }) {
            body = Array(body.prefix(max(length, 0)))
        }
        var hasher = SHA256Hasher()
        hasher.update(body.span)
        let hash = Base64.encode(hasher.digest() ?? [])
        if let place = tags.firstIndex(where: { $0.0 == "bh" }), tags[place].1.isEmpty { tags[place].1 = hash }
        var field = "DKIM-Signature: " + tags.map { "\($0.0)=\($0.1)" }.joined(separator: "; ")
        var covered: [UInt8] = []
        var selection = DKIMFieldSelection(header)
        let names = tags.first { $0.0 == "h" }?.1.split(separator: ":").map(String.init) ?? []
        selection.append(names, .simple, to: &covered)
        covered += octets(field)
        if field.hasSuffix("b=") { field += Base64.encode(try DKIMTestKeys.key(algorithm).sign(covered) ?? []) }
        return octets(field + "\r\n" + message)
    }

    private func replace(_ tags: inout [(String, String)], _ name: String, _ value: String?) {
        let place = tags.firstIndex { $0.0 == name }
        if let place, let value {
            tags[place].1 = value
        } else if let place {
            tags.remove(at: place)
        } else if let value {
            tags.insert((name, value), at: 1)
        }
    }

    @Test("A signature made by hand passes, in any canonicalization that it does not name")
    func handmade() async throws {
        for name in [nil, "simple", "simple/simple"] {
            let message = try handmade { replace(&$0, "c", name) }
            #expect(try await DKIMTestKeys.verify(message)?.result == .pass)
        }
    }

    private static let malformedRows: [(String, String?, String)] = [
        ("v", "2", "the signature is of an unknown version"), ("v", nil, "the signature is of an unknown version"),
        ("a", nil, "the signature has no tag a="), ("a", "rsa-sha1", "SHA-1 is not to be believed (RFC 8301)"),
        ("a", "RSA-SHA256", "the algorithm is not known"), ("bh", nil, "the signature has no tag bh="),
        ("bh", "!", "its tag bh= is not Base64"), ("h", nil, "the signature has no tag h="),
        ("h", "Subject", "From is not signed"), ("h", "", "From is not signed"),
        ("c", "nowsp", "its canonicalization is not known"), ("c", "simple/", "its canonicalization is not known"),
        ("c", "simple/simple/simple", "its canonicalization is not known"),
        ("d", "", "its tag d= is no domain name in ASCII"), ("d", "a b", "its tag d= is no domain name in ASCII"),
        ("d", nil, "its tag d= is no domain name in ASCII"), ("s", "a..b", "its tag s= is no domain name in ASCII"),
        ("i", "@example.org", "its tag i= is not of the signing domain"), ("i", "x", "its tag i= is no identity"),
        ("i", "=4@example.com", "its tag i= is no identity"),
        ("i", "@xexample.com", "its tag i= is not of the signing domain"),
        ("i", String(repeating: "a", count: 30_000) + "@example.com", "its tag i= is too long"),
        ("l", "-1", "its tag l= is no number"), ("x", "soon", "its tag x= is no number"),
        ("q", "http", "its key is to be had in an unknown way"),
    ]

    @Test("A signature that does not say what it must is a permanent error", arguments: malformedRows)
    func malformed(name: String, value: String?, reason: String) async throws {
        let message = try handmade { replace(&$0, name, value) }
        let result = try await DKIMTestKeys.verify(message, at: Self.now)
        #expect(result?.result == .permanentError && result?.reason == reason, "\(result as Any)")
    }

    @Test("A signature that has expired fails; one that will, or that expired before it was made, is told apart")
    func expiry() async throws {
        func result(_ expiration: Int64, signed: Int64 = 1) async throws -> DKIMVerification? {
            let message = try handmade { tags in
                replace(&tags, "t", "\(signed)")
                replace(&tags, "x", "\(expiration)")
            }
            return try await DKIMTestKeys.verify(message, at: Self.now)
        }
        let tolerance = DKIMVerifier.clockTolerance.components.seconds
        #expect(try await result(Self.now.seconds - tolerance)?.result == .pass)
        let over = try await result(Self.now.seconds - tolerance - 1)
        #expect(over?.result == .fail && over?.reason == "its time is over")
        #expect(try await result(5, signed: 5)?.result == .permanentError)
        #expect(try await result(.max, signed: Self.now.seconds + tolerance)?.result == .pass)
        let early = try await result(.max, signed: Self.now.seconds + tolerance + 1)
        #expect(early?.result == .permanentError && early?.reason == "it was made in the future")
        for present in [Int64.min, 0, .max] {
            let dated = try handmade { replace(&$0, "t", "\(Int64.max)") }
            let verdict = try await DKIMTestKeys.verify(dated, at: Timestamp(seconds: present))
            #expect(verdict?.result == (present == .max ? .pass : .permanentError))
        }
        let message = try handmade { replace(&$0, "x", "999999999999999999999999") }
        #expect(try await DKIMTestKeys.verify(message, at: Self.now)?.result == .pass)
    }

    @Test("With l= text that is added is told, and never passes; text that is missing fails")
    func bodyLength() async throws {
        let message = try handmade { replace(&$0, "l", "7") }
        #expect(try await DKIMTestKeys.verify(message)?.result == .pass)
        let added = try await DKIMTestKeys.verify(message + octets("EVIL\r\n"))
        #expect(added?.result == .partial && added?.reason == "only 7 of 13 octets of the body are signed")
        #expect("\(added as Any)".contains("dkim=policy"))
        #expect(try await DKIMTestKeys.verify(Array(message.dropLast(3)))?.result == .fail)
        let huge = try handmade { replace(&$0, "l", "99999999999999999999999") }
        #expect(try await DKIMTestKeys.verify(huge)?.reason == "the body has been cut off")
        let none = try handmade { replace(&$0, "l", "0") }
        #expect(try await DKIMTestKeys.verify(none)?.result == .partial)
    }

    private func records(_ suffix: (String) -> String) throws -> [String] {
        [suffix(try DKIMTestKeys.key(.ed25519SHA256).compactRecord)]
    }

    @Test("A key is used only for what its record says")
    func keyRecords() async throws {
        let message = try handmade { _ in }
        let rows: [((String) -> String, String?)] = [
            ({ $0 }, nil), ({ "v=DKIM1; \($0)" }, nil), ({ "\($0); n=a note" }, nil),
            ({ "\($0); h=sha1:sha256" }, nil), ({ "\($0); s=email:x" }, nil), ({ "\($0); s=*" }, nil),
            ({ "\($0); t=s" }, nil), ({ "\($0); unknown=tag;" }, nil), ({ "v=DKIM2; \($0)" }, "there is no key"),
            ({ "\($0); v=DKIM1" }, "the key's version is not its first tag"),
            ({ "\($0); h=sha1" }, "the key is not for SHA-256"), ({ "\($0); s=tlsrpt" }, "the key is not for mail"),
            ({ $0.replacing("k=ed25519", with: "k=rsa") }, "the key is of another kind"),
            ({ _ in "v=DKIM1; k=ed25519; p=" }, "the key is revoked"), ({ _ in "v=spf1 -all" }, "there is no key"),
            ({ String($0.dropLast()) }, nil),
            ({ _ in "k=ed25519; p=!" }, "the key is not Base64"),
            ({ _ in "k=ed25519; p=AAAA" }, "the key is none of Ed25519"), ({ _ in "" }, "there is no key"),
        ]
        for (change, reason) in rows {
            let result = try await DKIMTestKeys.verify(message, records: try records(change))
            #expect(result?.reason == reason && result?.result == (reason == nil ? .pass : .permanentError))
        }
        let record = try DKIMTestKeys.key(.ed25519SHA256).record
        #expect(try await DKIMTestKeys.verify(message, records: ["v=spf1 -all", record])?.result == .pass)
        #expect(
            try await DKIMTestKeys.verify(message, records: [record, record])?.reason == "there is more than one key")
        #expect(try await DKIMTestKeys.verify(message, records: [])?.reason == "there is no key")
        #expect(try await DKIMTestKeys.verify(message, records: ["\(record); t=y:s"])?.isTesting == true)
        let beneath = try handmade { replace(&$0, "i", "@sub.example.com") }
        #expect(try await DKIMTestKeys.verify(beneath, records: [record])?.result == .pass)
        #expect(
            try await DKIMTestKeys.verify(beneath, records: ["\(record); t=s"])?.reason
                == "the key is not for identities of domains beneath its own")
    }

    @Test("A key of RSA with too few or too many bits is refused; a bare one is taken")
    func rsaKeys() async throws {
        let message = try handmade(Self.message, .rsaSHA256) { _ in }
        func record(bits: Int) -> String {
            let modulus = UnsignedNumber([0x80] + [UInt8](repeating: 1, count: bits / 8 - 1))
            let key = RSAPublicKey(modulus: modulus, publicExponent: UnsignedNumber([1, 0, 1]))
            return "p=\(Base64.encode(key.der))"
        }
        for bits in [512, 1016, 8200, 16_384] {
            let result = try await DKIMTestKeys.verify(message, records: [record(bits: bits)])
            #expect(result?.reason == "the key has \(bits) bits, which is too few or too many")
        }
        #expect(try await DKIMTestKeys.verify(message, records: [record(bits: 2048)])?.result == .fail)
        let key = try DKIMTestKeys.key(.rsaSHA256)
        let numbers = try #require(RSAPublicKey(der: key.publicOctets))
        let bare = DERWriter.sequence([DERWriter.integer(numbers.modulus), DERWriter.integer(numbers.publicExponent)])
        let result = try await DKIMTestKeys.verify(message, records: ["p=\(Base64.encode(bare))"])
        #expect(result?.result == .pass && result?.keyBitCount == 2048)
    }

    @Test(
        "A look-up that fails is a temporary error, a name that is not there a permanent one, a cancelled one is thrown"
    )
    func lookups() async throws {
        let message = try handmade { _ in }
        func result(_ error: any Error) async throws -> DKIMVerification? {
            try await DKIMVerifier(lookup: { _ in throw error }).verify(message).first
        }
        #expect(try await result(DNSError.timedOut("x"))?.result == .temporaryError)
        #expect(try await result(DNSError.serversFailed("x", reason: "y"))?.result == .temporaryError)
        #expect(try await result(DNSError.noSuchName("x"))?.result == .permanentError)
        await #expect(throws: CancellationError.self) { _ = try await result(CancellationError()) }
    }

    @Test("The name that is asked for is the selector's under the domain")
    func recordName() async throws {
        let names = Box<[String]>([])
        let verifier = DKIMVerifier(lookup: { name in
            names.value.append(name)
            return []
        })
        _ = try await verifier.verify(try handmade { replace(&$0, "s", "a.b") })
        #expect(names.value == ["a.b._domainkey.example.com"])
    }

    @Test("Keys come from name servers: in several strings, not at all, or not now")
    func nameServers() async throws {
        let record = try DKIMTestKeys.key(.rsaSHA256).record
        let dns = try await DNSTestServer.start([.txt("s._domainkey.example.com", record)])
        let silent = try await DNSTestServer.start { _, _ in .silence }
        let message = try DKIMTestKeys.signed(Self.message, .rsaSHA256)
        let verifier = DKIMVerifier(dns: DNSClient(.init(servers: [dns.address])))
        #expect(try await verifier.verify(message).map(\.result) == [.pass])
        let other = try handmade(Self.message, .rsaSHA256) { replace(&$0, "s", "other") }
        #expect(try await verifier.verify(other).map(\.result) == [.permanentError])
        var configuration = DNSClient.Configuration(servers: [silent.address])
        configuration.timeout = .milliseconds(50)
        configuration.attempts = 1
        let later = try await DKIMVerifier(dns: DNSClient(configuration)).verify(message)
        #expect(later.map(\.result) == [.temporaryError], "\(later)")
        await dns.stop()
        await silent.stop()
    }

    @Test("Of many signatures the topmost ten are looked at")
    func many() async throws {
        let message = octets(Self.message)
        let signature = try DKIMTestKeys.signer().sign(message)
        let asked = Box(0)
        let record = octets(try DKIMTestKeys.key(.ed25519SHA256).record)
        let verifier = DKIMVerifier(lookup: { _ in
            asked.value += 1
            return [record]
        })
        let results = try await verifier.verify((0..<500).flatMap { _ in signature } + message)
        #expect(results.count == DKIMVerifier.maximumSignatures && asked.value == 1)
        #expect(results.allSatisfy { $0.result == .pass })
    }

    @Test("Repeated fields are taken from the bottom; one more of a guarded field fails, wherever it is put")
    func repeated() async throws {
        let message = "Received: 1\r\nReceived: 2\r\nReceived: 3\r\n" + Self.message
        let signed = try handmade(message) { replace(&$0, "h", "Received:From:Received:Subject:Subject:From") }
        #expect(try await DKIMTestKeys.verify(signed)?.result == .pass)
        #expect(try await DKIMTestKeys.verify(octets("Received: 0\r\n") + signed)?.result == .pass)
        #expect(try await DKIMTestKeys.verify(octets("Subject: 0\r\n") + signed)?.result == .fail)
        let text = String(decoding: signed, as: UTF8.self)
        #expect(
            try await DKIMTestKeys.verify(octets(text.replacing("Received: 2", with: "Received: x")))?.result == .fail)
        #expect(
            try await DKIMTestKeys.verify(octets(text.replacing("Received: 1", with: "Received: x")))?.result == .pass)
        let guarded = try DKIMTestKeys.signed(message)
        for field in ["Subject: x", "To: x", "Date: x", "Content-Type: text/html"] {
            #expect(try await DKIMTestKeys.verify(octets("\(field)\r\n") + guarded)?.result == .fail)
        }
    }

    @Test("Authentication-Results says all of it in one field that cannot be broken out of")
    func authenticationResults() async throws {
        #expect(
            String(decoding: DKIMVerification.authenticationResults([], by: "mx.example.com"), as: UTF8.self)
                == "Authentication-Results: mx.example.com; dkim=none\r\n")
        let good = try #require(try await DKIMTestKeys.verify(try DKIMTestKeys.signed(Self.message)))
        let evil = try handmade { tags in
            replace(&tags, "i", "\"x=0D=0AEvil:=20(y)@example.com")
            replace(&tags, "a", "rsa-sha1(\\\"")
        }
        let bad = try #require(try await DKIMTestKeys.verify(evil))
        let identity = try #require(
            try await DKIMTestKeys.verify(try handmade { replace(&$0, "i", "\"x=0D=0AEvil:=20(y)@example.com") }))
        let field = DKIMVerification.authenticationResults([good, bad, identity], by: "a host\r\n")
        let section = MailHeaderSection(field)
        #expect(section.fields.count == 1 && section.fields[0].bytes == field)
        let value = section.fields[0].value.replacing("\t", with: " ")
        #expect(value.hasPrefix("\"a host??\"; dkim=pass"))
        #expect(value.contains("dkim=pass (256-bit key) header.d=example.com header.i=@example.com header.s=s"))
        #expect(value.contains(#"header.a="rsa-sha1(\\\"""#))
        #expect(value.contains(#"header.i="\"x??Evil: (y)"@example.com"#))
        #expect(field.allSatisfy { 0x20...0x7E ~= $0 || [9, 10, 13].contains($0) })
    }
}
