import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Responses of HTTP/1")
struct HTTP1ResponseEncoderTests {
    private func head(
        _ status: HTTPResponse.Status, _ fields: HTTPFields = [:], _ framing: HTTP1ResponseFraming,
        _ persistence: HTTP1Persistence = .implied, date: String = ""
    ) throws -> String {
        let output = OutputBuffer()
        try HTTP1ResponseEncoder.appendHead(
            status, fields, framing: framing, persistence: persistence, date: Array(date.utf8), to: output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    private func written(_ body: (OutputBuffer) -> Void) -> String {
        let output = OutputBuffer()
        body(output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("A head has status line, date, fields, framing and persistence")
    func order() throws {
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        #expect(
            try head(.ok, [.contentType: "text/plain", .server: "s"], .length(11), .keepAlive, date: date)
                == "HTTP/1.1 200 OK\r\n\(date)Content-Type: text/plain\r\nServer: s\r\nContent-Length: 11\r\n"
                + "Connection: keep-alive\r\n\r\n")
        #expect(
            try head(.notFound, .length(0), .close)
                == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    private func head(
        _ status: HTTPResponse.Status, _ framing: HTTP1ResponseFraming, _ persistence: HTTP1Persistence = .implied
    ) throws -> String {
        try head(status, [:], framing, persistence)
    }

    @Test("Each framing says how the content ends")
    func framings() throws {
        #expect(try head(.ok, .chunked) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(try head(.ok, .closeDelimited, .close) == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        #expect(try head(.ok, .none(length: 7)) == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
        #expect(try head(.ok, .none(length: nil)) == "HTTP/1.1 200 OK\r\n\r\n")
        #expect(try head(.noContent, .length(0)) == "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try head(.notModified, .length(0)) == "HTTP/1.1 304 Not Modified\r\n\r\n")
        #expect(try head(.noContent, .none(length: 3)) == "HTTP/1.1 204 No Content\r\n\r\n")
    }

    @Test("Content that a status forbids, negative lengths and interim statuses are refused, and nothing is written")
    func refused() {
        let cases: [(HTTPResponse.Status, HTTP1ResponseFraming, HTTP1EncodingError)] = [
            (.noContent, .length(1), .contentNotAllowed), (.noContent, .chunked, .contentNotAllowed),
            (.notModified, .closeDelimited, .contentNotAllowed), (.ok, .length(-1), .invalidLength),
            (.ok, .none(length: -1), .invalidLength), (.continue, .none(length: nil), .invalidStatus),
            (.switchingProtocols, .length(0), .invalidStatus),
        ]
        for (status, framing, error) in cases {
            let output = OutputBuffer()
            #expect(throws: error) {
                try HTTP1ResponseEncoder.appendHead(
                    status, [:], framing: framing, persistence: .implied, date: [], to: output)
            }
            #expect(output.isEmpty)
        }
    }

    @Test("What the fields say of framing never is sent beside ours")
    func managedFraming() throws {
        let fields: HTTPFields = [
            .contentLength: "99", HTTPField.Name("CONTENT-length")!: "98", .transferEncoding: "gzip, chunked",
            .server: "s",
        ]
        #expect(try head(.ok, fields, .length(2)) == "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2\r\n\r\n")
        #expect(try head(.ok, fields, .chunked) == "HTTP/1.1 200 OK\r\nServer: s\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(try head(.ok, fields, .closeDelimited) == "HTTP/1.1 200 OK\r\nServer: s\r\n\r\n")
        #expect(try head(.ok, fields, .tunnel) == "HTTP/1.1 200 OK\r\nServer: s\r\n\r\n")
        #expect(try head(.noContent, fields, .none(length: nil)) == "HTTP/1.1 204 No Content\r\nServer: s\r\n\r\n")
        // To HEAD, the handler's own length stands, once.
        #expect(
            try head(.ok, fields, .none(length: nil)) == "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nServer: s\r\n\r\n")
        #expect(try head(.ok, fields, .none(length: 5)) == "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\n\r\n")
        #expect(try head(.ok, [.contentLength: "5, 5"], .none(length: nil)) == "HTTP/1.1 200 OK\r\n\r\n")
    }

    @Test("Persistence is ours, other connection options stay")
    func managedConnection() throws {
        #expect(try head(.ok, [.connection: "close"], .length(0)) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(
            try head(.upgradeRequired, [.connection: "Upgrade, keep-alive", .upgrade: "h2c"], .length(0), .close)
                == "HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c\r\nContent-Length: 0\r\nConnection: close, Upgrade\r\n\r\n"
        )
        #expect(
            try head(.switchingProtocols, [.upgrade: "websocket", .connection: "upgrade"], .tunnel)
                == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n")
        #expect(HTTP1ResponseEncoder.asksToClose([.connection: "upgrade, Close"]))
        #expect(!HTTP1ResponseEncoder.asksToClose([.connection: "keep-alive"]))
        #expect(!HTTP1ResponseEncoder.asksToClose([:]))
    }

    @Test("A handler's date is sent instead of ours, once")
    func managedDate() throws {
        let text = try head(.ok, [.date: "then", HTTPField.Name("DATE")!: "later"], .chunked, date: "Date: now\r\n")
        #expect(text == "HTTP/1.1 200 OK\r\nDate: then\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    @Test("Neither values, names nor phrases can end a line")
    func injection() throws {
        let attack = "a\r\nSet-Cookie: b=c\r\n\r\n<script>\0"
        let status = HTTPResponse.Status(code: 200, reasonPhrase: "OK\r\nX: y")
        let text = try head(status, [.location: attack, .connection: attack], .length(0))
        #expect(
            text
                == "HTTP/1.1 200 OK  X: y\r\nLocation: a  Set-Cookie: b=c    <script>\r\nContent-Length: 0\r\n"
                + "Connection: a  Set-Cookie: b=c    <script>\r\n\r\n")
        #expect(HTTPField.Name("X\r\nY") == nil)
    }

    @Test("A status line keeps its space when there is no phrase")
    func statusLines() throws {
        #expect(try head(299, .chunked).hasPrefix("HTTP/1.1 299 \r\n"))
        #expect(
            try head(HTTPResponse.Status(code: 200, reasonPhrase: "Fine"), .chunked).hasPrefix("HTTP/1.1 200 Fine\r\n"))
        for status in HTTPResponse.Status.registered where status.kind != .informational {
            #expect(
                try head(status, .none(length: nil)).hasPrefix("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"))
        }
    }

    @Test("Interim responses have no framing")
    func interim() throws {
        #expect(written { HTTP1ResponseEncoder.appendContinue(to: $0) } == "HTTP/1.1 100 Continue\r\n\r\n")
        let output = OutputBuffer()
        try HTTP1ResponseEncoder.appendInterim(.earlyHints, [.link: "</a>", .contentLength: "5"], to: output)
        #expect(String(decoding: output.bytes, as: UTF8.self) == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        #expect(throws: HTTP1EncodingError.invalidStatus) { try HTTP1ResponseEncoder.appendInterim(.ok, to: output) }
        #expect(throws: HTTP1EncodingError.invalidStatus) {
            try HTTP1ResponseEncoder.appendInterim(.switchingProtocols, to: output)
        }
    }

    @Test("Chunks are read back as they were written")
    func chunks() {
        let text = written {
            HTTP1ChunkedEncoder.appendChunk(octets("hello").span, to: $0)
            HTTP1ChunkedEncoder.appendChunk([UInt8]().span, to: $0)
            HTTP1ChunkedEncoder.appendChunk([UInt8](repeating: 97, count: 255).span, to: $0)
            HTTP1ChunkedEncoder.appendLastChunk(trailers: [.eTag: "\"x\"", .contentLength: "5", .host: "h"], to: $0)
        }
        #expect(text == "5\r\nhello\r\nFF\r\n\(String(repeating: "a", count: 255))\r\n0\r\nETag: \"x\"\r\n\r\n")
        #expect(written { HTTP1ChunkedEncoder.appendLastChunk(to: $0) } == "0\r\n\r\n")
        let request = Transcript(octets("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(text)"))
        #expect(request.messages.first?.body.count == 260)
        #expect(request.messages.first?.trailers == [.eTag: "\"x\""])
    }

    @Test(
        "The framing follows from status, method, version and length",
        arguments: [
            (200, "GET", "1.1", 5, .length(5)), (200, "GET", "1.1", nil, .chunked),
            (200, "GET", "1.0", nil, .closeDelimited),
            (200, "HEAD", "1.1", 5, .none(length: 5)), (200, "HEAD", "1.1", nil, .none(length: nil)),
            (204, "GET", "1.1", 5, .none(length: nil)), (304, "GET", "1.1", nil, .none(length: nil)),
            (205, "POST", "1.1", nil, .length(0)), (101, "GET", "1.1", nil, .tunnel),
            (200, "CONNECT", "1.1", nil, .tunnel),
            (404, "CONNECT", "1.1", 3, .length(3)),
        ] as [(Int, String, String, Int?, HTTP1ResponseFraming)])
    func choice(code: Int, method: String, version: String, length: Int?, expected: HTTP1ResponseFraming) throws {
        let method = try #require(HTTPRequest.Method(method))
        let framing = HTTP1ResponseFraming(
            status: HTTPResponse.Status(code: code), method: method, version: version == "1.0" ? .http10 : .http11,
            contentLength: length)
        #expect(framing == expected)
    }
}
