import Netius
import Testing

@testable import NetiusHTTP

@Suite("Requests of HTTP/1 as a client writes them")
struct HTTP1RequestEncoderTests {
    private typealias Encoder = HTTP1RequestEncoder

    private func head(
        _ method: HTTPRequest.Method = .get, _ target: HTTP1RequestEncoder.Target = .origin("/"),
        authority: String = "a", _ fields: HTTPFields = [:], _ framing: HTTP1RequestEncoder.Framing = .none,
        _ connection: HTTP1Persistence = .implied
    ) throws -> String {
        let output = OutputBuffer()
        try Encoder.appendHead(
            method: method, target: target, authority: authority, fields: fields, framing: framing,
            connection: connection, to: output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("A head has request line, Host, fields, framing and persistence")
    func order() throws {
        #expect(
            try head(
                .get, .origin("/hello.txt"), authority: "www.example.com",
                [.userAgent: "curl/7.64.1", .acceptLanguage: "en, mi"])
                == "GET /hello.txt HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/7.64.1\r\n"
                + "Accept-Language: en, mi\r\n\r\n")
        #expect(
            try head(.post, .origin("/?a=b"), authority: "a:8080", [.accept: "*/*"], .length(11), .close)
                == "POST /?a=b HTTP/1.1\r\nHost: a:8080\r\nAccept: */*\r\nContent-Length: 11\r\nConnection: close\r\n\r\n"
        )
        #expect(try head(connection: .keepAlive) == "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
    }

    private func head(connection: HTTP1Persistence) throws -> String {
        try head(.get, .origin("/"), authority: "a", [:], .none, connection)
    }

    @Test("Each form of a target is written as RFC 9112 section 3.2 shows it")
    func targets() throws {
        #expect(
            try head(.get, .origin("/where?q=now"), authority: "www.example.org")
                == "GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\n\r\n")
        #expect(
            try head(
                .get, .absolute(scheme: "http", path: "/pub/WWW/TheProject.html"), authority: "www.example.org")
                == "GET http://www.example.org/pub/WWW/TheProject.html HTTP/1.1\r\nHost: www.example.org\r\n\r\n")
        #expect(
            try head(.connect, .authority, authority: "www.example.com:80")
                == "CONNECT www.example.com:80 HTTP/1.1\r\nHost: www.example.com:80\r\n\r\n")
        #expect(
            try head(.options, .asterisk, authority: "www.example.org:8001")
                == "OPTIONS * HTTP/1.1\r\nHost: www.example.org:8001\r\n\r\n")
        #expect(
            try head(.options, .absolute(scheme: "http", path: ""), authority: "www.example.org:8001")
                == "OPTIONS http://www.example.org:8001 HTTP/1.1\r\nHost: www.example.org:8001\r\n\r\n")
    }

    @Test("A length of zero is said with the methods that suggest content, and only with them")
    func framings() throws {
        let methods: [(HTTPRequest.Method, Bool)] = [
            (.post, true), (.put, true), (.patch, true), (.get, false), (.head, false), (.delete, false),
            (.options, false), (.trace, false), (HTTPRequest.Method("post")!, false),
        ]
        for (method, says) in methods {
            let line = says ? "Content-Length: 0\r\n" : ""
            #expect(try head(method) == "\(method) / HTTP/1.1\r\nHost: a\r\n\(line)\r\n")
            #expect(try head(method, [.te: "trailers"]).contains("Content-Length: 0\r\n") == says)
        }
        #expect(try head(.delete, .length(0)) == "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        #expect(try head(.get, .length(3)) == "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n")
        #expect(try head(.put, .chunked) == "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    private func head(_ method: HTTPRequest.Method, _ framing: HTTP1RequestEncoder.Framing) throws -> String {
        try head(method, .origin("/"), authority: "a", [:], framing)
    }

    private func head(
        _ method: HTTPRequest.Method, _ fields: HTTPFields, _ framing: HTTP1RequestEncoder.Framing = .none,
        _ connection: HTTP1Persistence = .implied
    ) throws -> String {
        try head(method, .origin("/"), authority: "a", fields, framing, connection)
    }

    @Test("What the fields say of host and framing never is sent beside ours")
    func managedFraming() throws {
        let fields: HTTPFields = [
            .host: "evil", .contentLength: "99", .accept: "x", HTTPField.Name("CONTENT-length")!: "98",
            .transferEncoding: "gzip, chunked", HTTPField.Name("hOST")!: "b",
        ]
        let start = "POST / HTTP/1.1\r\nHost: a\r\nAccept: x\r\n"
        #expect(try head(.post, fields) == start + "Content-Length: 0\r\n\r\n")
        #expect(try head(.post, fields, .length(2)) == start + "Content-Length: 2\r\n\r\n")
        #expect(try head(.post, fields, .chunked) == start + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(try head(.get, fields) == "GET / HTTP/1.1\r\nHost: a\r\nAccept: x\r\n\r\n")
    }

    @Test("Persistence is ours, other connection options stay, and those are added that fields require")
    func managedConnection() throws {
        let start = "GET / HTTP/1.1\r\nHost: a\r\n"
        #expect(try head(.get, [.connection: "close, keep-alive"]) == start + "\r\n")
        #expect(try head(.get, [.connection: "close"], .none, .keepAlive) == start + "Connection: keep-alive\r\n\r\n")
        #expect(try head(.get, [.connection: "x-y, Close", .connection: "z"]) == start + "Connection: x-y, z\r\n\r\n")
        #expect(try head(.get, [.te: "trailers"]) == start + "TE: trailers\r\nConnection: te\r\n\r\n")
        #expect(
            try head(.get, [.te: "trailers", .connection: "TE"], .none, .close)
                == start + "TE: trailers\r\nConnection: close, TE\r\n\r\n")
        #expect(
            try head(.get, [.upgrade: "websocket", .connection: "Upgrade"])
                == start + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        #expect(
            try head(.get, [.upgrade: "websocket", .te: "trailers"])
                == start + "Upgrade: websocket\r\nTE: trailers\r\nConnection: te, upgrade\r\n\r\n")
    }

    @Test("An expectation is sent only with content")
    func expectation() throws {
        #expect(try !head(.put, [.expect: "100-continue"]).contains("Expect"))
        #expect(try !head(.put, [.expect: "100-continue"], .length(0)).contains("Expect"))
        #expect(try head(.put, [.expect: "100-continue"], .length(1)).contains("Expect: 100-continue\r\n"))
        #expect(try head(.put, [.expect: "100-continue"], .chunked).contains("Expect: 100-continue\r\n"))
    }

    @Test("What is malformed or does not fit the method is refused, and nothing is written")
    func refused() {
        let cases:
            [(HTTPRequest.Method, HTTP1RequestEncoder.Target, String, HTTP1RequestEncoder.Framing, HTTP1EncodingError)] =
                [
                    "", "a", "?a", "*", "http://a/", " /", "/ ", "/a b", "/a\tb", "/\r\nX: y", "/\n", "/\0", "/a#b",
                    "/\u{7F}", "/\u{E9}", "/\u{1F600}", "/a HTTP/1.1\r\n\r\nGET /b",
                ].map { (.get, .origin($0), "a", .none, .invalidTarget) }
                + [
                    "", ":80", "a:b", "a:65536", "a b", "a\r\nX: y", "u@a", "a/b", "a?b", "a#b", "\u{E9}", "[::1",
                    "[::1]a",
                    "::1", "a:80:80", "a%", "a\0",
                ].map { (.get, .origin("/"), $0, .none, .invalidAuthority) }
                + [
                    (.get, .absolute(scheme: "ftp", path: "/"), "a", .none, .invalidTarget),
                    (.get, .absolute(scheme: "HTTP", path: "/"), "a", .none, .invalidTarget),
                    (.get, .absolute(scheme: "http ", path: "/"), "a", .none, .invalidTarget),
                    (.get, .absolute(scheme: "http", path: ""), "a", .none, .invalidTarget),
                    (.get, .absolute(scheme: "http", path: "a"), "a", .none, .invalidTarget),
                    (.get, .absolute(scheme: "http", path: "/ "), "a", .none, .invalidTarget),
                    (.connect, .absolute(scheme: "http", path: "/"), "a:80", .none, .invalidTarget),
                    (.connect, .origin("/"), "a:80", .none, .invalidTarget),
                    (.get, .authority, "a:80", .none, .invalidTarget),
                    (.get, .asterisk, "a", .none, .invalidTarget),
                    (.connect, .authority, "a", .none, .invalidAuthority),
                    (.connect, .authority, "a:", .none, .invalidAuthority),
                    (.post, .origin("/"), "a", .length(-1), .invalidLength),
                    (.connect, .authority, "a:80", .length(1), .contentNotAllowed),
                    (.connect, .authority, "a:80", .length(0), .contentNotAllowed),
                    (.trace, .origin("/"), "a", .chunked, .contentNotAllowed),
                ]
        for (method, target, authority, framing, error) in cases {
            let output = OutputBuffer()
            #expect(throws: error, "\(method) \(target) \(authority)") {
                try Encoder.appendHead(
                    method: method, target: target, authority: authority, fields: [.accept: "x"], framing: framing,
                    to: output)
            }
            #expect(output.isEmpty)
        }
    }

    @Test("Neither values, names nor methods can end a line")
    func injection() throws {
        let attack = "a\r\nX: y\r\n\r\nGET /evil HTTP/1.1\0"
        let text = try head(.get, [.accept: attack, .connection: attack])
        #expect(text.split(separator: "\r\n", omittingEmptySubsequences: false).count == 6)
        #expect(HTTPRequest.Method("GET / HTTP/1.1\r\nX:") == nil)
    }

    @Test("A server reads random requests as they were written", arguments: 0..<4)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 77)
        func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &generator)]
        }
        for _ in 0..<500 {
            let output = OutputBuffer()
            let method = pick([HTTPRequest.Method.get, .post, .put, .delete, .options, HTTPRequest.Method("BREW")!])
            let path = pick(["/", "/a?b=c", "/%20~{x}|", "//b/../c", "/" + String(repeating: "x", count: 200)])
            let isAbsolute = Bool.random(using: &generator)
            let authority = pick(["example.com", "[::1]:8080", "127.0.0.1", "a_b.c:1"])
            var fields = HTTPFields()
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                fields.append(
                    pick([
                        .accept, .host, .contentLength, .connection, .te, .upgrade, .expect, .cookie, .transferEncoding,
                    ]),
                    pick(["100-continue", "x", "close", ""]))
            }
            fields.removeAll { $0.name == .expect && $0.value != "100-continue" }
            let body = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let framing: HTTP1RequestEncoder.Framing = pick([.none, .length(body.count), .chunked])
            try Encoder.appendHead(
                method: method, target: isAbsolute ? .absolute(scheme: "http", path: path) : .origin(path),
                authority: authority, fields: fields, framing: framing, connection: pick([.implied, .keepAlive]),
                to: output)
            switch framing {
            case .none: break
            case .length: output.append(body)
            case .chunked:
                HTTP1ChunkedEncoder.appendChunk(body.span, to: output)
                HTTP1ChunkedEncoder.appendLastChunk(to: output)
            }
            let transcript = Transcript(output.bytes)
            #expect(transcript.error == nil)
            let message = try #require(transcript.messages.first)
            #expect(transcript.messages.count == 1)
            #expect(message.isComplete)
            #expect((message.method, message.path, message.authority) == (method, path, authority))
            #expect(message.body == (framing == .none ? [] : body))
            #expect(message.keepsAlive)
            #expect(message.fields[values: .host] == [authority])
            #expect(message.wantsUpgrade == fields.contains(.upgrade))
            for name: HTTPField.Name in [.accept, .cookie, .te, .upgrade] {
                #expect(message.fields[values: name] == fields[values: name])
            }
        }
    }
}
