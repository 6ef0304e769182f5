@testable import NetiusHTTP

/// Requests that must be refused, each with what is wrong with it.
enum HostileRequests {
    struct Row: Sendable, CustomStringConvertible {
        var text: String
        var error: HTTP1Error
        var description: String { "\(error): \(text.debugDescription.prefix(90))" }
    }

    static let all: [Row] = (requestLines + lineEnds + fields + hosts + framings + chunks).map {
        Row(text: $0, error: $1)
    }

    private static func line(_ line: String) -> String { "\(line)\r\nHost: a\r\n\r\n" }
    private static func field(_ lines: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n" }
    private static func host(_ value: String) -> String { "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n" }
    private static func chunk(_ text: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(text)"
    }

    private static let requestLines: [(String, HTTP1Error)] = [
        (" GET / HTTP/1.1", .invalidMethod), ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", .invalidMethod),
        ("G(T / HTTP/1.1", .invalidMethod), ("GET\0 / HTTP/1.1", .invalidMethod),
        ("G\u{C9}T / HTTP/1.1", .invalidMethod),
        ("GET\t/ HTTP/1.1", .invalidMethod), ("{\"a\":1}", .invalidMethod), ("GET:/ HTTP/1.1", .invalidMethod),
        ("\tGET / HTTP/1.1", .invalidMethod), ("GET  / HTTP/1.1", .malformedRequestLine),
        ("GET /  HTTP/1.1", .malformedRequestLine), ("GET / HTTP/1.1 ", .malformedRequestLine),
        ("GET / HTTP/1.1\t", .malformedRequestLine), ("GET /", .malformedRequestLine), ("GET", .malformedRequestLine),
        ("GET ", .malformedRequestLine), ("GET / ", .malformedRequestLine),
        ("GET / /b HTTP/1.1", .malformedRequestLine),
        ("GET / http/1.1", .malformedRequestLine), ("GET / HTTP/11", .malformedRequestLine),
        ("GET / HTTP/1.10", .malformedRequestLine), ("GET / HTTP/1,1", .malformedRequestLine),
        ("GET / HTTP/1", .malformedRequestLine), ("GET / HTTP/.1", .malformedRequestLine),
        ("GET / HTTP/+1.1", .malformedRequestLine), ("GET / HTTPS/1.1", .malformedRequestLine),
        ("GET / ICAP/1.0", .malformedRequestLine), ("GET / HTTP /1.1", .malformedRequestLine),
        ("GET / HTTP/0.9", .unsupportedVersion), ("GET / HTTP/1.2", .unsupportedVersion),
        ("GET / HTTP/2.0", .unsupportedVersion), ("PRI * HTTP/2.0", .unsupportedVersion),
        ("GET / HTTP/9.9", .unsupportedVersion), ("GET / HTTP/0.0", .unsupportedVersion),
        ("GET /\u{1} HTTP/1.1", .invalidTarget), ("GET /\0 HTTP/1.1", .invalidTarget),
        ("GET /\u{7F} HTTP/1.1", .invalidTarget), ("GET /\u{80} HTTP/1.1", .invalidTarget),
        ("GET /\u{C3}\u{A9} HTTP/1.1", .invalidTarget), ("GET /a\tb HTTP/1.1", .invalidTarget),
        ("GET /a#b HTTP/1.1", .invalidTarget), ("GET # HTTP/1.1", .invalidTarget), ("GET a HTTP/1.1", .invalidTarget),
        ("GET ?a HTTP/1.1", .invalidTarget), ("GET a/b HTTP/1.1", .invalidTarget), ("GET * HTTP/1.1", .invalidTarget),
        ("OPTIONS ** HTTP/1.1", .invalidTarget), ("OPTIONS *a HTTP/1.1", .invalidTarget),
        ("GET example.com:80 HTTP/1.1", .invalidTarget), ("GET http:/a HTTP/1.1", .invalidTarget),
        ("GET http:// HTTP/1.1", .invalidTarget), ("GET http:///a HTTP/1.1", .invalidTarget),
        ("GET http://?a HTTP/1.1", .invalidTarget), ("GET http://u@a/ HTTP/1.1", .invalidTarget),
        ("GET http://u:p@a/ HTTP/1.1", .invalidTarget), ("GET http://a:b/ HTTP/1.1", .invalidTarget),
        ("GET http://a:65536/ HTTP/1.1", .invalidTarget), ("GET http://[::1/ HTTP/1.1", .invalidTarget),
        ("GET http://a\\b/ HTTP/1.1", .invalidTarget), ("GET 1http://a/ HTTP/1.1", .invalidTarget),
        ("GET ://a/ HTTP/1.1", .invalidTarget), ("CONNECT / HTTP/1.1", .invalidTarget),
        ("CONNECT a HTTP/1.1", .invalidTarget), ("CONNECT a: HTTP/1.1", .invalidTarget),
        ("CONNECT :80 HTTP/1.1", .invalidTarget), ("CONNECT http://a:80/ HTTP/1.1", .invalidTarget),
        ("CONNECT a:80/ HTTP/1.1", .invalidTarget), ("CONNECT a:80:80 HTTP/1.1", .invalidTarget),
        ("CONNECT u@a:80 HTTP/1.1", .invalidTarget), ("CONNECT a:99999 HTTP/1.1", .invalidTarget),
        ("GET /\(String(repeating: "a", count: 8200)) HTTP/1.1", .requestLineTooLong),
        (String(repeating: "A", count: 8193), .requestLineTooLong),
    ].map { (line($0), $1) }

    private static let lineEnds: [(String, HTTP1Error)] = [
        ("\r\n\r\nGET / HTTP/1.1\r\n", .malformedRequestLine), ("\nGET / HTTP/1.1\r\n", .bareLineFeed),
        ("\rGET / HTTP/1.1\r\n", .bareCarriageReturn), ("\r\n\nGET / HTTP/1.1\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed), ("GET /\nHost: a\r\n\r\n", .bareLineFeed),
        ("GET\n", .bareLineFeed), ("GET / HTTP/1\n", .bareLineFeed), ("GET / HTTP/1.1\rHost: a", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\r\n", .bareCarriageReturn), ("GET /\r HTTP/1.1\r\n", .malformedRequestLine),
        ("GET / HTTP/1.1\r\n\nHost: a\r\n\r\n", .bareLineFeed), ("GET / HTTP/1.1\r\n\r\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed), ("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\n: b\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\nTransfer-Encoding: chunked\r\n\r\n", .bareLineFeed),
    ]

    private static let fields: [(String, HTTP1Error)] = [
        (" X: a", .obsoleteLineFolding), ("\tX: a", .obsoleteLineFolding), ("X: a\r\n b", .obsoleteLineFolding),
        ("X: a\r\n\tb", .obsoleteLineFolding), ("Transfer-Encoding:\r\n chunked", .invalidTransferEncoding),
        (" ", .obsoleteLineFolding), ("X : a", .invalidFieldName), ("X\t: a", .invalidFieldName),
        ("Content-Length : 5", .invalidFieldName), ("Transfer-Encoding : chunked", .invalidFieldName),
        (": a", .invalidFieldName), (":", .invalidFieldName), ("X", .invalidFieldName), ("X Y: a", .invalidFieldName),
        ("X\0: a", .invalidFieldName), ("X\u{80}: a", .invalidFieldName), ("X(Y): a", .invalidFieldName),
        ("\"X\": a", .invalidFieldName), ("X/Y: a", .invalidFieldName), ("\u{B}X: a", .invalidFieldName),
        ("GET / HTTP/1.1", .invalidFieldName), ("X: a\0b", .invalidFieldValue), ("X: \u{1}", .invalidFieldValue),
        ("X: \u{7F}", .invalidFieldValue), ("X: \u{1B}[2J", .invalidFieldValue),
        ("Transfer-Encoding: \u{B}chunked", .invalidFieldValue),
        ("Transfer-Encoding: chunked\u{C}", .invalidFieldValue),
        ("Content-Length: 5\0", .invalidFieldValue), ("Expect: 200-ok", .unsupportedExpectation),
        ("Expect: 100-continue, x", .unsupportedExpectation), ("Expect: 100-continue=1", .unsupportedExpectation),
        (Array(repeating: "X: a", count: 100).joined(separator: "\r\n"), .tooManyFields),
        ("X: \(String(repeating: "a", count: 33_000))", .headerBlockTooLarge),
        (String(repeating: "X", count: 33_000), .headerBlockTooLarge),
        (
            Array(repeating: "X: \(String(repeating: "a", count: 500))", count: 70).joined(separator: "\r\n"),
            .headerBlockTooLarge
        ),
    ].map { (field($0), $1) }

    private static let hosts: [(String, HTTP1Error)] =
        [
            ("a\r\nHost: a", .duplicateHost), ("a\r\nhost: b", .duplicateHost), ("a\r\nHOST:", .duplicateHost),
            ("a b", .invalidHost), ("a/b", .invalidHost), ("u@a", .invalidHost), ("a:b", .invalidHost),
            ("a:80:80", .invalidHost), (":80", .invalidHost), ("", .invalidHost), ("a:65536", .invalidHost),
            ("a:-1", .invalidHost), ("a:99999999999999999999", .invalidHost), ("http://a", .invalidHost),
            ("a?b", .invalidHost), ("a#b", .invalidHost), ("a\\b", .invalidHost), ("a%2", .invalidHost),
            ("a%zz", .invalidHost), ("\u{E9}", .invalidHost), ("\"a\"", .invalidHost), ("<a>", .invalidHost),
            ("::1", .invalidHost), ("[::1", .invalidHost), ("[::1]a", .invalidHost), ("[]", .invalidHost),
            ("[:::]", .invalidHost), ("[1::2::3]", .invalidHost), ("[1:2:3:4:5:6:7]", .invalidHost),
            ("[1:2:3:4:5:6:7:8:9]", .invalidHost), ("[12345::]", .invalidHost), ("[::1.2.3]", .invalidHost),
            ("[::1.2.3.256]", .invalidHost), ("[::01.2.3.4]", .invalidHost), ("[fe80::1%25eth0]", .invalidHost),
            ("[1.2.3.4]", .invalidHost), ("[1:]", .invalidHost), ("[:1]", .invalidHost), ("[v1]", .invalidHost),
            ("[v.a]", .invalidHost), ("[v1.]", .invalidHost), ("[v1.@]", .invalidHost), ("[::1]]", .invalidHost),
        ].map { (host($0), $1) } + [
            ("GET / HTTP/1.1\r\n\r\n", .missingHost), ("GET / HTTP/1.1\r\nX-Host: a\r\n\r\n", .missingHost),
            ("GET http://a/ HTTP/1.1\r\n\r\n", .missingHost), ("CONNECT a:80 HTTP/1.1\r\n\r\n", .missingHost),
            ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .duplicateHost),
            ("GET / HTTP/1.0\r\nHost:\r\n\r\n", .invalidHost),
            ("GET http://a/ HTTP/1.1\r\nHost: b c\r\n\r\n", .invalidHost),
        ]

    private static let framings: [(String, HTTP1Error)] =
        [
            ("", .invalidContentLength), ("+5", .invalidContentLength), ("-5", .invalidContentLength),
            ("0x5", .invalidContentLength), ("5 5", .invalidContentLength), ("5, 5", .invalidContentLength),
            ("5,5", .invalidContentLength), ("5,", .invalidContentLength), ("5;", .invalidContentLength),
            ("5.0", .invalidContentLength), ("1e1", .invalidContentLength), ("five", .invalidContentLength),
            ("\"5\"", .invalidContentLength), ("1_0", .invalidContentLength), ("\u{B2}", .invalidContentLength),
            ("18446744073709551616", .invalidContentLength), ("99999999999999999999999", .invalidContentLength),
            ("5\r\nContent-Length: 5", .invalidContentLength), ("5\r\nContent-Length: 6", .invalidContentLength),
            ("0\r\ncontent-length: 0", .invalidContentLength),
            ("5\r\nTransfer-Encoding: chunked", .conflictingFraming),
            ("5\r\nTransfer-Encoding: identity", .conflictingFraming),
            ("0\r\nTransfer-Encoding: chunked", .conflictingFraming),
        ].map { (field("Content-Length: \($0)"), $1) }
        + [
            ("chunked\r\nContent-Length: 5", .conflictingFraming),
            ("chunked\r\nContent-Length: x", .conflictingFraming),
            ("", .invalidTransferEncoding), (",", .invalidTransferEncoding), (",chunked", .invalidTransferEncoding),
            ("chunked,", .invalidTransferEncoding), ("chunked, chunked", .invalidTransferEncoding),
            ("chunked\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
            ("chunked\r\nTransfer-Encoding: gzip", .invalidTransferEncoding),
            ("chunked, gzip", .invalidTransferEncoding), ("chunked, identity", .invalidTransferEncoding),
            ("chunked;a=b", .invalidTransferEncoding), ("chunked chunked", .invalidTransferEncoding),
            ("\"chunked\"", .invalidTransferEncoding), ("gzip, chunked, gzip", .invalidTransferEncoding),
            ("gzip", .unsupportedTransferCoding), ("identity", .unsupportedTransferCoding),
            ("gzip, chunked", .unsupportedTransferCoding), ("xchunked", .unsupportedTransferCoding),
            ("chunkedx", .unsupportedTransferCoding), ("chunke", .unsupportedTransferCoding),
            ("gzip;q=1", .unsupportedTransferCoding), ("x\r\nTransfer-Encoding: chunked", .unsupportedTransferCoding),
        ].map { (field("Transfer-Encoding: \($0)"), $1) }
        + [
            ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .transferEncodingInHTTP10),
            ("POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
            ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", .contentInConnect),
            ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", .contentInConnect),
        ]

    private static let chunks: [(String, HTTP1Error)] = [
        ("\r\n", .invalidChunkSize), (" 5\r\nhello\r\n", .invalidChunkSize), ("+5\r\nhello\r\n", .invalidChunkSize),
        ("-5\r\nhello\r\n", .invalidChunkSize), ("0x5\r\nhello\r\n", .invalidChunkSize), ("g\r\n", .invalidChunkSize),
        ("5_0\r\n", .invalidChunkSize), ("5.\r\n", .invalidChunkSize), (";a\r\n", .invalidChunkSize),
        ("\u{FF}\r\n", .invalidChunkSize), ("5\0\r\nhello", .invalidChunkSize), ("5,\r\n", .invalidChunkSize),
        ("00000000000000005\r\nhello\r\n", .invalidChunkSize), ("10000000000000000\r\n", .invalidChunkSize),
        ("\n", .bareLineFeed), ("5\nhello\r\n", .bareLineFeed), ("5;a\nhello\r\n", .bareLineFeed),
        ("5;a=\"\n\"\r\nhello", .bareLineFeed), ("5\rhello\r\n", .bareCarriageReturn),
        ("5;a\rb\r\nhello\r\n", .bareCarriageReturn), ("5\r\r\nhello\r\n", .bareCarriageReturn),
        ("5 \r\nhello\r\n", .invalidChunkExtension), ("5\t\r\nhello\r\n", .invalidChunkExtension),
        ("5;\r\nhello\r\n", .invalidChunkExtension), ("5;;a\r\nhello", .invalidChunkExtension),
        ("5;a=\r\nhello", .invalidChunkExtension), ("5;a=b \r\nhello", .invalidChunkExtension),
        ("5;a b\r\nhello", .invalidChunkExtension), ("5;a=\"b\r\nhello", .invalidChunkExtension),
        ("5;a=\"b\"c\r\nhello", .invalidChunkExtension), ("5;a\0\r\nhello", .invalidChunkExtension),
        ("5;=b\r\nhello", .invalidChunkExtension), ("5;a=\"\u{1}\"\r\nhello", .invalidChunkExtension),
        ("5;a=\"\\\u{1}\"\r\nhello", .invalidChunkExtension), ("5;a=b;c=d=e\r\nhello", .invalidChunkExtension),
        ("5 5\r\nhello\r\n", .invalidChunkExtension), ("5;\u{80}\r\n", .invalidChunkExtension),
        ("5;\(String(repeating: "a", count: 256))\r\nhello", .chunkExtensionTooLong),
        ("5\(String(repeating: " ", count: 257));a\r\nhello", .chunkExtensionTooLong),
        (String(repeating: "1;\(String(repeating: "a", count: 200))\r\na\r\n", count: 82), .chunkExtensionTooLong),
        ("5\r\nhello\n", .invalidChunk), ("5\r\nhello\rX", .invalidChunk),
        ("5\r\nhello!\r\n", .invalidChunk), ("4\r\nhello\r\n", .invalidChunk), ("5\r\nhello0\r\n\r\n", .invalidChunk),
        ("0\r\n\n", .bareLineFeed), ("0\r\n\rX", .bareCarriageReturn),
        ("0\r\nX\r\n\r\n", .invalidFieldName), ("0\r\n X: a\r\n\r\n", .obsoleteLineFolding),
        ("0\r\nX: a\r\n b\r\n\r\n", .obsoleteLineFolding), ("0\r\nX: \0\r\n\r\n", .invalidFieldValue),
        ("0\r\nX: a\n\r\n", .bareLineFeed), ("0\r\nContent-Length: 5\r\n\r\n", .invalidTrailer),
        ("0\r\nTransfer-Encoding: chunked\r\n\r\n", .invalidTrailer), ("0\r\nhost: b\r\n\r\n", .invalidTrailer),
        ("0\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n", .invalidFieldName),
        ("0\r\n\(String(repeating: "X: a\r\n", count: 33))\r\n", .tooManyTrailers),
        ("0\r\nX: \(String(repeating: "a", count: 8200))\r\n\r\n", .trailerBlockTooLarge),
        ("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n", .bodyTooLarge),
    ].map { (chunk($0), $1) }
}
