import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Which hosts take mail for a domain")
struct SMTPMailHostTests {
    private static func usable(
        _ exchangers: [(UInt16, String)], own: Set<String> = [], policy: SMTPTLSPolicy = SMTPTLSPolicy()
    ) throws -> [String] {
        let exchangers = exchangers.map { DNSMailExchanger(preference: $0.0, host: $0.1) }
        return try SMTPMailHost.usable(exchangers, of: "example.com", own: own, policy: policy).map(\.host)
    }

    private static func error(_ exchangers: [(UInt16, String)], own: Set<String> = []) -> SMTPClientError? {
        do {
            _ = try usable(exchangers, own: own)
            return nil
        } catch {
            return error as? SMTPClientError
        }
    }

    @Test("They are those that the domain names, or itself where it names none")
    func order() throws {
        #expect(try Self.usable([(10, "a.test"), (10, "b.test"), (20, "c.test")]) == ["a.test", "b.test", "c.test"])
        #expect(try Self.usable([]) == ["example.com"])
    }

    @Test("A domain that says so takes no mail")
    func nullExchanger() {
        let error = Self.error([(0, "")])
        #expect(error?.code == .noMailService && error?.reply?.code == 556)
        #expect(error?.status.description == "5.1.10" && error?.isTemporary == false)
    }

    @Test("Addresses are no names of hosts")
    func literals() throws {
        #expect(try Self.usable([(5, "192.0.2.1"), (5, ""), (10, "a.test")]) == ["a.test"])
        #expect(Self.error([(5, "192.0.2.1"), (6, "::1")])?.code == .noRoute)
    }

    @Test("Those that are not preferred to this host are left out, and there is a loop where it is the first")
    func own() throws {
        let all: [(UInt16, String)] = [(10, "a.test"), (20, "b.test"), (20, "Me.test"), (30, "c.test")]
        #expect(try Self.usable(all, own: ["me.test"]) == ["a.test"])
        #expect(Self.error([(20, "b.test"), (20, "me.test")], own: ["me.test"])?.code == .loop)
        #expect(Self.error([(20, "me.test")], own: ["me.test"])?.isTemporary == false)
    }

    @Test("A policy allows names, and names with any first label")
    func policy() throws {
        let policy = SMTPTLSPolicy(.required, mailExchangers: ["mx.example.net", "*.Mail.example.com"])
        #expect(policy.allows("MX.example.net") && policy.allows("a.mail.example.com"))
        for host in [
            "a.b.mail.example.com", "mail.example.com", ".mail.example.com", "x.mx.example.net", "example.net", "",
        ] { #expect(!policy.allows(host)) }
        #expect(try Self.usable([(1, "evil.test"), (2, "mx.example.net")], policy: policy) == ["mx.example.net"])
        let error = #expect(throws: SMTPClientError.self) { try Self.usable([(1, "evil.test")], policy: policy) }
        #expect(error?.isTemporary == true)
    }

    @Test("A domain that is its own host is one like others: to its policy, and to this host's names")
    func implicit() throws {
        let policy = SMTPTLSPolicy(.required, mailExchangers: ["mx.example.com"])
        let error = #expect(throws: SMTPClientError.self) { try Self.usable([], policy: policy) }
        #expect(error?.code == .noRoute && error?.isTemporary == true)
        let allowed = SMTPTLSPolicy(.required, mailExchangers: ["example.com"])
        #expect(try Self.usable([], policy: allowed) == ["example.com"])
        #expect(Self.error([], own: ["example.com"])?.code == .loop)
    }

    @Test("The name servers are asked, and what they say is told apart")
    func lookUp() async throws {
        let dns = try await DNSTestServer.start([
            .mx("example.test", 20, "b.example.test"), .mx("example.test", 10, "a.example.test"),
            .a("alone.test", "127.0.0.1"), .mx("null.test", 0, "."), .a("a.example.test", "127.0.0.2"),
            .a("b.example.test", "127.0.0.3"),
        ])
        let client = DNSClient(.init(servers: [dns.address]))
        var configuration = SMTPClient.Configuration.test
        func hosts(_ domain: String) async throws -> [String] {
            try await SMTPMailHost.hosts(of: domain, client, configuration, policy: SMTPTLSPolicy()).map(\.name)
        }
        #expect(try await hosts("example.test") == ["a.example.test", "b.example.test"])
        #expect(try await hosts("alone.test") == ["alone.test"])
        #expect(try await hosts("[127.0.0.1]") == ["127.0.0.1"])
        #expect(try await hosts("[ipv6:::1]") == ["::1"])
        for (domain, code) in [("null.test", SMTPClientError.Code.noMailService), ("gone.test", .hostNotFound)] {
            let error = await #expect(throws: SMTPClientError.self) { _ = try await hosts(domain) }
            #expect(error?.code == code && error?.isTemporary == false)
        }
        configuration.ownAddresses = [.v4(try #require(IPv4Address("127.0.0.3")))]
        #expect(try await hosts("example.test") == ["a.example.test"])
        await #expect(throws: SMTPClientError.self) { _ = try await hosts("[127.0.0.3]") }
        configuration.ownAddresses = [.v4(try #require(IPv4Address("127.0.0.1")))]
        let loop = await #expect(throws: SMTPClientError.self) { _ = try await hosts("alone.test") }
        #expect(loop?.code == .loop)
        let foreign = await #expect(throws: SMTPClientError.self) { _ = try await hosts("bücher.test") }
        #expect(foreign?.code == .hostNotFound && foreign?.description.contains("xn--") == true)
        configuration.maximumMailExchangers = 1
        let asked = dns.questions.value.count
        #expect(try await hosts("example.test") == ["a.example.test"])
        #expect(!dns.questions.value.dropFirst(asked).contains { "\($0.question)".contains("b.example.test") })
        configuration.ownAddresses = []
        #expect(try await hosts("example.test") == ["a.example.test"])
        dns.misbehaviour.value = .code(.serverFailure)
        let error = await #expect(throws: SMTPClientError.self) { _ = try await hosts("unknown.test") }
        #expect(error?.code == .lookUpFailed && error?.isTemporary == true)
        await dns.stop()
    }

    @Test("A mail exchanger is never looked for in a search domain; a host that is configured may be")
    func absolute() async throws {
        let wildcard = try #require(DNSName("cluster.test"))
        let dns = try await DNSTestServer.start { query, _ in
            var records: [DNSRecord] = [.a("mx.example.test", "127.0.0.2"), .a("single", "127.0.0.3")]
            if let name = query.questions.first?.name, name.isWithin(wildcard) {
                records.append(.a("\(name)", "127.0.0.66"))
            }
            return .message(DNSTestServer.answer(to: query, from: records))
        }
        var settings = DNSClient.Configuration(servers: [dns.address])
        settings.searchDomains = ["cluster.test"]
        settings.minimumDots = 5
        let client = DNSClient(settings)
        func addresses(_ host: String, isRelative: Bool = false) async throws -> [String] {
            try await SMTPMailHost.addresses(of: host, client, .test, isRelative: isRelative).map(\.description)
        }
        #expect(try await addresses("mx.example.test") == ["127.0.0.2"])
        #expect(try await addresses("mx.example.test.") == ["127.0.0.2"])
        #expect(try await addresses("single") == ["127.0.0.3"])
        let error = await #expect(throws: SMTPClientError.self) { try await addresses("gone") }
        #expect(error?.code == .hostNotFound)
        #expect(try await addresses("relay", isRelative: true) == ["127.0.0.66"])
        await dns.stop()
    }
}
