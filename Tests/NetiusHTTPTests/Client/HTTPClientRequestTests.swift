import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: requests and responses", .timeLimit(.minutes(5)))
struct HTTPClientRequestTests {
    /// Says what it was asked.
    @Sendable private static func echo(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try await request.body.text(upTo: 1 << 20)
        return .text("\(request.method) \(request.path ?? "") \(body)", status: .ok)
    }

    @Test("GET gives status, version, fields and content", arguments: TransportMode.allCases)
    func get(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            HTTPResponse(status: .created, headerFields: [.eTag: "\"1\""], body: .text("Hello \(request.path ?? "")"))
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = server.url("/a?b=c#d")
                let response = try await client.get(url)
                #expect(response.status == .created && response.version == mode.version)
                #expect(response.headerFields[.eTag] == "\"1\"")
                #expect(response.url == (try HTTPURL(parsing: url)) && response.history.isEmpty)
                #expect(try await response.body.text(upTo: 100) == "Hello /a?b=c")
                // What has arrived as a whole can be read again.
                #expect(try await response.body.collect(upTo: 100) == octets("Hello /a?b=c"))
            }
        }
    }

    @Test("Every method has its way, with content where it may have some", arguments: TransportMode.allCases)
    func methods(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.echo) { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = server.url("/x")
                let body = HTTPRequestBody.text("content")
                #expect(try await client.post(url, body: body).body.text(upTo: 99) == "POST /x content")
                #expect(try await client.put(url, body: body).body.text(upTo: 99) == "PUT /x content")
                #expect(try await client.patch(url, body: body).body.text(upTo: 99) == "PATCH /x content")
                #expect(try await client.delete(url, body: body).body.text(upTo: 99) == "DELETE /x content")
                #expect(try await client.delete(url).body.text(upTo: 99) == "DELETE /x ")
                #expect(try await client.post(url).body.text(upTo: 99) == "POST /x ")
                let head = try await client.head(url)
                #expect(head.headerFields[.contentLength] == "8")
                #expect(try await head.body.collect(upTo: 99).isEmpty)
                let other = try await client.execute(
                    HTTPRequest(
                        method: .options, scheme: mode.scheme, authority: "127.0.0.1:\(server.port)", path: "*"))
                #expect(try await other.body.text(upTo: 99) == "OPTIONS * ")
            }
        }
    }

    @Test("A request that is made of a URL, or of its parts, asks for the same", arguments: TransportMode.allCases)
    func requests(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.echo) { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = try HTTPURL(parsing: server.url("/a%20b?q"))
                #expect(try await client.execute(HTTPRequest(url: url)).body.text(upTo: 99) == "GET /a%20b?q ")
                #expect(try await client.execute(.put, url).body.text(upTo: 99) == "PUT /a%20b?q ")
            }
        }
    }

    @Test("The server gets host, user agent and codings, or the caller's own, and none that frame the content")
    func fields() async throws {
        try await withScriptedServer { connection, _ in
            while let head = try await connection.head() {
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)")
            }
        } _: { server async throws in
            try await withClient { client async throws in
                let first = try await client.get(server.url()).body.text(upTo: 1000)
                #expect(
                    first == """
                        GET / HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nUser-Agent: netius\r\n\
                        Accept-Encoding: gzip, deflate\r\n\r\n
                        """)
                let fields: HTTPFields = [
                    .host: "elsewhere", .userAgent: "me", .accept: "*/*", .contentLength: "7", .transferEncoding: "x",
                    .range: "bytes=0-1",
                ]
                let second = try await client.get(server.url("/2"), headerFields: fields).body.text(upTo: 1000)
                #expect(
                    second == """
                        GET /2 HTTP/1.1\r\nHost: elsewhere\r\nUser-Agent: me\r\nAccept: */*\r\n\
                        Range: bytes=0-1\r\n\r\n
                        """)
                #expect(server.accepted.count == 1)
            }
        }
    }

    @Test(
        "Content that is large, in chunks, or without a length arrives whole", arguments: [0, 1, 70_000, 3_000_000],
        TransportMode.allCases)
    func contents(size: Int, mode: TransportMode) async throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await withServer(in: mode) { request in
            switch request.path {
            case "/length": return HTTPResponse(status: .ok, body: .bytes(bytes))
            default:
                return HTTPResponse(.ok) { writer in
                    try await writer.write(bytes.prefix(bytes.count / 3))
                    try await writer.write(bytes.dropFirst(bytes.count / 3))
                    try await writer.finish(trailers: [.eTag: "\"end\""])
                }
            }
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                for path in ["/length", "/chunks", "/length", "/chunks"] {
                    let response = try await client.get(server.url("\(path)"))
                    #expect(try await response.body.collect(upTo: size) == bytes)
                    #expect(await response.body.trailers[.eTag] == (path == "/chunks" ? "\"end\"" : nil))
                }
                #expect(try await server.connectionCount() == 1)
                var (count, pieces) = (0, 0)
                for try await piece in try await client.get(server.url("/chunks")).body {
                    count += piece.count
                    pieces += 1
                }
                #expect(count == size && pieces >= (size > 100_000 ? 2 : size > 0 ? 1 : 0))
            }
        }
    }

    @Test("Content without a length ends with the connection, over which nothing else is asked")
    func closeDelimited() async throws {
        try await withScriptedServer { connection, number in
            _ = try await connection.head()
            try await connection.send("HTTP/1.\(number % 2) 200 OK\r\n\r\n")
            for _ in 0..<3 { try await connection.send("some ") }
        } _: { server async throws in
            try await withClient { client async throws in
                for _ in 0..<4 {
                    #expect(try await client.get(server.url()).body.text(upTo: 99) == "some some some ")
                }
                #expect(server.accepted.count == 4)
            }
        }
    }

    @Test("A limit of what is read is an error beyond it, and ends the exchange", arguments: TransportMode.allCases)
    func tooLarge(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            HTTPResponse(
                status: .ok, body: .bytes([UInt8](repeating: 1, count: request.path == "/small" ? 9 : 900_000)))
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = server.url()
                let small = try await client.get(url + "/small")
                #expect(await clientError { _ = try await small.body.collect(upTo: 8) }?.code == .tooLarge)
                #expect(try await small.body.collect(upTo: 9).count == 9)
                let large = try await client.get(url + "/large")
                #expect(await clientError { _ = try await large.body.collect(upTo: 1000) }?.code == .tooLarge)
                #expect(await clientError { _ = try await large.body.collect(upTo: 900_000) }?.code == .tooLarge)
                if !mode.isHTTP2 { try await server.waitForConnections(0) }
            }
        }
    }

    @Test("Text is read in the character set that Content-Type names", arguments: TransportMode.allCases)
    func text(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            let charset = String((request.path ?? "").dropFirst())
            let fields: HTTPFields = charset.isEmpty ? [:] : [.contentType: "text/plain; charset=\(charset)"]
            return HTTPResponse(status: .ok, headerFields: fields, body: .bytes([0x61, 0xE4, 0xC3, 0xA4]))
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = server.url("/")
                func text(_ charset: String) async throws -> String {
                    try await client.get(url + charset).body.text(upTo: 99)
                }
                #expect(try await text("") == "a\u{FFFD}ä")
                #expect(try await text("UTF-8") == "a\u{FFFD}ä")
                #expect(try await text("ISO-8859-1") == "aäÃ¤")
                #expect(try await text("us-ascii") == "a\u{FFFD}\u{FFFD}\u{FFFD}")
                #expect(await clientError { _ = try await text("koi8-r") }?.code == .notText)
            }
        }
    }

    @Test("What is no URL, or cannot be sent, is an error without a password in it")
    func invalid() async throws {
        try await withClient { client async throws in
            for url in ["", "nothing", "ftp://host/", "http://", "http://me:secret@[::1/", "http://me:secret@ho st/"] {
                let error = await clientError { _ = try await client.get(url) }
                #expect(error?.code == .invalidURL, "\(url)")
                #expect(error?.description.contains("secret") == false)
            }
            for (authority, path) in [(nil, "/"), ("a.test", "@b.test/"), ("a.test", "b"), ("a@b", "/"), ("a/b", "/")] {
                let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: path)
                #expect(await clientError { _ = try await client.execute(request) }?.code == .invalidRequest)
            }
        }
    }
}
