import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Requests of HTTP/1")
struct HTTP1RequestDecoderTests {
    private func read(_ text: String) throws -> Transcript.Message {
        let transcript = Transcript(octets(text))
        #expect(transcript.error == nil)
        #expect(transcript.messages.count == 1)
        return try #require(transcript.messages.first)
    }

    @Test("The example of RFC 9112 section 2.1 has its parts")
    func example() throws {
        let message = try read(ValidRequests.heads[0])
        #expect(message.method == .get)
        #expect(message.scheme == "http")
        #expect(message.authority == "www.example.com")
        #expect(message.path == "/hello.txt")
        #expect(message.version == .http11)
        #expect(
            message.fields == [
                .userAgent: "curl/7.64.1", .host: "www.example.com", .acceptLanguage: "en, mi",
            ])
        #expect(message.keepsAlive)
        #expect(message.framing == .none)
    }

    @Test(
        "The forms of a target name scheme, authority and path",
        arguments: [
            ("GET", "/where?q=now", "http", "a", "/where?q=now"), ("OPTIONS", "*", "http", "a", "*"),
            ("GET", "http://b:81/x?y", "http", "b:81", "/x?y"), ("GET", "HTTPS://B", "https", "B", "/"),
            ("GET", "http://b?x/y", "http", "b", "/?x/y"), ("OPTIONS", "http://b", "http", "b", "*"),
            ("OPTIONS", "http://b/", "http", "b", "/"), ("OPTIONS", "http://b?x", "http", "b", "/?x"),
            ("GET", "http://[::1]:80/", "http", "[::1]:80", "/"), ("CONNECT", "b:443", nil, "b:443", nil),
        ] as [(String, String, String?, String, String?)])
    func targets(method: String, target: String, scheme: String?, authority: String, path: String?) throws {
        let message = try read("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(message.method.rawValue == method)
        #expect(message.scheme == scheme)
        #expect(message.authority == authority)
        #expect(message.path == path)
        #expect(message.fields[values: .host] == [authority])
    }

    @Test(
        "A connection persists as RFC 9112 section 9.3 says",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close", false), ("1.1", "Connection: CLOSE", false),
            ("1.1", "Connection: keep-alive, close", false), ("1.1", "Connection: x\r\nConnection: , close ,", false),
            ("1.1", "Connection: keep-alive", true), ("1.1", "Connection: closed", true), ("1.1", "Connection:", true),
            ("1.0", "", false), ("1.0", "Connection: keep-alive", true), ("1.0", "Connection: Keep-Alive, x", true),
            ("1.0", "Connection: keep-alive, close", false), ("1.0", "Keep-Alive: 5", false),
            ("1.0", "Proxy-Connection: keep-alive", false),
        ])
    func persistence(version: String, field: String, keepsAlive: Bool) throws {
        let message = try read("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\(field.isEmpty ? "" : "\r\n")\r\n")
        #expect(message.keepsAlive == keepsAlive)
    }

    @Test(
        "A client waits for 100 only in HTTP/1.1 and with content",
        arguments: [
            ("1.1", "Expect: 100-continue\r\nContent-Length: 1", true),
            ("1.1", "Expect: 100-CONTINUE\r\nTransfer-Encoding: chunked", true),
            ("1.1", "Expect: 100-continue", false), ("1.1", "Expect: 100-continue\r\nContent-Length: 0", false),
            ("1.1", "Content-Length: 1", false), ("1.0", "Expect: 100-continue\r\nContent-Length: 1", false),
            ("1.0", "Expect: else\r\nContent-Length: 1", false),
        ])
    func expectation(version: String, fields: String, expects: Bool) throws {
        #expect(try read("POST / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\r\n").expectsContinue == expects)
    }

    @Test("An upgrade is wanted only if Connection says so")
    func upgrade() throws {
        let upgrade = "Upgrade: websocket\r\n"
        #expect(try !read("GET / HTTP/1.1\r\nHost: a\r\n\(upgrade)\r\n").wantsUpgrade)
        #expect(try read("GET / HTTP/1.1\r\nHost: a\r\n\(upgrade)Connection: Upgrade\r\n\r\n").wantsUpgrade)
    }

    @Test("Fields keep their order and octets, without the whitespace around values")
    func fields() throws {
        let fields = try read("GET / HTTP/1.1\r\nB:1\r\nD:\tx\r\nhost: a\r\nA: \t 2  3\t \r\nb:\r\nC: \u{E9}\r\n\r\n")
            .fields
        #expect(fields.map(\.name.rawName) == ["B", "D", "host", "A", "b", "C"])
        #expect(fields[values: HTTPField.Name("b")!] == ["1", ""])
        #expect(fields[HTTPField.Name("a")!] == "2  3")
        #expect(fields.bytes(of: HTTPField.Name("c")!) == [0xE9])
        #expect(fields.storage?.bytes == octets("B: 1\r\nD: x\r\nhost: a\r\nA: 2  3\r\nb: \r\nC: \u{E9}\r\n"))
    }

    @Test("Chunks are joined, extensions dropped, trailers kept if they may be trailers")
    func chunks() throws {
        #expect(try read(ValidRequests.bodies[5]).text == "hello world")
        #expect(try read(ValidRequests.bodies[6]).text == "0123456789")
        let message = try read(ValidRequests.bodies[7])
        #expect(message.text == "a")
        #expect(message.trailers == [HTTPField.Name("Digest")!: "x=y", HTTPField.Name("X-Sum")!: "1"])
        #expect(try read(ValidRequests.bodies[4]).trailers == nil)
    }

    @Test("One empty line may precede each request of a connection, not two")
    func emptyLines() {
        let request = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let transcript = Transcript(octets(request + request + "\r\n" + request))
        #expect(transcript.messages.count == 2)
        #expect(transcript.error == .malformedRequestLine)
    }

    @Test("Trailers of one request are not those of the next")
    func trailersAreForgotten() {
        let first = octets(ValidRequests.bodies[7])
        let transcript = Transcript(first + octets(ValidRequests.bodies[4]) + octets(ValidRequests.bodies[1]))
        #expect(transcript.messages.map { $0.trailers == nil } == [false, true, true])
    }

    @Test("A head is used again unless it was kept, and what was kept stays")
    func reuse() throws {
        var decoder = HTTP1RequestDecoder()
        var head = HTTPRequestHead()
        head.isSecure = true
        func next(_ path: String) throws -> HTTPRequest {
            decoder.nextRequest()
            HTTPRequestHead.recycle(&head)
            let input = octets("GET \(path) HTTP/1.1\r\nHost: \(path.dropFirst())\r\n\r\n")
            #expect(try decoder.decodeHead(input.span, into: head).isComplete)
            return HTTPRequest(head: head)
        }
        let identity = ObjectIdentifier(head)
        let fields = try next("/a").headerFields
        #expect(ObjectIdentifier(head) == identity)
        let kept = try next("/b")
        #expect(ObjectIdentifier(head) == identity)
        #expect(fields == [.host: "a"])
        _ = try next("/c")
        #expect(ObjectIdentifier(head) != identity)
        #expect((kept.path, kept.authority, kept.scheme) == ("/b", "b", "https"))
        #expect(HTTPRequest(head: head).scheme == "https")
    }

    @Test("A decoder that met an error throws it again, and the head it was filling can be read")
    func afterError() {
        for row in HostileRequests.all where !row.text.hasPrefix("\r\n") && !row.text.contains("chunked") {
            var decoder = HTTP1RequestDecoder()
            let head = HTTPRequestHead()
            let input = octets(row.text)
            #expect(throws: row.error) { try decoder.decodeHead(input.span, into: head) }
            decoder.nextRequest()
            #expect(throws: row.error) { try decoder.decodeHead([UInt8]().span, into: head) }
            #expect(throws: row.error) { try decoder.decodeBody(input.span) }
            for field in HTTPRequest(head: head).headerFields { #expect(HTTPField.isValidValue(field.value)) }
        }
    }
}
