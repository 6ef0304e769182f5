import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Compression: responses")
struct CompressionTests {
    static let html: HTTPFields = [.contentType: "text/html"]

    /// What becomes of a response.
    static func respond(
        _ response: HTTPResponse, accept: String? = "gzip", method: HTTPRequest.Method = .get,
        fields: HTTPFields = [:], _ configuration: HTTPCompression = HTTPCompression()
    ) async throws -> HTTPResponse {
        var request = HTTPRequest(method: method, scheme: "http", authority: "h", path: "/", headerFields: fields)
        request.headerFields[.acceptEncoding] = accept
        return try await HTTPMiddleware.compression(configuration)({ _ in response })(request)
    }

    @Test("Bytes and text are compressed, whatever their size", arguments: [1024, 32 << 10, 32 << 10 + 1, 1 << 20])
    func sizes(size: Int) async throws {
        let text = String(repeating: "0123456789abcde\n", count: size / 16 + 1).prefix(size)
        for body in [HTTPResponse.Body.text(String(text)), .bytes(Array(text.utf8))] {
            for coding in HTTPContentCoding.allCases {
                let response = try await Self.respond(
                    HTTPResponse(status: .ok, headerFields: Self.html, body: body), accept: coding.rawValue)
                #expect(response.headerFields[.contentEncoding] == coding.rawValue)
                #expect(response.headerFields[.vary] == "Accept-Encoding")
                // What is compressed at once has a length.
                #expect((response.body.contentLength == nil) == (size > 32 << 10))
                let bytes = try await response.body.collect(upTo: size)
                #expect(bytes.count < size / 4)
                let limits = Inflater.Limits(ratio: 2000)
                #expect(try decoded(bytes, Inflater(coding, limits: limits)) == Array(text.utf8))
            }
        }
    }

    @Test("A part of a file is compressed on its way")
    func file() async throws {
        try await withTemporaryDirectory { directory in
            let content = CodedSamples.noise + CodedSamples.zeros
            let file = try makeFile(content, in: directory)
            let response = try await Self.respond(
                HTTPResponse(status: .ok, headerFields: Self.html, body: .file(file, range: 10..<300_000)))
            #expect(response.body.contentLength == nil)
            #expect(try decoded(await response.body.collect(upTo: 1 << 20)) == Array(content[10..<300_000]))
        }
    }

    @Test("What does not become smaller stays as it is, but says that it could have been compressed")
    func incompressible() async throws {
        let noise = Array(CodedSamples.noise.prefix(3000))
        var response = HTTPResponse(status: .ok, headerFields: Self.html, body: .bytes(noise))
        response.headerFields[.eTag] = "\"a\""
        let result = try await Self.respond(response)
        #expect(try await result.body.collect(upTo: 3000) == noise)
        #expect(
            Array(result.headerFields) == Array(response.headerFields) + [
                HTTPField(name: .vary, value: "Accept-Encoding")
            ])
    }

    @Test("What is left alone has the fields that it had, and their storage")
    func untouched() async throws {
        for response in [HTTPResponse.ok("short"), HTTPResponse(status: .noContent)] {
            let result = try await Self.respond(response)
            #expect(result.headerFields.storage === response.headerFields.storage)
        }
    }

    @Test("The fields say what is true of the compressed content")
    func fields() async throws {
        let body = HTTPResponse.Body.bytes(CodedSamples.text)
        let fields: HTTPFields = [
            .contentLength: "2120", .contentType: "text/html", .acceptRanges: "bytes", .vary: "Cookie",
            .eTag: "\"abc\"", .lastModified: "Sat, 21 Nov 2026 12:00:00 GMT",
        ]
        let compressed = try await Self.respond(HTTPResponse(status: .ok, headerFields: fields, body: body))
        #expect(
            compressed.headerFields == [
                .contentType: "text/html", .vary: "Cookie, Accept-Encoding", .eTag: "W/\"abc\"",
                .lastModified: "Sat, 21 Nov 2026 12:00:00 GMT", .contentEncoding: "gzip",
            ])
        let identity = try await Self.respond(
            HTTPResponse(status: .ok, headerFields: fields, body: body), accept: nil)
        var expected = fields
        expected[.vary] = "Cookie, Accept-Encoding"
        #expect(identity.headerFields == expected)
    }

    @Test(
        "A strong ETag becomes weak, a weak one stays, and what is none too",
        arguments: [
            ("\"\"", "W/\"\""), ("\"a\"", "W/\"a\""), ("W/\"a\"", "W/\"a\""), ("a", "a"), ("", ""),
        ])
    func entityTags(tag: String, expected: String) async throws {
        let fields: HTTPFields = [.contentType: "text/html", .eTag: tag]
        let response = HTTPResponse(status: .ok, headerFields: fields, body: .bytes(CodedSamples.text))
        #expect(try await Self.respond(response).headerFields[.eTag] == expected)
        #expect(try await Self.respond(response, accept: nil).headerFields[.eTag] == tag)
    }

    @Test(
        "304 has the ETag under which the client knows the content",
        arguments: [
            ("W/\"a\"", "W/\"a\""), ("\"a\"", "\"a\""), ("\"b\", W/\"a\"", "W/\"a\""), ("W/\"b\", \"a\"", "\"a\""),
            ("*", "\"a\""), ("W/", "\"a\""), (nil, "\"a\""),
        ])
    func notModified(known: String?, expected: String) async throws {
        var fields = HTTPFields()
        fields[.ifNoneMatch] = known
        let response = HTTPResponse(status: .notModified, headerFields: [.eTag: "\"a\""])
        let result = try await Self.respond(response, fields: fields)
        #expect(result.headerFields == [.eTag: expected, .vary: "Accept-Encoding"])
    }

    @Test("HEAD is told what GET would be, but for the length, and nothing is compressed for it")
    func head() async throws {
        let ran = Gate()
        let stream = HTTPResponse(.ok, headerFields: [.contentType: "text/html", .contentLength: "9999"]) { _ in
            ran.open()
        }
        let bytes = HTTPResponse(status: .ok, headerFields: Self.html, body: .bytes(CodedSamples.text))
        for response in [stream, bytes] {
            let head = try await Self.respond(response, method: .head)
            #expect(head.headerFields == (try await Self.respond(response).headerFields))
            #expect(head.headerFields[.contentLength] == nil)
            #expect(try await head.body.collect(upTo: 0).isEmpty)
        }
        #expect(ran.count == 0)
    }

    @Test("Deflaters are used again, also after content that was given up")
    func pooling() async throws {
        let compressor = HTTPResponseCompressor(HTTPCompression())
        let request = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/", headerFields: [.acceptEncoding: "gzip"])
        for round in 0..<50 {
            let response = HTTPResponse(.ok, headerFields: Self.html) { writer in
                try await writer.write("\(round)")
                if round.isMultiple(of: 2) { throw CancellationError() }
            }
            let body = compressor.compress(response, to: request).body
            if round.isMultiple(of: 2) {
                await #expect(throws: CancellationError.self) { try await body.collect(upTo: 1000) }
            } else {
                #expect(try decoded(await body.collect(upTo: 1000)) == Array("\(round)".utf8))
            }
        }
        #expect(compressor.pools[.gzip]?.count == 1)
    }
}
