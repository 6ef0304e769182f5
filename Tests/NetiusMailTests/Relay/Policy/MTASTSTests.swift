import Netius
import NetiusDNS
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
        fetches: Box<Int> = Box(0), clock: Box<MonotonicTime> = Box(.now)
    ) -> RelayTLSPolicies {
        RelayTLSPolicies(
            configured, asksDomains: true, lookUp: { _ in records.value.map { Array($0.utf8) } },
            fetch: { _ in
                fetches.value += 1
                guard let text = policy.value else { throw MTASTSError() }
                return text
            }, clock: { clock.value })
    }

    @Test("a policy holds until it expires, and is fetched anew before that while its domain is there")
    func expiry() async throws {
        let (fetches, clock) = (Box(0), Box(MonotonicTime.now))
        let (records, text) = (Box(["v=STSv1; id=1"]), Box<String?>(Self.text))
        let policies = policies(records: records, policy: text, fetches: fetches, clock: clock)
        func security(after seconds: Int) async throws -> SMTPSecurity {
            clock.value = clock.value + .seconds(seconds)
            return try await policies.policy(for: "example.com").security
        }
        #expect(try await security(after: 0) == .required)
        // A day later it is looked at again, though its identifier is the same, and then it cannot be fetched any more.
        #expect(try await security(after: 86_401) == .required)
        #expect(fetches.value == 2)
        text.value = nil
        #expect(try await security(after: 604_000) == .required)
        #expect(try await security(after: 801) == .opportunistic)
        text.value = Self.text
        #expect(try await security(after: 3601) == .required)
        // Without a record it holds too, as long as it was said to.
        records.value = []
        #expect(try await security(after: 604_000) == .required)
        #expect(try await security(after: 801) == .opportunistic)
    }

    @Test("a domain of which nobody could say anything is asked again soon, one without a policy after an hour")
    func failures() async throws {
        let (asked, clock) = (Box(0), Box(MonotonicTime.now))
        let isSilent = Box(true)
        let policies = RelayTLSPolicies(
            [:], asksDomains: true,
            lookUp: { name in
                asked.value += 1
                if isSilent.value { throw TestFailure("nobody answers") }
                throw DNSError.noSuchName(name)
            }, fetch: { _ in throw TestFailure("not asked") }, clock: { clock.value })
        for _ in 0..<10 {
            #expect(try await policies.policy(for: "example.com").security == .opportunistic)
            clock.value = clock.value + .seconds(150)
        }
        #expect(asked.value == 5)
        isSilent.value = false
        for _ in 0..<24 {
            _ = try await policies.policy(for: "example.com")
            clock.value = clock.value + .seconds(150)
        }
        #expect(asked.value == 6)
    }

    @Test("a policy that holds for a short time is asked for as often, and holds for a minute at least")
    func shortLives() async throws {
        let (fetches, clock) = (Box(0), Box(MonotonicTime.now))
        let text = Self.text.replacing("604800", with: "300")
        let policies = policies(
            records: Box(["v=STSv1; id=1"]), policy: Box(text), fetches: fetches, clock: clock)
        for _ in 0..<20 {
            #expect(try await policies.policy(for: "example.com").security == .required)
            clock.value = clock.value + .seconds(150)
        }
        #expect(fetches.value == 10)
        let brief = Self.text.replacing("604800", with: "1")
        let others = self.policies(records: Box(["v=STSv1; id=1"]), policy: Box(brief), fetches: fetches, clock: clock)
        fetches.value = 0
        for _ in 0..<60 {
            #expect(try await others.policy(for: "example.com").security == .required)
            clock.value = clock.value + .seconds(2)
        }
        #expect(fetches.value == 2)
    }

    @Test("who asks while a domain is asked waits where nothing holds, and else takes what is known")
    func waiting() async throws {
        let (clock, isHeld, asked) = (Box(MonotonicTime.now), Box(false), Box(0))
        let (begun, goOn) = (Gate(), Gate())
        let policies = RelayTLSPolicies(
            [:], asksDomains: true,
            lookUp: { _ in
                asked.value += 1
                if isHeld.value {
                    begun.open()
                    await goOn.wait(begun.count)
                }
                return [Array("v=STSv1; id=1".utf8)]
            }, fetch: { _ in Self.text }, clock: { clock.value })
        let ask: @Sendable () async throws -> SMTPSecurity = {
            try await policies.policy(for: "example.com").security
        }
        isHeld.value = true
        // At first nothing is known, then something that holds, and then something that has expired.
        for (round, interval) in [0, 86_401, 604_801].enumerated() {
            clock.value = clock.value + .seconds(interval)
            let first = Task { try await ask() }
            await begun.wait(round + 1)
            if round == 1 { #expect(try await ask() == .required) }
            let others = (0..<3).map { _ in Task { try await ask() } }
            // They come before this, most likely.
            for _ in 0..<10 { _ = try await policies.policy(for: "[127.0.0.1]") }
            goOn.open()
            for task in [first] + others { #expect(try await task.value == .required) }
            #expect(asked.value == round + 1)
        }
    }

    @Test("who is cancelled while a domain is asked does not keep others from knowing")
    func cancellation() async throws {
        let (asked, cancelled) = (Gate(), Gate())
        let policies = RelayTLSPolicies(
            [:], asksDomains: true,
            lookUp: { _ in
                asked.open()
                if asked.count == 1 { try await untilCancelled(cancelled) }
                return [Array("v=STSv1; id=1".utf8)]
            }, fetch: { _ in Self.text })
        let first = Task { try await policies.policy(for: "example.com") }
        await asked.wait()
        let second = Task { try await policies.policy(for: "example.com").security }
        for _ in 0..<10 { _ = try await policies.policy(for: "[127.0.0.1]") }
        first.cancel()
        #expect(try await second.value == .required)
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(asked.count == 2 && cancelled.count == 1)
    }

    @Test("policies are fetched with the trust of the client of SMTP, and with nothing else that it has")
    func trust() throws {
        var configuration = TLSClientConfiguration()
        configuration.verifiesPeer = false
        configuration.serverName = "mail.example.com"
        let identity = try TLSIdentity.selfSigned(names: ["relay.example"])
        configuration.identity = identity
        configuration.pins = [TLSPin(.certificate, of: identity.chain[0])]
        configuration.trustRoots = .certificates(identity.chain)
        let made = try RelayTLSPolicies.trust(of: try TLSClientContext(configuration))?.configuration
        #expect(made?.verifiesPeer == true && made?.serverName == nil && made?.identity == nil)
        #expect(made?.pins.isEmpty == true)
        #expect(try RelayTLSPolicies.trust(of: nil) == nil)
    }

    @Test("a domain that asks for TLS gets it, by the hosts that it names, and is asked once")
    func enforced() async throws {
        let fetches = Box(0)
        let policies = policies(records: Box(["v=STSv1; id=1"]), policy: Box(Self.text), fetches: fetches)
        for _ in 0..<3 {
            let policy = try await policies.policy(for: "example.com")
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
            #expect(try await policies.policy(for: "example.com").security == .opportunistic)
        }
    }

    @Test("what is configured counts before what a domain says")
    func configured() async throws {
        let policies = policies(["example.com": .none], records: Box(["v=STSv1; id=1"]), policy: Box(Self.text))
        #expect(try await policies.policy(for: "example.com").security == .none)
        #expect(try await policies.policy(for: "[127.0.0.1]").security == .opportunistic)
    }
}
