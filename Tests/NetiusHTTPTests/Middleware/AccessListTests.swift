import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Access lists", .timeLimit(.minutes(2)))
struct AccessListTests {
    private func status(_ middleware: HTTPMiddleware, of address: String?) async throws -> Int {
        let request = HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/")
        request.clientAddress = try address.map { try #require(IPAddress($0)) }
        return try await middleware { _ in .ok("in") }(request).status.code
    }

    @Test("Who is denied has no access, even if allowed; nor has who is not allowed")
    func lists() async throws {
        let inner = try IPNetworkSet(parsing: ["10.0.0.0/8", "2001:db8::/32"])
        let bad = try IPNetworkSet(parsing: ["10.6.6.0/24"])
        for (middleware, address, expected) in [
            (HTTPMiddleware.accessList(), "203.0.113.9", 200),
            (.accessList(allow: inner), "10.1.1.1", 200), (.accessList(allow: inner), "11.1.1.1", 403),
            (.accessList(allow: inner), "2001:db8::1", 200), (.accessList(allow: inner), "2001:db9::1", 403),
            (.accessList(allow: inner), "::ffff:10.1.1.1", 200), (.accessList(allow: inner), "::ffff:11.1.1.1", 403),
            (.accessList(deny: bad), "10.6.6.6", 403), (.accessList(deny: bad), "::ffff:10.6.6.6", 403),
            (.accessList(deny: bad), "10.6.7.6", 200),
            (.accessList(allow: inner, deny: bad), "10.6.6.6", 403),
            (.accessList(allow: inner, deny: bad), "10.6.7.6", 200),
            (.accessList(allow: IPNetworkSet()), "127.0.0.1", 403),
        ] {
            #expect(try await status(middleware, of: address) == expected, "\(address)")
        }
    }

    @Test("A request without an address has access")
    func noAddress() async throws {
        #expect(try await status(.accessList(allow: IPNetworkSet()), of: nil) == 200)
    }

    @Test(
        "Behind trusted proxies it is the client's address that counts, and cannot be feigned",
        arguments: TransportMode.allCases)
    func behindProxies(mode: TransportMode) async throws {
        let local = try IPNetworkSet(parsing: ["127.0.0.1"])
        let denied = try IPNetworkSet(parsing: ["203.0.113.0/24"])
        let handler = [HTTPMiddleware.trustedProxies(local), .accessList(deny: denied)]({ _ in .ok("in") })
        try await withServer(in: mode, handler: handler) { server in
            for (value, status) in [
                ("203.0.113.9", 403), ("127.0.0.1, 203.0.113.9", 403), ("203.0.113.9, 198.51.100.1", 200),
            ] {
                let response = try await server.respond(
                    "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \(value)\r\n\r\n")
                #expect(response.status == status)
                #expect(response.text == (status == 200 ? "in" : "403 Forbidden\n"))
            }
        }
    }

    @Test("A server closes connections from where none is allowed, without an answer")
    func allowedNetworks() async throws {
        for (allowed, isIn) in [("127.0.0.0/8", true), ("10.0.0.0/8", false), ("::/0", false), ("0.0.0.0/0", true)] {
            let networks = try IPNetworkSet(parsing: [allowed])
            try await withServer { configuration in
                configuration.allowedNetworks = networks
            } handler: { _ in
                .ok("in")
            } _: { server in
                let client = try await server.connect()
                guard isIn else {
                    #expect(try await client.isClosedByServer())
                    #expect(server.log.records(.debug).contains { $0.message == "not allowed" })
                    return await client.close()
                }
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.response().text == "in")
                await client.close()
            }
        }
    }

    @Test("An IPv4 peer of a listener for both versions counts as IPv4")
    func mapped() async throws {
        let networks = try IPNetworkSet(parsing: ["127.0.0.0/8"])
        try await withServer(at: .ip(.v6(.any), port: 0)) { configuration in
            configuration.allowedNetworks = networks
        } handler: { _ in
            .ok("in")
        } _: { server in
            let connection = try await Connection.connect(to: .ip(.v4(.loopback), port: server.port))
            let client = RawClient(connection)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().text == "in")
            await client.close()
            let other = RawClient(try await Connection.connect(to: .ip(.v6(.loopback), port: server.port)))
            #expect(try await other.isClosedByServer())
            await other.close()
        }
    }

    @Test("Over a Unix domain socket everybody is let in")
    func unix() async throws {
        let path = "/tmp/netius-access-\(UInt32.random(in: 0 ... .max))"
        try await withServer(at: .unix(path: path)) { configuration in
            configuration.allowedNetworks = IPNetworkSet()
        } handler: { _ in
            .ok("in")
        } _: { server in
            let response = try await server.respond("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(response.text == "in")
        }
    }
}
