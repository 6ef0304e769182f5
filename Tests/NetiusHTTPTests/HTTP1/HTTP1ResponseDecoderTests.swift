import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Responses of HTTP/1 as a client reads them")
struct HTTP1ResponseDecoderTests {
    private func read(
        _ text: String, to method: HTTPRequest.Method = .get, ends: Bool = false
    ) throws -> ResponseTranscript.Message {
        let transcript = ResponseTranscript(octets(text), to: [method], ends: ends)
        #expect(transcript.error == nil)
        #expect(transcript.violation == nil)
        #expect(transcript.final.count == 1)
        return try #require(transcript.final.first)
    }

    @Test("The example of RFC 9110 section 3.9 has its parts")
    func example() throws {
        let message = try read(ValidResponses.bodies[0].text)
        #expect((message.code, message.reasonPhrase, message.version) == (200, "OK", .http11))
        #expect(
            message.fields.map(\.name.rawName).joined(separator: " ")
                == "Date Server Last-Modified ETag Accept-Ranges Content-Length Vary Content-Type")
        #expect(message.fields[.eTag] == "\"34aa387-d-1568eb00\"")
        #expect(message.framing == .length(51))
        #expect(message.contentLength == 51)
        #expect(message.text == "Hello World! My content includes a trailing CRLF.\r\n")
        #expect(message.keepsAlive)
        #expect(message.isComplete)
    }

    @Test(
        "A status line has a code and a phrase, which may be missing",
        arguments: [
            ("HTTP/1.1 200 OK", 200, "OK", "HTTP/1.1"), ("HTTP/1.1 200 Fine", 200, "Fine", "HTTP/1.1"),
            ("HTTP/1.1 200 ", 200, "", "HTTP/1.1"), ("HTTP/1.1 200", 200, "", "HTTP/1.1"),
            ("HTTP/1.0 404 Not Found", 404, "Not Found", "HTTP/1.0"), ("HTTP/1.9 500 x", 500, "x", "HTTP/1.1"),
            ("HTTP/1.1 599 a  b\tc", 599, "a  b\tc", "HTTP/1.1"),
            ("HTTP/1.1 200 \u{C3}\u{A9}", 200, "\u{E9}", "HTTP/1.1"),
            ("HTTP/1.1 200 \u{E9}", 200, "\u{FFFD}", "HTTP/1.1"), ("HTTP/1.1 200 O", 200, "O", "HTTP/1.1"),
            ("HTTP/1.1 418 I am a teapot, and a short one", 418, "I am a teapot, and a short one", "HTTP/1.1"),
        ])
    func statusLines(line: String, code: Int, phrase: String, version: String) throws {
        let message = try read("\(line)\r\nContent-Length: 0\r\n\r\n")
        #expect((message.code, message.reasonPhrase, message.version.description) == (code, phrase, version))
    }

    @Test("Every registered status is read back as it is written")
    func registered() throws {
        for status in HTTPResponse.Status.registered where status.kind != .informational {
            let message = try read("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nContent-Length: 0\r\n\r\n")
            #expect((message.code, message.reasonPhrase) == (status.code, status.reasonPhrase))
        }
    }

    @Test(
        "The framing follows RFC 9112 section 6.3",
        arguments: [
            ("GET", "200", "Content-Length: 5", .length(5), 5), ("GET", "200", "Content-Length: 0", .none, 0),
            ("GET", "200", "Content-Length: 5, 5", .length(5), 5),
            ("GET", "200", "Content-Length: 5\r\nContent-Length: 5", .length(5), 5),
            ("GET", "200", "Transfer-Encoding: chunked", .chunked, nil), ("GET", "200", "X: a", .closeDelimited, nil),
            ("GET", "200", "Content-Length: 18446744073709551615", .length(.max), nil),
            ("GET", "205", "X: a", .closeDelimited, nil), ("GET", "204", "Content-Length: 5", .none, 5),
            ("GET", "204", "X: a", .none, nil), ("GET", "204", "Transfer-Encoding: chunked", .none, nil),
            ("GET", "304", "Content-Length: 5", .none, 5), ("GET", "304", "X: a", .none, nil),
            ("GET", "304", "Transfer-Encoding: chunked", .none, nil), ("GET", "101", "X: a", .tunnel, nil),
            ("HEAD", "200", "Content-Length: 5", .none, 5), ("HEAD", "404", "X: a", .none, nil),
            ("HEAD", "200", "Transfer-Encoding: chunked", .none, nil), ("HEAD", "101", "X: a", .tunnel, nil),
            ("CONNECT", "200", "X: a", .tunnel, nil), ("CONNECT", "299", "Content-Length: 5", .tunnel, 5),
            ("CONNECT", "204", "X: a", .tunnel, nil), ("CONNECT", "200", "Transfer-Encoding: chunked", .tunnel, nil),
            ("CONNECT", "300", "X: a", .closeDelimited, nil), ("CONNECT", "407", "Content-Length: 5", .length(5), 5),
            ("head", "200", "Content-Length: 5", .length(5), 5),
            ("POST", "500", "Transfer-Encoding: chunked", .chunked, nil),
        ] as [(String, String, String, HTTP1Framing, Int?)])
    func framings(method: String, code: String, fields: String, framing: HTTP1Framing, length: Int?) throws {
        let message = try read("HTTP/1.1 \(code) \r\n\(fields)\r\n\r\n", to: try #require(HTTPRequest.Method(method)))
        #expect(message.framing == framing)
        #expect(message.contentLength == length)
    }

    @Test(
        "A connection persists as RFC 9112 section 9.3 says, and never when it ends the content",
        arguments: [
            ("1.1 200", "Content-Length: 0", true), ("1.1 200", "Transfer-Encoding: chunked", true),
            ("1.1 200", "Content-Length: 0\r\nConnection: close", false),
            ("1.1 200", "Content-Length: 0\r\nConnection: keep-alive, CLOSE", false),
            ("1.1 200", "Content-Length: 0\r\nConnection: x\r\nConnection: , close ,", false),
            ("1.1 200", "Content-Length: 0\r\nConnection: closed", true),
            ("1.1 200", "Content-Length: 0\r\nConnection: keep-alive", true),
            ("1.0 200", "Content-Length: 0", false), ("1.0 200", "Content-Length: 0\r\nConnection: keep-alive", true),
            ("1.0 200", "Content-Length: 0\r\nKeep-Alive: timeout=5", false),
            ("1.0 200", "Content-Length: 0\r\nProxy-Connection: keep-alive", false),
            ("1.7 200", "Content-Length: 0", true), ("1.1 200", "X: a", false),
            ("1.1 200", "Connection: keep-alive", false), ("1.0 200", "Connection: keep-alive", false),
            ("1.1 101", "Connection: upgrade", false), ("1.1 204", "X: a", true),
            ("1.1 204", "Content-Length: 0", true), ("1.1 204", "Content-Length: 5", false),
            ("1.1 204", "Transfer-Encoding: chunked", false), ("1.1 304", "Content-Length: 5", true),
            ("1.1 103", "Connection: close\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0", false),
            ("1.1 103", "X: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0", true),
        ])
    func persistence(start: String, fields: String, keepsAlive: Bool) throws {
        #expect(try read("HTTP/\(start) \r\n\(fields)\r\n\r\n").keepsAlive == keepsAlive)
    }

    @Test(
        "Keep-Alive is a hint: what is malformed in it is ignored, the smaller number counts",
        arguments: [
            ("timeout=5, max=100", 5, 100), ("TimeOut=5,MAX=0", 5, 0), ("timeout=0", 0, nil), ("max=7", nil, 7),
            ("timeout=5\r\nKeep-Alive: timeout=3, max=9", 3, 9), ("timeout=3, timeout=5", 3, nil),
            ("timeout=999999999", 999_999_999, nil), ("timeout=1000000000", 999_999_999, nil),
            ("timeout=99999999999999999999999999999999", 999_999_999, nil), ("timeout=007", 7, nil),
            ("", nil, nil), (",,", nil, nil), ("timeout", nil, nil), ("timeout=", nil, nil), ("timeout=-1", nil, nil),
            ("timeout=5s", nil, nil), ("timeout = 5", nil, nil), ("timeout=\"5\"", nil, nil), ("=5", nil, nil),
            ("timeout=5=6", nil, nil), ("timeout=x, max=3", nil, 3), ("timeout=1;max=2", nil, nil), ("5", nil, nil),
        ] as [(String, Int?, Int?)])
    func keepAlive(value: String, timeout: Int?, maximum: Int?) throws {
        let message = try read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: \(value)\r\n\r\n")
        #expect(message.keepAliveTimeout == timeout)
        #expect(message.keepAliveMaximum == maximum)
        #expect(message.keepsAlive)
    }

    @Test("Interim responses come before the final one, each with its fields; 101 is final")
    func interim() {
        let text = ValidResponses.heads[8].text
        let transcript = ResponseTranscript(octets(text), to: [.post])
        #expect(transcript.messages.map(\.code) == [100, 102, 199, 201])
        #expect(transcript.messages.map(\.isInterim) == [true, true, true, false])
        #expect(transcript.messages.map(\.isComplete) == [false, false, false, true])
        #expect(transcript.messages[1].fields == [.contentLength: "0"])
        #expect(transcript.messages[3].fields == [.contentLength: "0"])
        let upgrade = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\0x"
        let switched = ResponseTranscript(octets(upgrade))
        #expect(switched.messages.map(\.isInterim) == [true, false])
        #expect(switched.messages[1].fields == [.upgrade: "x"])
        #expect(switched.extra == octets("\0x"))
    }

    @Test("Chunks are joined, and trailers are those of their own response")
    func chunks() throws {
        #expect(try read(ValidResponses.bodies[5].text).text == "hello world")
        let rows = [ValidResponses.bodies[6], ValidResponses.bodies[1], ValidResponses.bodies[5]]
        let transcript = ResponseTranscript(rows.flatMap { octets($0.text) }, to: rows.map(\.method))
        #expect(transcript.messages.map(\.trailers) == [[HTTPField.Name("X-Sum")!: "1"], nil, nil])
        #expect(transcript.messages.map(\.text) == ["0123456789", "hello", "hello world"])
    }

    @Test("Content without a length ends with the stream, not before")
    func closeDelimited() throws {
        let text = ValidResponses.closeDelimited[2].text
        let message = try read(text, ends: true)
        #expect(message.text == "HTTP/1.1 200 OK\r\n\r\n")
        #expect(message.isComplete)
        #expect(try !read(text).isComplete)
        #expect(try read(ValidResponses.closeDelimited[0].text, ends: true).isComplete)
    }

    @Test("An end behind a complete response is in order")
    func endAfterComplete() throws {
        for row in ValidResponses.all {
            var decoder = HTTP1ResponseDecoder()
            decoder.nextResponse(to: row.method)
            let head = HTTPResponseHead()
            var rest = octets(row.text)
            repeat {
                decoder.continueAfterInterim()
                rest.removeFirst(try decoder.decodeHead(rest.span, into: head).consumed)
            } while decoder.isInterim
            while !decoder.isBodyComplete {
                switch try decoder.decodeBody(rest.span) {
                case .data(_, let consumed), .needsMore(let consumed), .end(let consumed): rest.removeFirst(consumed)
                }
                if decoder.framing == .closeDelimited, rest.isEmpty { break }
            }
            try decoder.decodeEnd()
            #expect(decoder.isBodyComplete)
            try decoder.decodeEnd()
        }
    }

    @Test("It is known whether anything of a response was seen")
    func betweenResponses() throws {
        var decoder = HTTP1ResponseDecoder()
        let head = HTTPResponseHead()
        #expect(decoder.isBetweenResponses)
        for text in ["H", "HTTP/1.1 200 OK\r\n"] {
            decoder.nextResponse(to: .get)
            #expect(decoder.isBetweenResponses)
            #expect(try !decoder.decodeHead([UInt8]().span, into: head).isComplete)
            #expect(decoder.isBetweenResponses)
            let input = octets(text)
            #expect(try !decoder.decodeHead(input.span, into: head).isComplete)
            #expect(!decoder.isBetweenResponses)
            #expect(!decoder.isBodyComplete)
        }
        decoder.nextResponse(to: .get)
        let interim = octets("HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try decoder.decodeHead(interim.span, into: head).isComplete)
        #expect(decoder.isInterim)
        // Until the caller goes on, the interim head is all there is.
        #expect(try decoder.decodeHead(interim.span, into: head) == HTTP1HeadProgress(consumed: 0, isComplete: true))
        #expect(try decoder.decodeBody(interim.span) == .needsMore(consumed: 0))
        decoder.continueAfterInterim()
        #expect(!decoder.isBetweenResponses)
    }

    @Test("A complete response is never taken further")
    func complete() throws {
        var decoder = HTTP1ResponseDecoder()
        let head = HTTPResponseHead()
        let input = octets("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
        let consumed = try decoder.decodeHead(input.span, into: head).consumed
        #expect(consumed == 27)
        let rest = Array(input[consumed...])
        #expect(try decoder.decodeHead(rest.span, into: head) == HTTP1HeadProgress(consumed: 0, isComplete: true))
        #expect(try decoder.decodeBody(rest.span) == .end(consumed: 0))
        decoder.continueAfterInterim()
        #expect(try decoder.decodeBody(rest.span) == .end(consumed: 0))
        #expect(head.status == .noContent)
        #expect(decoder.isBodyComplete)
    }

    @Test("A head is used again unless it was kept, and what was kept stays")
    func reuse() throws {
        var decoder = HTTP1ResponseDecoder()
        var head = HTTPResponseHead()
        func next(_ name: String) throws -> HTTPResponseHead {
            decoder.nextResponse(to: .head)
            HTTPResponseHead.recycle(&head)
            let input = octets("HTTP/1.0 404 \(name)\r\nServer: \(name)\r\n\r\n")
            #expect(try decoder.decodeHead(input.span, into: head).isComplete)
            return head
        }
        let identity = ObjectIdentifier(head)
        let fields = try next("a").fields
        #expect(ObjectIdentifier(head) == identity)
        let kept = try next("b")
        #expect(ObjectIdentifier(head) == identity)
        #expect(fields == [.server: "a"])
        _ = try next("c")
        #expect(ObjectIdentifier(head) != identity)
        #expect((kept.fields, kept.status.reasonPhrase) == ([.server: "b"], "b"))
        head.reset()
        #expect((head.status, head.version, head.fields) == (.ok, .http11, [:]))
    }
}
