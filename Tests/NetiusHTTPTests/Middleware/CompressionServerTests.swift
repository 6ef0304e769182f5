import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Compression: over sockets", .serialized, .timeLimit(.minutes(5)))
struct CompressionServerTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n"
    private static let page = String(repeating: "<p>It was the best of times.</p>\n", count: 100)

    private static func server(
        _ configuration: HTTPCompression = HTTPCompression(), _ handler: @escaping HTTPServer.Handler
    ) -> HTTPServer.Handler {
        HTTPMiddleware.compression(configuration)(handler)
    }

    private static func content(of response: RawResponse) throws -> String {
        let inflater = Inflater(.gzip, limits: Inflater.Limits(ratio: 2000))
        return String(decoding: try decoded(response.body, inflater), as: UTF8.self)
    }

    @Test(
        "Small content has its length, large content is sent in chunks, and the connection persists",
        arguments: TransportMode.allCases)
    func framing(mode: TransportMode) async throws {
        let large = String(repeating: Self.page, count: 100)
        let handler = Self.server { .text($0.path == "/large" ? large : Self.page, status: .ok) }
        try await withServer(in: mode, handler: handler) { server in
            let client = try await server.connect()
            try await client.send(Self.get + Self.get.replacing("/ ", with: "/large ") + Self.get)
            for (framing, text) in [
                (RawResponse.Framing.length, Self.page), (mode.framingWithoutLength, large), (.length, Self.page),
            ] {
                let response = try await client.response()
                #expect(response.framing == framing && response["Content-Encoding"] == "gzip")
                #expect(try Self.content(of: response) == text)
                #expect(response.body.count < text.utf8.count / 4)
            }
            await client.close()
        }
    }

    @Test("HEAD has the fields of GET without the length, and nothing follows it", arguments: TransportMode.allCases)
    func head(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.server { _ in .ok(Self.page) }) { server in
            let client = try await server.connect()
            try await client.send(Self.get.replacing("GET", with: "HEAD") + Self.get)
            let head = try await client.response(to: "HEAD")
            let get = try await client.response()
            #expect(try Self.content(of: get) == Self.page)
            func isComparable(_ field: String) -> Bool {
                !["content-length", "date"].contains(field.prefix { $0 != ":" }.lowercased())
            }
            #expect(head.fields.filter(isComparable) == get.fields.filter(isComparable))
            #expect(head["Content-Length"] == nil && head["Transfer-Encoding"] == nil)
            await client.close()
        }
    }

    @Test("A client of HTTP/1.0 gets content as it is")
    func http10() async throws {
        try await withServer(handler: Self.server { _ in .ok(Self.page) }) { server in
            let response = try await server.respond(Self.get.replacing("HTTP/1.1", with: "HTTP/1.0"))
            #expect(response.text == Self.page && response["Vary"] == "Accept-Encoding")
        }
    }

    @Test("Events arrive one by one, while the next has not happened", arguments: TransportMode.allCases)
    func events(mode: TransportMode) async throws {
        let gates = (0..<5).map { _ in Gate() }
        let handler = Self.server { _ in
            HTTPResponse(.ok, headerFields: [.contentType: "text/event-stream"]) { writer in
                for (number, gate) in gates.enumerated() {
                    try await writer.write("data: \(number)\n\n")
                    await gate.wait()
                }
            }
        }
        try await withServer(in: mode, handler: handler) { server in
            // A test that fails is not to wait for events for ever.
            defer { for gate in gates { gate.open() } }
            let client = try await server.connect()
            try await client.send(Self.get)
            var expected = ""
            for (number, gate) in gates.enumerated() {
                expected += "data: \(number)\n\n"
                while Self.contentSoFar(client) != expected { try #require(try await client.receiveMore()) }
                gate.open()
            }
            #expect(try Self.content(of: await client.response()) == expected)
            await client.close()
        }
    }

    /// What can be decoded of what has come.
    private static func contentSoFar(_ client: RawClient) -> String {
        guard let response = try? client.partialResponse else { return "" }
        var output: [UInt8] = []
        _ = try? Inflater(.gzip).inflate(response.body.span, into: &output, room: 1 << 20)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("A stream that fails is seen as cut, before and after its first write", arguments: TransportMode.allCases)
    func failure(mode: TransportMode) async throws {
        let handler = Self.server { request in
            HTTPResponse(.ok, headerFields: [.contentType: "text/plain"]) { writer in
                if request.path == "/late" { try await writer.write("begun") }
                throw TestFailure("it failed")
            }
        }
        try await withServer(in: mode, handler: handler) { server in
            let early = try await server.respond(Self.get)
            #expect(early.status == 500 && early["Content-Encoding"] == nil)
            let client = try await server.connect()
            try await client.send(Self.get.replacing("/ ", with: "/late "))
            let late = try #require(try await client.truncatedResponse())
            #expect(late["Content-Encoding"] == "gzip")
            await client.close()
        }
    }

    @Test(
        "A stream shorter than its announced length is seen as cut, though no length is sent",
        arguments: TransportMode.allCases)
    func tooShort(mode: TransportMode) async throws {
        let handler = Self.server { _ in
            HTTPResponse(.ok, headerFields: [.contentType: "text/plain"], contentLength: 5000) { writer in
                try await writer.write("short")
            }
        }
        try await withServer(in: mode, handler: handler) { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            #expect(try await client.truncatedResponse() != nil)
            await client.close()
        }
    }

    @Test("A file of the file server is compressed, and offers no ranges then", arguments: TransportMode.allCases)
    func fileServer(mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            try Data(Self.page.utf8).write(to: URL(fileURLWithPath: directory + "/page.html"))
            let files = try FileServer(root: directory)
            try await withServer(in: mode, handler: Self.server { try await files.respond(to: $0) }) { server in
                let request = Self.get.replacing("/ ", with: "/page.html ")
                let compressed = try await server.respond(request)
                #expect(try Self.content(of: compressed) == Self.page)
                #expect(compressed["Accept-Ranges"] == nil && compressed["Vary"] == "Accept-Encoding")
                let tag = try #require(compressed["ETag"])
                #expect(tag.hasPrefix("W/"))
                // Known under that tag, it is not sent again; no range of it is.
                let again = try await server.respond(
                    request.replacing("Host", with: "If-None-Match: \(tag)\r\nHost"))
                #expect(again.status == 304 && again["ETag"] == tag)
                let range = try await server.respond(
                    request.replacing("Host", with: "If-Range: \(tag)\r\nRange: bytes=0-9\r\nHost"))
                #expect(range.status == 200)
                let part = try await server.respond(request.replacing("Host", with: "Range: bytes=0-9\r\nHost"))
                #expect(part.status == 206 && part.text == String(Self.page.prefix(10)))
                #expect(part["Content-Encoding"] == nil && part["Vary"] == "Accept-Encoding")
            }
        }
    }

    @Test("curl decodes it", arguments: ["/whole", "/stream"])
    func curl(path: String) async throws {
        guard let curl = ChildProcess("curl") else { return }
        let handler = Self.server { request in
            guard request.path == "/stream" else { return .ok(Self.page) }
            return HTTPResponse(.ok, headerFields: [.contentType: "text/plain"]) { writer in
                for line in Self.page.split(separator: "\n") { try await writer.write("\(line)\n") }
            }
        }
        try await withServer(handler: handler) { server in
            for coding in ["gzip", "deflate"] {
                let result = try await curl.run([
                    "-sS", "-m", "30", "--noproxy", "*", "--compressed", "-H", "Accept-Encoding: \(coding)",
                    "-w", "%{size_download}", "http://\(server.address)\(path)",
                ])
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output.hasPrefix(Self.page))
                let transferred = try #require(Int(result.output.dropFirst(Self.page.count)))
                #expect(transferred < Self.page.utf8.count / 2)
            }
        }
    }
}
