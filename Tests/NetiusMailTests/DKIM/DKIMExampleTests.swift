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
