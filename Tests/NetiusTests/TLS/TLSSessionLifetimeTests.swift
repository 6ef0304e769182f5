import COpenSSL
import Testing

@testable import Netius

@Suite("How long TLS sessions last")
struct TLSSessionLifetimeTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    /// Whether a new connection resumes an earlier one's session.
    private func resumes(_ server: TLSServerContext, _ client: TLSClientContext, version: Int) throws -> Bool {
        try MemoryHandshake(server, client) { SSL_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil) }
            .run().seen.isResumed
    }

    /// A server that changes its keys late, by the clock.
    private func server(
        _ clock: TestClock, _ change: (inout TLSServerConfiguration) -> Void
    ) throws -> TLSServerContext {
        var configuration = TLSServerConfiguration(identity: try identities.identity("www.example.com"))
        configuration.ticketKeyRotation = .seconds(Int64.max)
        change(&configuration)
        return try TLSServerContext(configuration, now: { clock.now })
    }

    @Test("However often a session is resumed, it ends in time, and another begins", arguments: [0x303, 0x304])
    func lifetime(version: Int) throws {
        let clock = TestClock()
        let server = try server(clock) { configuration in
            configuration.sessionLifetime = .seconds(300)
        }
        let client = try identities.client()
        for _ in 0..<3 {
            #expect(try !resumes(server, client, version: version))
            for seconds in [100, 100, 99] {
                clock.advance(.seconds(seconds))
                #expect(try resumes(server, client, version: version))
            }
            clock.advance(.seconds(1))
        }
    }

    @Test("A session lasts for 7 days at most, and with a lifetime of none there is none", arguments: [0x303, 0x304])
    func lifetimes(version: Int) throws {
        let clock = TestClock()
        for (lifetime, last) in [(.seconds(Int64.max), 7 * 86_400), (.zero, 0), (.seconds(-1), 0)] as [(Duration, Int)]
        {
            let server = try server(clock) { configuration in
                configuration.sessionLifetime = lifetime
            }
            let client = try identities.client()
            #expect(try !resumes(server, client, version: version))
            if last > 0 {
                clock.advance(.seconds(last - 1))
                #expect(try resumes(server, client, version: version))
                clock.advance(.seconds(1))
            }
            #expect(try !resumes(server, client, version: version))
        }
    }

    @Test(
        "A session ends with the client's certificate, or that of an authority on the way to it",
        arguments: [0x303, 0x304], [false, true])
    func clientCertificateEnds(version: Int, isAuthoritys: Bool) throws {
        let clock = TestClock()
        let server = try server(clock) { configuration in
            configuration.clientCertificates = .required(identities.roots)
        }
        let issuer = try TLSIdentity(
            issuing: TLSCertificateTemplate(
                commonName: "Intermediate", isAuthority: true, validFor: .seconds(isAuthoritys ? 1000 : 80_000)),
            by: identities.authority)
        let identity = try identities.identity(
            "client", purposes: [.client], to: isAuthoritys ? 80_000 : 1000, by: issuer)
        let client = try identities.client { $0.identity = identity }
        for _ in 0..<2 {
            #expect(try !resumes(server, client, version: version))
            for _ in 0..<2 {
                clock.advance(.seconds(400))
                #expect(try resumes(server, client, version: version))
            }
            clock.advance(.seconds(200))
        }
    }
}
