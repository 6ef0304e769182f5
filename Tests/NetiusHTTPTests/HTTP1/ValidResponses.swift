@testable import NetiusHTTP

/// Responses that are read without an error, by what is special about them.
enum ValidResponses {
    struct Row: Sendable, CustomStringConvertible {
        var text: String
        var method = HTTPRequest.Method.get
        /// Whether the content ends where the stream does.
        var ends = false
        var description: String { "\(method): \(text.debugDescription.prefix(90))" }
    }

    static let all: [Row] = heads + bodies + closeDelimited

    static let heads: [Row] = [
        Row(text: "HTTP/1.1 204 No Content\r\n\r\n"),
        Row(text: "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 51\r\n\r\n"),
        Row(text: "HTTP/1.1 304 \r\nTransfer-Encoding: chunked\r\n\r\n"),
        Row(text: "HTTP/1.1 200 OK\r\nContent-Length: 51\r\n\r\n", method: .head),
        Row(text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", method: .head),
        Row(text: "HTTP/1.0 200 OK\r\n\r\n", method: .head),
        // RFC 9110 §7.8, RFC 8297 §2, RFC 9110 §10.1.1.
        Row(text: "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
        Row(
            text: "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n."),
        Row(
            text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102\r\nContent-Length: 0\r\n\r\nHTTP/1.1 199 \r\n\r\n"
                + "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", method: .post),
        Row(text: "HTTP/1.1 200 Connection established\r\n\r\n", method: .connect),
        Row(text: "HTTP/1.1 299 \r\nTransfer-Encoding:chunked\r\n\r\n", method: .connect),
        Row(text: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .connect),
        Row(text: "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", method: .delete),
        // What is merely unusual.
        Row(text: "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n"),
        Row(text: "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n"),
        Row(text: "HTTP/1.1 599 \t~ \u{80}\u{FF} 200 OK\r\nContent-Length:0\r\n\r\n"),
        Row(text: "HTTP/1.7 200 OK\r\ncOnTeNt-LeNgTh:\t0 \t\r\nX:\r\nY: \r\nZ:\t a\tb c \t\r\n\r\n"),
        Row(text: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=5, max=100\r\n\r\n"),
        Row(text: "HTTP/1.1 200 HTTP/1.1 200 OK\r\nContent-Length: 0\r\n!#$%&'*+-.^_`|~09: \u{80}\u{FF}\r\n\r\n"),
    ]

    static let bodies: [Row] = [
        // RFC 9110 §3.9.
        Row(
            text: "HTTP/1.1 200 OK\r\nDate: Mon, 27 Jul 2009 12:28:53 GMT\r\nServer: Apache\r\n"
                + "Last-Modified: Wed, 22 Jul 2009 19:15:56 GMT\r\nETag: \"34aa387-d-1568eb00\"\r\n"
                + "Accept-Ranges: bytes\r\nContent-Length: 51\r\nVary: Accept-Encoding\r\nContent-Type: text/plain\r\n\r\n"
                + "Hello World! My content includes a trailing CRLF.\r\n"),
        Row(text: "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\nhello"),
        Row(text: "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\ncontent-length: 05\r\n\r\nhello"),
        Row(text: "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", method: .connect),
        Row(text: "HTTP/1.1 206 Partial Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Row(
            text:
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6;a=\"b\"\r\n world\r\n000\r\n\r\n"
        ),
        // RFC 9112 §7.1.2.
        Row(
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Expires\r\n\r\n"
                + "A\r\n0123456789\r\n0\r\nX-Sum:1\r\nSet-Cookie: a=b\r\n\r\n", method: .post),
    ]

    static let closeDelimited: [Row] = [
        Row(text: "HTTP/1.1 200 OK\r\n\r\n", ends: true), Row(text: "HTTP/1.1 200\r\n\r\nhello", ends: true),
        Row(text: "HTTP/1.0 200 OK\r\nServer: s\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", ends: true),
        Row(text: "HTTP/1.0 302 Found\r\nLocation: /\r\nConnection: keep-alive\r\n\r\n\r\n", ends: true),
    ]
}
