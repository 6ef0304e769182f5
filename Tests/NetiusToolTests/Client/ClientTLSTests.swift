import Foundation
import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("The client commands over TLS", .timeLimit(.minutes(5)))
struct ClientTLSTests {
    private struct Authority {
        let identity: TLSIdentity

        init() throws {
            identity = try TLSIdentity(
                issuing: TLSCertificateTemplate(commonName: "Tests", purposes: [], isAuthority: true))
        }

        func issue(_ names: [String], _ purpose: TLSCertificateTemplate.Purpose = .server) throws -> TLSIdentity {
            try TLSIdentity(issuing: TLSCertificateTemplate(names: names, purposes: [purpose]), by: identity)
        }
    }

    /// A server with a certificate of an authority, whose own certificate is in `ca.pem` of the folder.
    private func with(
        asksClients: Bool = false,
        _ test: (_ url: String, _ folder: String, Authority, TLSIdentity) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let authority = try Authority()
            try write(Array(authority.identity.certificatePEM.utf8), to: folder + "/ca.pem")
            let identity = try authority.issue(["localhost", "127.0.0.1"])
            var configuration = TLSServerConfiguration(identity: identity)
            if asksClients {
                configuration.clientCertificates = .required(.certificates(authority.identity.chain))
            }
            try await withHTTPServer(
                tls: try TLSServerContext(configuration),
                handler: { request in
                    .ok("secret \(request.path ?? "")")
                }
            ) { port in
                try await test("https://127.0.0.1:\(port)", folder, authority, identity)
            }
        }
    }

    @Test("Only who is signed by a trusted authority is talked to, unless that is turned off")
    func trust() async throws {
        try await with { url, folder, _, _ in
            let untrusted = try await runTool(["get", url + "/a"]).ending
            #expect(untrusted.status == 1 && untrusted.output.isEmpty)
            #expect(untrusted.errors.hasPrefix("netius: \(url)/a: ") && untrusted.errors.contains("TLS"))
            for (arguments, variables) in [
                (["--ca", folder + "/ca.pem"], [:]), ([], ["CA_FILE": folder + "/ca.pem"]), (["-k"], [:]),
                ([], ["SSL_VERIFY": "0"]),
            ] as [([String], [String: String])] {
                #expect(try await runTool(["get", url + "/a"] + arguments, variables).ending.output == "secret /a")
                let raw = try await runTool(["raw", "GET", url + "/b"] + arguments, variables).ending
                #expect(raw.output.hasSuffix("\r\n\r\nsecret /b"), "\(raw)")
                let fetch = try await runTool(["fetch", url + "/c"] + arguments, variables).ending
                #expect(fetch.status == 0 && fetch.output.hasPrefix("200 "))
            }
            let missing = try await runTool(["get", url, "--ca", folder + "/none.pem"]).ending
            #expect(missing.status == 1 && missing.errors.contains("none.pem"))
        }
    }

    @Test("A pin suffices without an authority, and another refuses what is trusted")
    func pins() async throws {
        try await with { url, folder, authority, identity in
            let leaf = try #require(identity.chain.first)
            let other = try #require(authority.identity.chain.first)
            for (pin, isRight) in [(TLSPin(.certificate, of: leaf), true), (TLSPin(.publicKey, of: other), false)] {
                let (ending, _) = try await runTool(["get", url, "-k", "--pin", "\(pin)"])
                #expect(ending.status == (isRight ? 0 : 1), "\(ending)")
                let (both, _) = try await runTool(
                    ["get", url, "--ca", folder + "/ca.pem"], ["SSL_FINGERPRINT": "\(pin)"])
                #expect(both.status == (isRight ? 0 : 1), "\(both)")
            }
        }
    }

    @Test("A certificate is shown to a server that asks for it")
    func clientCertificate() async throws {
        try await with(asksClients: true) { url, folder, authority, _ in
            let client = try authority.issue(["client.test"], .client)
            try client.write(certificateFile: folder + "/c.pem", keyFile: folder + "/k.pem")
            let trust = ["--ca", folder + "/ca.pem"]
            #expect(try await runTool(["get", url] + trust).ending.status == 1)
            let files = ["--cert", folder + "/c.pem", "--key", folder + "/k.pem"]
            #expect(try await runTool(["get", url + "/x"] + trust + files).ending.output == "secret /x")
            let variables = ["CER_FILE": folder + "/c.pem", "KEY_FILE": folder + "/k.pem"]
            #expect(try await runTool(["get", url + "/y"] + trust, variables).ending.output == "secret /y")
        }
    }

    @Test("--timing has a time for the handshake")
    func timing() async throws {
        try await with { url, folder, _, _ in
            let (ending, _) = try await runTool(["head", url, "-k", "--timing", "-v"])
            let line = ending.errors.split(separator: "\n").first { $0.hasPrefix("tls ") }
            #expect(line?.hasSuffix(" ms") == true && ending.errors.contains("* TLS is established\n"))
        }
    }
}
