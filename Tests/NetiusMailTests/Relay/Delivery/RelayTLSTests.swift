import Netius
import NetiusHTTP
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Mail that a relay sends over TLS") struct RelayTLSTests {
    typealias Host = RelayTLSSetting.Host

    @Test(
        "goes over TLS where a host offers it, and without where it does not or fails, unless something else is said",
        arguments: [
            (Host.trusted, SMTPSecurity?.none, true), (.untrusted, nil, true), (.misnamed, nil, true),
            (.plain, nil, false), (.broken, nil, false), (.trusted, SMTPSecurity.none, false),
            (.trusted, .opportunistic, true), (.trusted, .required, true),
        ])
    func delivered(host: Host, security: SMTPSecurity?, usesTLS: Bool) async throws {
        let outcome = try await RelayTLSSetting(host: host, security: security).outcome()
        #expect(outcome.delivery?.usesTLS == usesTLS)
        #expect(outcome.notification == nil)
        #expect(outcome["result"] == "delivered" && outcome.event["error"] == .null)
        #expect(outcome.event["starttls"] == .boolean(usesTLS))
        #expect((outcome.event["tls_version"] == .string("TLS 1.3")) == usesTLS, "\(outcome.event)")
    }

    @Test(
        "waits where it is required and is not to be had, and goes back when its time is over",
        arguments: [
            (Host.untrusted, "4.7.5", "TLS failed"), (.misnamed, "4.7.5", "TLS failed"),
            (.plain, "4.7.4", "the server does not offer TLS"), (.broken, "4.7.5", "TLS failed"),
        ])
    func required(host: Host, status: String, reason: String) async throws {
        let outcome = try await RelayTLSSetting(host: host, security: .required).outcome()
        #expect(outcome.delivery == nil)
        #expect(outcome["result"] == "deferred" && outcome["status"] == status)
        #expect(outcome["reply"]?.contains(reason) == true, "\(outcome["reply"] ?? "")")
        #expect(outcome["host"] == "mx.example.net")
        #expect(outcome.event["starttls"] == .null)
        let text = outcome.notificationText
        #expect(text.contains("\r\nStatus: 4.4.7\r\n") && text.contains("Remote-MTA: dns; mx.example.net\r\n"))
        #expect(text.contains("delivery time expired; last: mx.example.net: ") && !text.contains("said:"))
        #expect(outcome.notification?.envelope.sender.requiresTLS == false)
    }

    // MARK: REQUIRETLS

    private static let enforced = "version: STSv1\nmode: enforce\nmx: *.example.net\nmax_age: 86400\n"

    private static func policy(_ text: String) -> (record: String, answer: HTTPServer.Handler) {
        ("v=STSv1; id=1", { _ in .ok(text) })
    }

    @Test("with REQUIRETLS is sent where a policy names the host, which is told too")
    func requireTLS() async throws {
        let outcome = try await RelayTLSSetting(requiresTLS: true, policy: Self.policy(Self.enforced)).outcome()
        #expect(outcome.delivery?.usesTLS == true && outcome.delivery?.requiresTLS == true)
        #expect(outcome["result"] == "delivered")
    }

    @Test("with REQUIRETLS goes back as it came: its header section alone, and over TLS")
    func requireTLSReturned() async throws {
        var setting = RelayTLSSetting(requiresTLS: true, returns: .full)
        var outcome = try await setting.outcome()
        #expect(outcome.delivery == nil)
        #expect(outcome["result"] == "deferred" && outcome["status"] == "4.7.1")
        #expect(outcome["reply"]?.contains("known from plain DNS alone") == true)
        #expect(outcome.notification?.envelope.sender.requiresTLS == true)
        #expect(outcome.notificationText.contains("Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n"))
        #expect(!outcome.notificationText.contains("the body"))
        // A host that does not promise to see to it.
        setting.extensions.remove(.requireTLS)
        setting.policy = Self.policy(Self.enforced)
        outcome = try await setting.outcome()
        #expect(outcome.delivery == nil)
        #expect(outcome["result"] == "failed" && outcome["status"] == "5.7.30")
        #expect(outcome.notificationText.contains("\r\nStatus: 5.7.30\r\n"))
        // Others are told all that they want.
        let other = try await RelayTLSSetting(host: .plain, security: .required, returns: .full).outcome()
        #expect(other.notificationText.contains("Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nthe body\r\n"))
    }

    // MARK: MTA-STS

    @Test(
        "heeds the policy of the domain, by HTTPS from where it belongs",
        arguments: [
            (Host.trusted, "", "delivered", true, ""), (.untrusted, "4.7.5", "deferred", false, "TLS failed"),
            (.misnamed, "4.7.5", "deferred", false, "TLS failed"),
            (.plain, "4.7.4", "deferred", false, "not offer TLS"),
            (.broken, "4.7.5", "deferred", false, "TLS failed"),
        ])
    func enforcing(host: Host, status: String, result: String, usesTLS: Bool, reason: String) async throws {
        let paths = Box<[String]>([])
        let outcome = try await RelayTLSSetting(
            host: host,
            policy: (
                "v=STSv1; id=1",
                { request in
                    paths.value.append("\(request.authority ?? "") \(request.path ?? "")")
                    return .ok(Self.enforced)
                }
            )
        ).outcome()
        #expect(outcome["result"] == result)
        #expect((outcome.delivery != nil) == (result == "delivered"))
        if outcome.delivery == nil {
            #expect(outcome["status"] == status && outcome["reply"]?.contains(reason) == true)
            #expect(outcome.notificationText.contains(reason))
        }
        #expect(outcome.event["starttls"] == (usesTLS ? .boolean(true) : .null))
        #expect(paths.value.count == 1)
        #expect(paths.value.first?.hasPrefix("mta-sts.example.net") == true)
        #expect(paths.value.first?.hasSuffix(" /.well-known/mta-sts.txt") == true)
    }

    @Test("heeds policies that come from where they belong, whatever is configured for TLS with hosts")
    func otherTLS() async throws {
        var setting = RelayTLSSetting(host: .plain, policy: Self.policy(Self.enforced))
        setting.clientTLS.serverName = "mx.example.org"
        var outcome = try await setting.outcome()
        #expect(outcome["status"] == "4.7.4" && outcome.fetches == 1)
        setting.clientTLS.serverName = nil
        setting.clientTLS.verifiesPeer = false
        setting.policyIdentity = RelayTLSSetting.untrusted
        outcome = try await setting.outcome()
        #expect(outcome["result"] == "delivered" && outcome.fetches == 0)
    }

    @Test("waits where the domain's mail exchangers are not those of its policy")
    func otherHosts() async throws {
        let text = Self.enforced.replacing("*.example.net", with: "*.example.com")
        let outcome = try await RelayTLSSetting(policy: Self.policy(text)).outcome()
        #expect(outcome.delivery == nil)
        #expect(outcome["result"] == "deferred" && outcome["status"] == "4.7.1")
        #expect(outcome["reply"]?.contains("none of the domain's mail exchangers") == true)
        #expect(outcome["host"] == nil)
        let unfolded = outcome.notificationText.replacing("\r\n ", with: " ")
        #expect(unfolded.contains("last: example.net: none of the domain's mail exchangers"))
        #expect(!unfolded.contains("Remote-MTA") && !unfolded.contains("said:"))
    }

    @Test("goes as if there were none where a policy enforces nothing", arguments: ["testing", "none"])
    func notEnforcing(mode: String) async throws {
        let text = Self.enforced.replacing("enforce", with: mode).replacing("*.example.net", with: "mx.example.com")
        for host in [Host.plain, .untrusted] {
            let outcome = try await RelayTLSSetting(host: host, policy: Self.policy(text)).outcome()
            #expect(outcome["result"] == "delivered" && outcome.fetches == 1)
        }
    }

    @Test(
        "goes as if there were none where a policy cannot be fetched as it must be",
        arguments: ["status", "type", "redirect", "size", "certificate", "nonsense"])
    func unfetchable(reason: String) async throws {
        var setting = RelayTLSSetting(host: .plain)
        setting.policy = (
            "v=STSv1; id=1",
            { request in
                switch reason {
                case "status": .text(Self.enforced, status: .notFound)
                case "type":
                    HTTPResponse(status: .ok, headerFields: [.contentType: "text/html"], body: .text(Self.enforced))
                case "redirect" where request.path != "/policy":
                    HTTPResponse(status: .found, headerFields: [.location: "/policy"])
                case "size": .ok(String(repeating: "#", count: MTASTSPolicy.maximumSize) + "\n" + Self.enforced)
                case "nonsense": .ok("mode: enforce\n")
                default: .ok(Self.enforced)
                }
            }
        )
        if reason == "certificate" { setting.policyIdentity = RelayTLSSetting.untrusted }
        let outcome = try await setting.outcome()
        #expect(outcome["result"] == "delivered")
        #expect(outcome.fetches == (reason == "certificate" ? 0 : 1))
    }
}
