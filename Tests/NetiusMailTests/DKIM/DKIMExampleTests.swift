import NetiusDNS
import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("The examples of the RFCs")
struct DKIMExampleTests {
    private static let message = """
        From: Joe SixPack <joe@football.example.com>
        To: Suzie Q <suzie@shopping.example.net>
        Subject: Is dinner ready?
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
        Message-ID: <20030712040037.46341.5F8J@football.example.com>

        Hi.

        We lost the game.  Are you hungry yet?

        Joe.

        """

    /// RFC 6376 appendix A.2, whose body has one space between the sentences.
    private static let rfc6376 =
        """
        DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
              c=simple/simple; q=dns/txt; i=joe@football.example.com;
              h=Received : From : To : Subject : Date : Message-ID;
              bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
              b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
              4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
              KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
              4bmp/YzhwvcubU4=;
        Received: from client1.football.example.com  [192.0.2.1]
              by submitserver.example.com with SUBMISSION;
              Fri, 11 Jul 2003 21:01:54 -0700 (PDT)

        """ + message.replacing("game.  Are", with: "game. Are")

    /// RFC 8463 appendix A.3.
    private static let rfc8463 =
        """
        DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
         d=football.example.com; i=@football.example.com;
         q=dns/txt; s=brisbane; t=1528637909; h=from : to :
         subject : date : message-id : from : subject : date;
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
         b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
         Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
        DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
         d=football.example.com; i=@football.example.com;
         q=dns/txt; s=test; t=1528637909; h=from : to : subject :
         date : message-id : from : subject : date;
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
         b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
         DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
         dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=

        """ + message

    /// RFC 6376 appendix C, RFC 8463 appendix A.2.
    private static let records = [
        "brisbane._domainkey.example.com":
            "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9"
            + "v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPN"
            + "UYckcQ2QIDAQAB",
        "brisbane._domainkey.football.example.com":
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "test._domainkey.football.example.com":
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi"
            + "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2k"
            + "ryOTIKT+l/K4w3QIDAQAB",
    ]

    private let verifier = DKIMVerifier(lookup: { name in
        guard let record = Self.records[name] else { throw DNSError.noSuchName(name) }
        return [octets(record)]
    })

    private func forms(_ message: String) -> [[UInt8]] {
        [octets(message), octets(message.replacing("\n", with: "\r\n"))]
    }

    @Test("The message of RFC 6376 passes, with CRLF and with LF")
    func simple() async throws {
        for message in forms(Self.rfc6376) {
            let results = try await verifier.verify(message)
            #expect(results.map(\.result) == [.pass], "\(results)")
            #expect(
                "\(results[0])" == "dkim=pass (1024-bit key) header.d=example.com header.i=joe@football.example.com "
                    + "header.s=brisbane header.a=rsa-sha256 header.b=AuUoFEfD")
        }
    }

    @Test("Both signatures of the message of RFC 8463 pass, with CRLF and with LF")
    func relaxed() async throws {
        for message in forms(Self.rfc8463) {
            let results = try await verifier.verify(message)
            #expect(results.map(\.result) == [.pass, .pass], "\(results)")
            #expect(results.map(\.algorithm) == [.ed25519SHA256, .rsaSHA256])
            #expect(results[0].signedFields.count == 8)
        }
    }

    /// By dkimpy, with the octets 0 to 31 for a key, over fields that are there several times and one that is not.
    private static let repeated = """
        DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d=example.com;
         i=@example.com; q=dns/txt; s=s; t=1795306058; h=received : comments :
         from : received : subject : subject : from : comments;
         bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=;
         b=OVtBgUndG7b94J5rkRUMTMUd6AzTVMcUh7j3iCLQdxHP4wIvxCKaz0qphx0VUFmG/geS/
         ZFWoAljCbck8G4iDg==
        Received: from c by d; Fri, 20 Nov 2026 23:59:17 +0000
        Comments: third
        Received: from b by c; Fri, 20 Nov 2026 23:59:16 +0000
        Comments: second
        Received: from a by b; Fri, 20 Nov 2026 23:59:15 +0000
        From: A <a@example.com>
        Comments: first
        Subject: Repeated
         fields

        Hello

        """

    @Test("Another program's choice among repeated fields is ours: the bottommost first, each once")
    func repeatedFields() async throws {
        func result(_ message: String) async throws -> DKIMVerification.Result? {
            let octets = octets(message.replacing("\n", with: "\r\n"))
            let record = "v=DKIM1; k=ed25519; p=A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
            return try await DKIMTestKeys.verify(octets, records: [record], at: Timestamp(seconds: 1_795_306_058))?
                .result
        }
        #expect(try await result(Self.repeated) == .pass)
        for signed in ["first", "second", "by b", "by c;", "fields"] {
            #expect(try await result(Self.repeated.replacing(signed, with: "x")) == .fail, "\(signed)")
        }
        for other in ["third", "by d"] {
            #expect(try await result(Self.repeated.replacing(other, with: "x")) == .pass, "\(other)")
        }
        #expect(try await result("Comments: x\n" + Self.repeated) == .pass)
        #expect(try await result("Subject: x\n" + Self.repeated) == .fail)
    }

    @Test("The key of RFC 8463 makes the signature of RFC 8463: Ed25519 leaves nothing to chance")
    func key() async throws {
        let decoded = Base64.decode(octets("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=").span)
        let seed = try #require(decoded)
        let der =
            [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20] + seed
        let key = try DKIMPrivateKey(
            pem: "-----BEGIN PRIVATE KEY-----\n\(Base64.encode(der))\n-----END PRIVATE KEY-----")
        #expect(key.record == Self.records["brisbane._domainkey.football.example.com"])
        let header = MailHeaderSection(octets(Self.rfc8463))
        var covered: [UInt8] = []
        var selection = DKIMFieldSelection(header, excluding: 0)
        let names = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"]
        selection.append(names, .relaxed, to: &covered)
        let field = header.fields[0].bytes
        let end = try #require(octets(" b=/").firstRange(in: field)).upperBound - 1
        DKIMCanonicalization.relaxed.appendField(field[..<end], to: &covered)
        let signature = try #require(key.sign(Array(covered.dropLast(2))))
        #expect(Base64.encode(signature).hasPrefix("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"))
    }

    @Test("A changed word fails, a missing key is a permanent error, and no signature is no result")
    func failures() async throws {
        let changed = octets(Self.rfc8463.replacing("hungry", with: "angry"))
        #expect(try await verifier.verify(changed).map(\.result) == [.fail, .fail])
        let renamed = octets(Self.rfc8463.replacing("s=test", with: "s=other"))
        let results = try await verifier.verify(renamed)
        #expect(results.map(\.result) == [.pass, .permanentError] && results[1].reason == "there is no key")
        #expect(try await verifier.verify(octets(Self.message)).isEmpty)
    }
}

extension [UInt8] {
    fileprivate func firstRange(in octets: [UInt8]) -> Range<Int>? {
        octets.indices.dropLast(count - 1).first { Array(octets[$0..<$0 + count]) == self }.map { $0..<$0 + count }
    }
}
