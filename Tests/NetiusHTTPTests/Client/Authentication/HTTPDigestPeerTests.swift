import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Client: Digest authentication, as others do it", .serialized, .timeLimit(.minutes(3)))
struct HTTPDigestPeerTests {
    @Test(
        "curl answers a challenge as we do",
        arguments: ["algorithm=MD5", "algorithm=SHA-256", "algorithm=MD5-sess", "algorithm=SHA-256, userhash=true"])
    func curl(parameters: String) async throws {
        guard let curl = ChildProcess("curl") else { return }
        let challenge = "Digest realm=\"a \\\"realm\\\"\", nonce=\"dcd98b\", qop=\"auth\", opaque=\"o\", \(parameters)"
        try await withServer(handler: { request in
            guard let field = request.headerFields[.authorization] else {
                var response = HTTPResponse.text("", status: .unauthorized)
                response.headerFields[.wwwAuthenticate] = challenge
                return response
            }
            return .ok(Self.differences(field, challenge: challenge, target: request.path ?? ""))
        }) { server in
            let result = try await curl.run([
                "-sS", "-m", "30", "--noproxy", "*", "--digest", "-u", "me:pass word",
                "http://\(server.address)/a/b?c=d",
            ])
            #expect(result.output == "none", "\(result.errors)")
        }
    }

    /// What is different in our own answer with the same nonce of the client.
    private static func differences(_ theirs: String, challenge: String, target: String) -> String {
        let theirs = HTTPChallenge.challenges([theirs]).first?.parameters ?? [:]
        guard let read = HTTPChallenge.challenges([challenge]).first, var session = HTTPDigestSession(read),
            let field = session.authorization(
                user: "me", password: "pass word", method: "GET", target: target, clientNonce: theirs["cnonce"] ?? ""),
            let ours = HTTPChallenge.challenges([field]).first?.parameters
        else { return "we have no answer" }
        return ours == theirs ? "none" : "\(ours)\n\(theirs)"
    }
}
