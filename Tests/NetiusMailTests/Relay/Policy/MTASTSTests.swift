import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("MTA-STS") struct MTASTSTests {
    private static let text = """
        version: STSv1\r
        mode: enforce\r
        mx: mail.example.com\r
        mx: *.example.net\r
        max_age: 604800\r

        """

    @Test("policies are read as RFC 8461 has them")
    func policy() throws {
        let policy = try #require(MTASTSPolicy(Self.text))
        #expect(policy.mode == .enforce)
        #expect(policy.mailExchangers == ["mail.example.com", "*.example.net"])
        #expect(policy.maximumAge == 604_800)
    }

    @Test(
        "what is no policy is none",
        arguments: [
            "", "version: STSv1\nmode: enforce\nmax_age: 1\n", "mode: enforce\nmx: a\nmax_age: 1\n",
            "version: STSv2\nmode: none\nmax_age: 1\n", "version: STSv1\nmode: maybe\nmx: a\nmax_age: 1\n",
            "version: STSv1\nmode: none\n", "version: STSv1\nmode: none\nmax_age: -1\n",
            "version: STSv1\nmode: none\nmax_age: x\n",
        ])
    func noPolicy(_ text: String) {
        #expect(MTASTSPolicy(text) == nil)
    }

    @Test("ages have a limit")
    func age() throws {
        let policy = try #require(MTASTSPolicy("version: STSv1\nmode: none\nmax_age: 99999999999999999999\n"))
        #expect(policy.maximumAge == MTASTSPolicy.maximumAge)
    }

    @Test("records are read strictly")
    func record() {
        func identifier(_ text: String) -> String? { MTASTSPolicy.identifier(in: Array(text.utf8)) }
        #expect(identifier("v=STSv1; id=20160831085700Z;") == "20160831085700Z")
        #expect(identifier("v=STSv1;id=1") == "1")
        #expect(identifier("v=STSv1; id=") == nil)
        #expect(identifier("v=STSv1; id=a-b") == nil)
        #expect(identifier("v=STSv1; id=\(String(repeating: "a", count: 33))") == nil)
        #expect(identifier("v=spf1 -all") == nil)
        #expect(identifier("id=1; v=STSv1") == nil)
    }

    private func policies(
        _ configured: [String: SMTPSecurity] = [:], records: Box<[String]>, policy: Box<String?>,
        fetches: Box<Int> = Box(0)
    ) -> RelayTLSPolicies {
        RelayTLSPolicies(
            configured, asksDomains: true, lookUp: { _ in records.value.map { Array($0.utf8) } },
            fetch: { _ in
                fetches.value += 1
                guard let text = policy.value else { throw MTASTSError() }
                return text
            })
    }

    @Test("a domain that asks for TLS gets it, by the hosts that it names, and is asked once")
    func enforced() async throws {
        let fetches = Box(0)
        let policies = policies(records: Box(["v=STSv1; id=1"]), policy: Box(Self.text), fetches: fetches)
        for _ in 0..<3 {
            let policy = await policies.policy(for: "example.com")
            #expect(policy.security == .required)
            #expect(policy.allows("mail.example.com") && policy.allows("a.example.net"))
            #expect(!policy.allows("evil.example.org") && !policy.allows("a.b.example.net"))
        }
        #expect(fetches.value == 1)
    }

    @Test("nothing is asked for by a policy that tests, is not there, or is said by several records")
    func notEnforced() async throws {
        let testing = Self.text.replacing("enforce", with: "testing")
        let cases: [([String], String?)] = [
            (["v=STSv1; id=1"], testing), (["v=STSv1; id=1"], nil), ([], Self.text),
            (["v=STSv1; id=1", "v=STSv1; id=2"], Self.text), (["v=STSv1; id=1"], "nonsense"),
        ]
        for (records, text) in cases {
            let policies = policies(records: Box(records), policy: Box(text))
            #expect(await policies.policy(for: "example.com").security == .opportunistic)
        }
    }

    @Test("what is configured counts before what a domain says")
    func configured() async throws {
        let policies = policies(["example.com": .none], records: Box(["v=STSv1; id=1"]), policy: Box(Self.text))
        #expect(await policies.policy(for: "example.com").security == .none)
        #expect(await policies.policy(for: "[127.0.0.1]").security == .opportunistic)
    }
}
