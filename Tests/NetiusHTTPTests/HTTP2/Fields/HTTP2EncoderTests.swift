import Netius
import Testing

@testable import NetiusHTTP

@Suite("Heads of HTTP/2 that are written")
struct HTTP2EncoderTests {
    private func lines(_ body: (inout HPACKEncoder, OutputBuffer) -> Void) throws -> [String] {
        var encoder = HPACKEncoder()
        let output = OutputBuffer()
        encoder.beginBlock(to: output)
        body(&encoder, output)
        var decoder = HPACKDecoder(maximumListSize: .max)
        return try decoder.fields(output.bytes).lines
    }

    private func response(
        _ status: HTTPResponse.Status, _ fields: HTTPFields = [:], contentLength: Int? = nil,
        keepsLength: Bool = false, date: String = ""
    ) throws -> [String] {
        try lines {
            HTTP2ResponseEncoder.append(
                status, fields, contentLength: contentLength, keepsLength: keepsLength, date: Array(date.utf8),
                with: &$0, to: $1)
        }
    }

    private func request(
        _ method: HTTPRequest.Method, path: String? = "/", protocol: String? = nil, _ fields: HTTPFields = [:],
        contentLength: Int? = nil, hasContent: Bool = true
    ) throws -> [String] {
        try lines {
            HTTP2RequestEncoder.append(
                method: method, scheme: "https", authority: "a", path: path, protocol: `protocol`, fields: fields,
                contentLength: contentLength, hasContent: hasContent, with: &$0, to: $1)
        }
    }

    private static let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    @Test("A response has its status, fields in lower case, the date and the length")
    func responses() throws {
        #expect(
            try response(.ok, [.contentType: "text/plain", .server: "S"], contentLength: 11, date: Self.date) == [
                ":status: 200", "content-type: text/plain", "server: S", "date: Sun, 06 Nov 1994 08:49:37 GMT",
                "content-length: 11",
            ])
        #expect(try response(.notFound) == [":status: 404"])
        #expect(try response(.continue) == [":status: 100"])
    }

    @Test("A date of the response's own is used, once")
    func dates() throws {
        #expect(
            try response(.ok, [.date: "x", .eTag: "y", .date: "z"], date: Self.date) == [
                ":status: 200", "date: x", "etag: y",
            ])
    }

    @Test("The length is the caller's, or kept where it says so, and never of what has no content")
    func lengths() throws {
        let fields: HTTPFields = [.contentLength: "7", .contentLength: "8"]
        #expect(try response(.ok, fields) == [":status: 200"])
        #expect(try response(.ok, fields, contentLength: 5) == [":status: 200", "content-length: 5"])
        #expect(
            try response(.ok, fields, contentLength: 5, keepsLength: true) == [":status: 200", "content-length: 5"])
        #expect(try response(.ok, fields, keepsLength: true) == [":status: 200", "content-length: 7"])
        #expect(try response(.ok, [.contentLength: "x"], keepsLength: true) == [":status: 200"])
        #expect(try response(.noContent, fields, contentLength: 0, keepsLength: true) == [":status: 204"])
        #expect(try response(.notModified, fields, keepsLength: true) == [":status: 304", "content-length: 7"])
        #expect(try response(.earlyHints, fields, contentLength: 3, keepsLength: true) == [":status: 103"])
    }

    @Test("What concerns a connection of HTTP/1 is left out")
    func connectionSpecific() throws {
        let fields: HTTPFields = [
            .connection: "close", .keepAlive: "x", .proxyConnection: "x", .transferEncoding: "chunked", .upgrade: "x",
            .http2Settings: "x", .te: "trailers", .vary: "a", .host: "b",
        ]
        #expect(try response(.ok, fields) == [":status: 200", "vary: a", "host: b"])
        #expect(
            try request(.get, fields)
                == [":method: GET", ":scheme: https", ":authority: a", ":path: /", "te: trailers", "vary: a"])
    }

    @Test("A request has its parts; Host and length are ours")
    func requests() throws {
        #expect(
            try request(.post, path: "/x?y", [.host: "b", .contentLength: "9", .accept: "*/*"], contentLength: 3) == [
                ":method: POST", ":scheme: https", ":authority: a", ":path: /x?y", "accept: */*", "content-length: 3",
            ])
        #expect(try request(.connect, path: nil) == [":method: CONNECT", ":authority: a"])
        #expect(
            try request(.connect, path: "/", protocol: "websocket")
                == [":method: CONNECT", ":scheme: https", ":authority: a", ":path: /", ":protocol: websocket"])
    }

    @Test("TE says trailers or is left out, Expect is left out without content")
    func optionsOfRequests() throws {
        #expect(try request(.get, [.te: "gzip"]).count == 4)
        #expect(try request(.get, [.te: "gzip, Trailers"]).last == "te: trailers")
        let expect: HTTPFields = [.expect: "100-continue"]
        #expect(try request(.post, expect, contentLength: 0, hasContent: false).last == "content-length: 0")
        #expect(try request(.get, expect, hasContent: false).last == ":path: /")
        #expect(try request(.post, expect).last == "expect: 100-continue")
    }

    @Test("Of trailers those are written that may be trailers")
    func trailers() throws {
        let fields: HTTPFields = [
            HTTPField.Name("X-Sum")!: "1", .contentLength: "2", .cookie: "c", .http2Settings: "x", .date: "d",
            .eTag: "e",
        ]
        #expect(
            try lines { HTTP2ResponseEncoder.appendTrailers(fields, with: &$0, to: $1) } == ["x-sum: 1", "etag: e"])
        #expect(try lines { HTTP2ResponseEncoder.appendTrailers([:], with: &$0, to: $1) } == [])
    }
}
