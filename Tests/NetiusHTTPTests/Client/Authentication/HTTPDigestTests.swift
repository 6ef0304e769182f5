import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Client: Digest authentication")
struct HTTPDigestTests {
    private static func field(
        _ challenge: String, user: String = "Mufasa", password: String = "Circle of Life",
        target: String = "/dir/index.html", nonce: String
    ) -> [String: String] {
        let authenticator = TestAuthenticator(.digest(user: user, password: password)) { nonce }
        guard authenticator.challenged(by: [challenge], attempt: 0) else { return [:] }
        return parameters(authenticator.fieldValue(method: .get, target: target))
    }

    private static func parameters(_ field: String?) -> [String: String] {
        HTTPChallenge.challenges([field ?? ""]).first?.parameters ?? [:]
    }

    private static let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    private static let clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    private static let opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"

    private static func challenge(_ algorithm: String, more: String = "") -> String {
        """
        Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=\(algorithm), nonce="\(nonce)", \
        opaque="\(opaque)"\(more)
        """
    }

    @Test(
        "The example of RFC 7616 §3.9.1, and the same for a session",
        arguments: [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            ("MD5-sess", "e783283f46242139c486a698fec7211d"),
            ("SHA-256-sess", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7"),
        ])
    func example(algorithm: String, response: String) {
        let field = Self.field(Self.challenge(algorithm), nonce: Self.clientNonce)
        #expect(
            field == [
                "username": "Mufasa", "realm": "http-auth@example.org", "uri": "/dir/index.html",
                "algorithm": algorithm,
                "nonce": Self.nonce, "nc": "00000001", "cnonce": Self.clientNonce, "qop": "auth", "response": response,
                "opaque": Self.opaque,
            ])
    }

    @Test("The example of RFC 7616 §3.9.2, as its erratum 4897 has it")
    func userHash() {
        let field = Self.field(
            """
            Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, \
            nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", charset=UTF-8, userhash=true
            """, user: "J\u{E4}s\u{F8}n Doe", password: "Secret, or not?", target: "/doe.json",
            nonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v")
        #expect(field["username"] == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b")
        #expect(field["response"] == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5")
        #expect(field["userhash"] == "true")
    }

    @Test("The example of RFC 2617, and a challenge as old as RFC 2069")
    func older() {
        let challenge = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""
        let field = Self.field(challenge + ", qop=\"auth\"", password: "Circle Of Life", nonce: "0a4f113b")
        #expect(field["response"] == "6629fae49393a05397450978507c4ef1")
        #expect(field["algorithm"] == nil)
        let oldest = Self.field(challenge, password: "Circle Of Life", nonce: "0a4f113b")
        #expect(oldest["response"] == "670fd8c2df070c60b045671b8b24ff02")
        #expect(oldest["qop"] == nil && oldest["nc"] == nil && oldest["cnonce"] == nil)
    }

    @Test("Requests are counted, and a session keeps its nonce")
    func counting() {
        let nonces = Texts(["f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "other"])
        let authenticator = TestAuthenticator(.digest(user: "Mufasa", password: "Circle of Life")) { nonces.next() }
        #expect(authenticator.fieldValue(method: .get, target: "/") == nil)
        #expect(authenticator.challenged(by: [Self.challenge("MD5-sess")], attempt: 0))
        let first = Self.parameters(authenticator.fieldValue(method: .get, target: "/dir/index.html"))
        #expect(first["response"] == "e783283f46242139c486a698fec7211d")
        let second = Self.parameters(authenticator.fieldValue(method: .get, target: "/dir/index.html"))
        #expect(second["nc"] == "00000002")
        #expect(second["response"] == "6914b51e16f9459d9abc967ad41c4599")
    }

    @Test("A wrong password is not tried again, an old nonce is replaced")
    func stale() {
        let authenticator = TestAuthenticator(.digest(user: "a", password: "b"))
        #expect(authenticator.challenged(by: [Self.challenge("MD5")], attempt: 0))
        #expect(authenticator.fieldValue(method: .get, target: "/") != nil)
        #expect(authenticator.challenged(by: [Self.challenge("MD5", more: ", stale=TRUE")], attempt: 1))
        #expect(!authenticator.challenged(by: [Self.challenge("MD5", more: ", stale=true")], attempt: 2))
        #expect(!authenticator.challenged(by: [Self.challenge("MD5")], attempt: 1))
        #expect(authenticator.fieldValue(method: .get, target: "/") == nil)
        #expect(authenticator.challenged(by: [Self.challenge("MD5")], attempt: 0))
    }

    @Test("The strongest of several challenges is answered, and what cannot be is not")
    func choice() {
        let authenticator = TestAuthenticator(.digest(user: "a", password: "b"))
        let all = ["Basic realm=x, \(Self.challenge("MD5")), \(Self.challenge("SHA-256"))", Self.challenge("SHA-1024")]
        #expect(authenticator.challenged(by: all, attempt: 0))
        #expect(Self.parameters(authenticator.fieldValue(method: .get, target: "/"))["algorithm"] == "SHA-256")
        for challenge in [
            "Basic realm=x", "Digest realm=x", "Digest nonce=x", "Digest realm=x, nonce=y, qop=auth-int",
            "Digest realm=x, nonce=y, algorithm=SHA-256", "Digest realm=x, nonce=y, qop=auth, algorithm=what", "Digest",
            "",
        ] {
            let authenticator = TestAuthenticator(.digest(user: "a", password: "b"))
            #expect(!authenticator.challenged(by: [challenge], attempt: 0), "\(challenge)")
        }
    }

    @Test("What is strange in a name or a challenge is quoted")
    func quoting() {
        let challenge = "Digest realm=\"a \\\"b\\\" \\\\\", nonce=\"\\\"\", qop=auth"
        let field = Self.field(challenge, user: "m\"e\\", target: "/a\"b", nonce: "c")
        #expect(field["realm"] == "a \"b\" \\")
        #expect(field["nonce"] == "\"")
        #expect(field["username"] == "m\"e\\")
        #expect(field["uri"] == "/a\"b")
        let other = Self.field(challenge, user: "Jürgen\r\n", nonce: "c")
        #expect(other["username*"] == "UTF-8''J%C3%BCrgen%0D%0A")
        #expect(other["username"] == nil)
    }

    @Test("Basic and Bearer are sent before they are asked for, and once")
    func others() {
        let basic = TestAuthenticator(.basic(user: "Aladdin", password: "open sesame"))
        #expect(basic.fieldValue(method: .get, target: "/") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(!basic.challenged(by: ["Basic realm=a"], attempt: 0))
        let bearer = TestAuthenticator(.bearer("mF_9.B5f-4.1JqM"))
        #expect(bearer.fieldValue(method: .get, target: "/") == "Bearer mF_9.B5f-4.1JqM")
        #expect(HTTPCredentials.basic(user: "test", password: "123£").fieldValue == "Basic dGVzdDoxMjPCow==")
    }

    @Test("Credentials do not show their secrets")
    func secrets() throws {
        for credentials in [
            HTTPCredentials.basic(user: "me", password: "secret"), .bearer("secret"),
            .digest(user: "me", password: "secret"),
        ] {
            var dumped = ""
            dump(credentials, to: &dumped)
            #expect(!"\(credentials) \(String(reflecting: credentials)) \(dumped)".contains("secret"))
        }
        #expect(HTTPCredentials(of: try HTTPURL(parsing: "http://a:b@c/")) == .basic(user: "a", password: "b"))
        #expect(HTTPCredentials(of: try HTTPURL(parsing: "http://c/")) == nil)
    }

    @Test("Base64 comes back as it went in")
    func base64() {
        var generator = SeededGenerator(seed: 580)
        for count in 0..<200 {
            let octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Array(Base64.encode(octets).utf8)
            #expect(Base64.decode(text.span) == octets)
        }
    }

    @Test("The nonces of a client differ")
    func nonces() {
        var seen: Set<String> = []
        let authenticator = TestAuthenticator(.digest(user: "a", password: "b"))
        #expect(authenticator.challenged(by: [Self.challenge("MD5")], attempt: 0))
        for _ in 0..<100 {
            let field = Self.parameters(authenticator.fieldValue(method: .get, target: "/"))
            seen.insert(field["cnonce"] ?? "")
        }
        #expect(seen.count == 100 && seen.allSatisfy { $0.utf8.count == 32 })
    }

    @Test("Python's requests says the same", arguments: ["MD5", "SHA-256", "MD5-SESS", nil] as [String?])
    func requests(algorithm: String?) async throws {
        guard let python = ChildProcess("python3") else { return }
        let result = try await python.run(["-c", Self.script, algorithm ?? ""])
        guard result.status == 0 else {
            print("skipped: Python has no requests")
            return
        }
        let theirs = Self.parameters(result.output)
        #expect(theirs["response"] != nil)
        let challenge = "Digest realm=\"a realm\", nonce=\"dcd98b\", qop=\"auth\", opaque=\"o\""
        let ours = Self.field(
            challenge + (algorithm.map { ", algorithm=\($0)" } ?? ""), user: "me", password: "pass word",
            target: "/a/b?c=d", nonce: theirs["cnonce"] ?? "")
        #expect(ours["response"] == theirs["response"])
        #expect(ours["uri"] == theirs["uri"])
    }

    private static let script = """
        import sys
        from requests.auth import HTTPDigestAuth
        auth = HTTPDigestAuth("me", "pass word")
        auth.init_per_thread_state()
        challenge = {"realm": "a realm", "nonce": "dcd98b", "qop": "auth", "opaque": "o"}
        if sys.argv[1]: challenge["algorithm"] = sys.argv[1]
        auth._thread_local.chal = challenge
        print(auth.build_digest_header("GET", "http://h.example/a/b?c=d"), end="")
        """
}

/// An authenticator that an expectation can change.
private final class TestAuthenticator {
    private var authenticator: HTTPAuthenticator

    init(_ credentials: HTTPCredentials) {
        authenticator = HTTPAuthenticator(credentials)
    }

    init(_ credentials: HTTPCredentials, clientNonce: @escaping @Sendable () -> String) {
        authenticator = HTTPAuthenticator(credentials, clientNonce: clientNonce)
    }

    func fieldValue(method: HTTPRequest.Method, target: String) -> String? {
        authenticator.fieldValue(method: method, target: target)
    }

    func challenged(by values: [String], attempt: Int) -> Bool {
        authenticator.challenged(by: values, attempt: attempt)
    }
}

/// Gives its elements one by one, the last again and again.
private final class Texts: Sendable {
    private let rest: Guarded<[String]>

    init(_ elements: [String]) {
        rest = Guarded(elements)
    }

    func next() -> String {
        rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "" }
    }
}
