import Testing

@testable import NetiusHTTP

@Suite("Client: challenges")
struct HTTPChallengeTests {
    private func read(_ values: String...) -> [HTTPChallenge] { HTTPChallenge.challenges(values) }

    private func challenge(_ scheme: String, _ parameters: [String: String] = [:]) -> HTTPChallenge {
        HTTPChallenge(scheme: scheme, parameters: parameters)
    }

    @Test("A challenge has a scheme and parameters")
    func parameters() {
        #expect(read("Basic realm=\"simple\"") == [challenge("basic", ["realm": "simple"])])
        #expect(
            read("DIGEST Realm = \"a, \\\"b\\\" c\" ,qop=auth,  nonce=x") == [
                challenge("digest", ["realm": "a, \"b\" c", "qop": "auth", "nonce": "x"])
            ])
        #expect(read("Basic realm=\"\"") == [challenge("basic", ["realm": ""])])
        #expect(read("Basic") == [challenge("basic")])
        #expect(read("Basic ") == [challenge("basic")])
    }

    @Test("Several challenges are in one field or in several")
    func several() {
        // RFC 9110 §11.6.1.
        let text = "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\""
        let both = [
            challenge("basic", ["realm": "simple"]),
            challenge("newauth", ["realm": "apps", "type": "1", "title": "Login to \"apps\""]),
        ]
        #expect(read(text) == both)
        #expect(
            read("Basic realm=\"simple\"", "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"") == both)
        #expect(read("Negotiate, Basic realm=a") == [challenge("negotiate"), challenge("basic", ["realm": "a"])])
        #expect(
            read(", ,Negotiate,,Basic realm=a,,b=c,") == [
                challenge("negotiate"), challenge("basic", ["realm": "a", "b": "c"]),
            ])
    }

    @Test("A scheme has a token instead of parameters")
    func tokens() {
        var ntlm = challenge("ntlm")
        ntlm.token68 = "TlRM/+-._~=="
        #expect(read("NTLM TlRM/+-._~==") == [ntlm])
        #expect(read("NTLM TlRM/+-._~== , Basic realm=a") == [ntlm, challenge("basic", ["realm": "a"])])
        ntlm.token68 = "a="
        #expect(read("ntlm a=") == [ntlm])
    }

    @Test(
        "What is malformed ends the field, and what was before it counts",
        arguments: [
            "Basic realm=a, =", "Basic realm=a, Digest realm=\"x", "Basic realm=a, Digest realm=x y=z",
            "Basic realm=a, \"",
            "Basic realm=a, Digest a=b\"c\"", "Basic realm=a, Digest realm=", "Basic realm=a, @",
            "Basic realm=a, Digest\"",
        ])
    func malformed(text: String) {
        #expect(HTTPChallenge.challenges([text]).first?.scheme == "basic")
        #expect(HTTPChallenge.challenges([text]).count <= 2)
        #expect(!HTTPChallenge.challenges([text]).contains { $0.scheme == "digest" && !$0.parameters.isEmpty })
    }

    @Test("A challenge that names a parameter twice is left out")
    func duplicates() {
        #expect(read("Digest a=1, A=2, Basic realm=b") == [challenge("basic", ["realm": "b"])])
    }

    @Test("Only so many are read")
    func limits() {
        #expect(read(Array(repeating: "Basic realm=a", count: 1000).joined(separator: ", ")).count == 16)
        #expect(read("Digest " + (0..<33).map { "a\($0)=b" }.joined(separator: ",") + ", Basic realm=a").count == 1)
        #expect(read("Digest " + (0..<32).map { "a\($0)=b" }.joined(separator: ",") + ", Basic realm=a").count == 2)
    }

    @Test("What is very long is read in time that grows with its length", .timeLimit(.minutes(1)))
    func length() {
        let count = 100_000
        for text in [
            String(repeating: ",", count: count), String(repeating: "a,", count: count),
            "Basic " + String(repeating: "a=b,", count: count), "Basic a=\"" + String(repeating: "\\", count: count),
            "Basic " + String(repeating: "=", count: count), String(repeating: "Basic a=\"", count: count),
            "Basic" + String(repeating: " ", count: count) + "a",
        ] {
            #expect(read(text).count <= HTTPChallenge.maximumChallenges)
        }
    }

    @Test("Any text is read to its end", arguments: 0..<4)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 570)
        let pieces = [
            "Basic", "Digest", " ", ",", "=", "\"", "\\", "realm", "a", "==", "/", "\t", "é", "@", "x=y", "\"q\"",
        ]
        for _ in 0..<10_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for challenge in HTTPChallenge.challenges([text]) {
                guard !challenge.scheme.isEmpty, challenge.token68 == nil || challenge.parameters.isEmpty,
                    challenge.parameters.keys.allSatisfy({ !$0.isEmpty && $0 == $0.lowercased() })
                else {
                    Issue.record("seed \(seed): \(text.debugDescription) \(challenge)")
                    return
                }
            }
        }
    }
}
