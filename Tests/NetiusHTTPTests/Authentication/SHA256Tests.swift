import Testing

@testable import NetiusHTTP

@Suite("SHA-256 and digests of secrets")
struct SHA256Tests {
    private func hexadecimal(_ digest: SHA256.Digest) -> String {
        (0..<8).map { index in
            let text = String(digest[index], radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }

    private func hash(_ message: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(message.span)
        return hexadecimal(hash.finish())
    }

    @Test(
        "The examples that NIST publishes for FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
                    + "nopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ])
    func examples(message: String, digest: String) {
        #expect(hash(octets(message)) == digest)
    }

    @Test("A long message")
    func long() {
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 100_000)
        var hash = SHA256()
        for _ in 0..<10 { hash.update(message.span) }
        #expect(
            hexadecimal(hash.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("Messages of every length around a block's are those of Python's hashlib")
    func python() async throws {
        guard let python = ChildProcess("python3") else { return }
        let script = "import hashlib\nfor n in range(200): print(hashlib.sha256(bytes(range(n))).hexdigest())"
        let expected = try await python.run(["-c", script]).output.split(separator: "\n").map(String.init)
        #expect(expected == (0..<200).map { count in hash((0..<count).map { UInt8($0) }) })
    }

    @Test("The digest of a secret is HMAC: example 2 of RFC 4231")
    func hmac() {
        // A key that is shorter than a block is filled up with zeros.
        var key = InlineArray<64, UInt8>(repeating: 0)
        for (index, octet) in "Jefe".utf8.enumerated() { key[index] = octet }
        let digest = SecretDigest(key: key)(octets("what do ya want for nothing?").span)
        #expect(hexadecimal(digest) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("Without the key a digest tells nothing: every key has its own")
    func keys() {
        let (first, second) = (SecretDigest(), SecretDigest())
        let secret = octets("frank:secret")
        let digests = [first(secret.span), first(secret.span), second(secret.span), first(octets("frank:secreu").span)]
        #expect(digests[0] == digests[1])
        #expect(Set(digests).count == 3)
    }
}
