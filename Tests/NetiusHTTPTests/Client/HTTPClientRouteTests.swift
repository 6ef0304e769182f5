import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: where requests go", .timeLimit(.minutes(5)))
struct HTTPClientRouteTests {
    @Test("Over a Unix domain socket, by its URL and by the configuration")
    func unixSocket() async throws {
        try await withTemporaryDirectory { directory async throws in
            let path = directory + "/socket"
            try await withServer(at: .unix(path: path)) { request in
                .ok("\(request.authority ?? "") \(request.path ?? "")")
            } _: { _ async throws in
                try await withClient { client async throws in
                    let response = try await client.get("unix:\(path):/x?y")
                    #expect(try await response.body.text(upTo: 99) == "localhost /x?y")
                    let url = try HTTPURL(parsing: "unix:\(path):/x")
                    let other = try await client.execute(HTTPRequest(url: url))
                    #expect(try await other.body.text(upTo: 99) == "localhost /x")
                }
                try await withClient({ $0.socketPath = path }) { client async throws in
                    let response = try await client.get("http://docker/x")
                    #expect(try await response.body.text(upTo: 99) == "docker /x")
                }
            }
        }
    }

    @Test("Names lead where the configuration says, from the address that it says", arguments: TransportMode.allCases)
    func addresses(mode: TransportMode) async throws {
        try await withServer(in: mode) {
            .ok("\($0.authority ?? "") \($0.clientAddress?.description ?? "")")
        } _: { server async throws in
            let address = IPAddress.v4(.loopback)
            let local = try #require(IPAddress("127.0.0.2"))
            try await withClient(
                in: mode,
                {
                    $0.addresses = ["example.test:\(server.port)": [address], "example.test": []]
                    $0.localAddress = local
                }
            ) { client async throws in
                let response = try await client.get("\(mode.scheme)://Example.TEST:\(server.port)/")
                #expect(try await response.body.text(upTo: 99) == "example.test:\(server.port) 127.0.0.2")
                #expect(
                    await clientError { _ = try await client.get("\(mode.scheme)://[::1]:\(server.port)/") }?.code
                        == .resolutionFailed)
            }
            try await withClient(in: mode) { client async throws in
                let response = try await client.get("\(mode.scheme)://localhost:\(server.port)/")
                #expect(try await response.body.text(upTo: 99).hasPrefix("localhost") == true)
            }
        }
    }

    @Test("A proxy is told whole URLs, its credentials, and serves all origins over one connection")
    func proxy() async throws {
        try await withScriptedServer { connection, _ in
            while let head = try await connection.head() {
                let line = head.prefix { $0 != "\r\n" }
                let credentials = head.contains("Proxy-Authorization: Basic dTpw\r\n")
                let text = "\(line) \(credentials)"
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        } _: { proxy async throws in
            let url = try HTTPProxy(parsing: "http://u:p@127.0.0.1:\(proxy.port)")
            try await withClient({ $0.proxies = HTTPProxyConfiguration(http: url, https: url) }) {
                client async throws in
                for host in ["a.test", "b.test:81"] {
                    let response = try await client.get("http://\(host)/x?y")
                    #expect(try await response.body.text(upTo: 99) == "GET http://\(host)/x?y HTTP/1.1 true")
                }
                #expect(proxy.accepted.count == 1)
            }
        }
    }

    @Test("A proxy that refuses to connect is an error, with what it says")
    func refusingProxy() async throws {
        try await withScriptedServer { connection, _ in
            let head = try await connection.head() ?? ""
            guard head.hasPrefix("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n") else { throw TestFailure(head) }
            try await connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\nnot here")
            await connection.waitForEnd()
        } _: { proxy async throws in
            let url = try HTTPProxy(parsing: "http://127.0.0.1:\(proxy.port)")
            try await withClient({ $0.proxies = HTTPProxyConfiguration(http: url, https: url) }) {
                client async throws in
                let error = await clientError { _ = try await client.get("https://a.test/") }
                #expect(error?.code == .proxyRefused)
                #expect(error?.description == "https://a.test/: the proxy did not connect: 403 Forbidden")
                #expect(error.map { String(decoding: $0.proxyResponse, as: UTF8.self) } == "not here")
                try await eventually("it is closed") { openSockets(at: proxy.port).map { $0 == 0 } ?? true }
            }
        }
    }

    @Test("Where the server leaves HTTP, the connection is the caller's")
    func upgrade() async throws {
        try await withServer { request in
            if request.method == .connect {
                return .tunnel { connection in
                    while let bytes = try await connection.read() {
                        try await connection.write(Array(bytes.reversed()))
                    }
                }
            }
            return .upgrade(to: "echo") { connection in
                try await connection.write("ahead")
                for try await bytes in connection { try await connection.write(bytes) }
            }
        } _: { server async throws in
            try await withClient { client async throws in
                let url = "http://127.0.0.1:\(server.port)"
                let response = try await client.get(url + "/", headerFields: [.upgrade: "echo"])
                #expect(response.status == .switchingProtocols && response.headerFields[.upgrade] == "echo")
                let connection = try #require(response.connection)
                #expect(try await connection.read() == octets("ahead"))
                try await connection.write("hello")
                #expect(try await connection.read() == octets("hello"))
                await connection.close()
                let tunnel = try await client.execute(.connect, url)
                #expect(tunnel.status == .ok)
                try await tunnel.connection?.write("abc")
                #expect(try await tunnel.connection?.read() == octets("cba"))
                await tunnel.connection?.close()
                // Nobody takes it: it is closed.
                _ = try await client.get(url + "/", headerFields: [.upgrade: "echo"])
                try await server.waitForConnections(0)
            }
        }
    }
}
