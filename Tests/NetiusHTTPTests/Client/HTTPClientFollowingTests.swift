import Netius
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: redirects, cookies, credentials, proxies", .timeLimit(.minutes(5)))
struct HTTPClientFollowingTests {
    @Test("Redirects are followed, with or without the content, and told")
    func redirects() async throws {
        try await withServer { request in
            let body = try await request.body.text(upTo: 99)
            switch request.path {
            case "/307": return HTTPResponse(status: .temporaryRedirect, headerFields: [.location: "/303"])
            case "/303": return HTTPResponse(status: .seeOther, headerFields: [.location: "end?x"])
            default:
                return .ok(
                    "\(request.method) \(request.path ?? "") \(body) \(request.headerFields[.contentType] ?? "-")")
            }
        } _: { server async throws in
            let url = "http://127.0.0.1:\(server.port)"
            try await withClient { client async throws in
                let response = try await client.post(
                    url + "/307#f", headerFields: [.contentType: "a/b"], body: .text("hi"))
                #expect(try await response.body.text(upTo: 99) == "GET /end?x  -")
                #expect(response.url.absoluteString == url + "/end?x#f")
                #expect(response.history.map(\.path) == ["/307", "/303"])
            }
            try await withClient({ $0.redirects = .none }) { client async throws in
                #expect(try await client.get(url + "/307").status == .temporaryRedirect)
            }
        }
    }

    @Test("What is meant for one origin is not told to another")
    func otherOrigin() async throws {
        try await withServer { request in
            .ok("\(request.headerFields[.authorization] ?? "-") \(request.headerFields[.cookie] ?? "-")")
        } _: { other async throws in
            try await withServer { _ in
                HTTPResponse(status: .found, headerFields: [.location: "http://127.0.0.1:\(other.port)/"])
            } _: { server async throws in
                try await withClient { client async throws in
                    let response = try await client.get(
                        "http://me:secret@127.0.0.1:\(server.port)/",
                        headerFields: [.authorization: "Bearer x", .cookie: "a=b"])
                    #expect(try await response.body.text(upTo: 99) == "- -")
                }
            }
        }
    }

    @Test("Cookies are kept and given back")
    func cookies() async throws {
        let jar = HTTPCookieJar()
        try await withServer { request in
            if request.path == "/set" {
                return HTTPResponse(status: .found, headerFields: [.setCookie: "a=1", .location: "/"])
            }
            return .ok(request.headerFields[.cookie] ?? "-")
        } _: { server async throws in
            let url = "http://127.0.0.1:\(server.port)"
            try await withClient({ $0.cookies = jar }) { client async throws in
                #expect(try await client.get(url).body.text(upTo: 9) == "-")
                #expect(try await client.get(url + "/set").body.text(upTo: 9) == "a=1")
                #expect(try await client.get(url).body.text(upTo: 9) == "a=1")
                #expect(try await client.get(url, headerFields: [.cookie: "b=2"]).body.text(upTo: 9) == "b=2")
            }
        }
    }

    @Test("Basic credentials go with the request, of the URL or of the origin")
    func basic() async throws {
        try await withServer {
            .ok($0.headerFields[.authorization] ?? "-")
        } _: { server async throws in
            let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/")
            try await withClient({ $0.credentials = [url.origin: .bearer("token")] }) { client async throws in
                #expect(try await client.execute(.get, url).body.text(upTo: 99) == "Bearer token")
                let withUser = try await client.get("http://me:pw@127.0.0.1:\(server.port)/")
                #expect(try await withUser.body.text(upTo: 99) == "Basic bWU6cHc=")
                let own = try await client.get(url.description, headerFields: [.authorization: "own"])
                #expect(try await own.body.text(upTo: 99) == "own")
                let other = try await client.get("http://localhost:\(server.port)/")
                #expect(try await other.body.text(upTo: 99) == "-")
            }
        }
    }

    @Test("A digest is made when the server asks for it, and from then on sent ahead")
    func digest() async throws {
        let asked = Box(0)
        try await withServer { request in
            guard let field = request.headerFields[.authorization], field.hasPrefix("Digest "),
                field.contains("username=\"me\""), field.contains("uri=\"\(request.path ?? "")\"")
            else {
                asked.value += 1
                return HTTPResponse(
                    status: .unauthorized,
                    headerFields: [.wwwAuthenticate: "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"]
                )
            }
            return .ok("in \(field.contains("nc=00000002"))")
        } _: { server async throws in
            let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/a?b")
            try await withClient({ $0.credentials = [url.origin: .digest(user: "me", password: "pw")] }) {
                client async throws in
                let body = HTTPRequestBody.text("content")
                #expect(try await client.execute(.post, url, body: body).body.text(upTo: 9) == "in false")
                #expect(try await client.execute(.post, url, body: body).body.text(upTo: 9) == "in true")
                #expect(asked.value == 1)
            }
            // Refused, it is not tried for ever.
            try await withClient({ $0.credentials = [url.origin: .digest(user: "you", password: "pw")] }) {
                client async throws in
                #expect(try await client.execute(.get, url).status == .unauthorized)
            }
        }
    }

    @Test("Compressed content is decoded; what is not known here is left as it is")
    func codings() async throws {
        let text = octets(String(repeating: "compressible ", count: 100_000))
        try await withServer { request in
            let coding = request.path == "/gzip" ? "gzip" : request.path == "/none" ? "identity" : "br"
            let bytes = request.path == "/gzip" ? coded(text) : octets("raw")
            return HTTPResponse(status: .ok, headerFields: [.contentEncoding: coding], body: .bytes(bytes))
        } _: { server async throws in
            let url = "http://127.0.0.1:\(server.port)"
            try await withClient { client async throws in
                #expect(try await client.get(url + "/gzip").body.collect(upTo: text.count) == text)
                #expect(try await client.head(url + "/gzip").body.collect(upTo: 0).isEmpty)
                #expect(try await client.get(url + "/none").body.text(upTo: 9) == "raw")
                #expect(try await client.get(url + "/br").body.text(upTo: 9) == "raw")
                #expect(
                    await clientError {
                        _ = try await client.get(url + "/gzip").body.collect(upTo: text.count - 1)
                    }?.code == .tooLarge)
            }
            try await withClient({ $0.decodesContent = false }) { client async throws in
                #expect(try await client.get(url + "/gzip").body.collect(upTo: text.count) == coded(text))
            }
        }
    }

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

    @Test("Names lead where the configuration says, from the address that it says")
    func addresses() async throws {
        try await withServer {
            .ok("\($0.authority ?? "") \($0.clientAddress?.description ?? "")")
        } _: { server async throws in
            let address = IPAddress.v4(.loopback)
            let local = try #require(IPAddress("127.0.0.2"))
            try await withClient({
                $0.addresses = ["example.test:\(server.port)": [address], "example.test": []]
                $0.localAddress = local
            }) { client async throws in
                let response = try await client.get("http://Example.TEST:\(server.port)/")
                #expect(try await response.body.text(upTo: 99) == "example.test:\(server.port) 127.0.0.2")
                #expect(
                    await clientError { _ = try await client.get("http://[::1]:\(server.port)/") }?.code
                        == .resolutionFailed)
            }
            try await withClient { client async throws in
                let response = try await client.get("http://localhost:\(server.port)/")
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

    @Test("An observer is told of every phase, in order, and that each ends")
    func observing() async throws {
        let events = Box<[String]>([])
        try await withServer { request in
            HTTPResponse(
                status: .ok, body: .bytes([UInt8](repeating: 1, count: request.path == "/large" ? 500_000 : 1)))
        } _: { server async throws in
            try await withClient({
                $0.observer = HTTPClientObserver { event in
                    let moment =
                        switch event.moment {
                        case .began: "+"
                        case .ended: "-"
                        case .failed: "!"
                        case .interim: "i"
                        }
                    events.value.append("\(moment)\(event.phase)")
                }
            }) { client async throws in
                let url = "http://127.0.0.1:\(server.port)/"
                _ = try await client.get(url)
                #expect(
                    events.value == ["+connecting", "-connecting", "+sending", "-sending", "+awaiting", "-awaiting"])
                events.value = []
                _ = try await client.get(url + "large").body.collect(upTo: 500_000)
                #expect(
                    events.value == [
                        "+sending", "-sending", "+awaiting", "-awaiting", "+receiving", "-receiving",
                    ])
            }
        }
    }

    @Test("A download appears under its name when it is whole, and not at all when it is not")
    func download() async throws {
        let bytes = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await withTemporaryDirectory { directory async throws in
            let path = directory + "/file"
            try await withServer { request in
                HTTPResponse(.ok, contentLength: bytes.count) { writer in
                    try await writer.write(bytes.prefix(400_000))
                    if request.path == "/cut" { throw HTTPError(.internalServerError) }
                    try await writer.write(bytes.dropFirst(400_000))
                }
            } _: { server async throws in
                try await withClient { client async throws in
                    let url = "http://127.0.0.1:\(server.port)"
                    let cut = try await client.get(url + "/cut")
                    #expect(await clientError { try await cut.download(to: path) }?.code == .connectionClosed)
                    let small = try await client.get(url)
                    #expect(await clientError { try await small.download(to: path, upTo: 899_999) }?.code == .tooLarge)
                    #expect(try files(in: directory).isEmpty)
                    var told: [HTTPClientResponse.DownloadProgress] = []
                    let count = try await client.get(url).download(to: path) { told.append($0) }
                    #expect(count == bytes.count && told.last?.received == count && told.last?.expected == count)
                    #expect(try contents(of: path) == bytes && files(in: directory) == ["file"])
                    await #expect(throws: SystemError.self) { try await client.get(url).download(to: path) }
                    #expect(try await client.get(url).download(to: path, replacing: true) == count)
                    #expect(try files(in: directory) == ["file"])
                }
            }
        }
    }
}
