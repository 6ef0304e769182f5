@testable import NetiusHTTP

/// Responses that must be refused, each with what is wrong with it.
enum HostileResponses {
    struct Row: Sendable, CustomStringConvertible {
        var text: String
        var error: HTTP1Error
        var method = HTTPRequest.Method.get
        /// Whether the stream ends behind the text.
        var ends = false
        var description: String { "\(error): \(method) \(text.debugDescription.prefix(90))" }
    }

    static let all: [Row] =
        (statusLines + lineEnds + fields + framings + chunks + interims).map { Row(text: $0, error: $1) }
        + endings.map { Row(text: $0, error: $1, ends: true) } + toOtherMethods

    private static func line(_ line: String) -> String { "\(line)\r\nContent-Length: 0\r\n\r\n" }
    private static func field(_ lines: String) -> String { "HTTP/1.1 200 OK\r\n\(lines)\r\n\r\n" }
    private static func chunk(_ text: String) -> String {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(text)"
    }

    private static let statusLines: [(String, HTTP1Error)] =
        [
            ("", .notHTTP), (" HTTP/1.1 200 OK", .notHTTP), ("\nHTTP/1.1 200 OK", .notHTTP), ("\0", .notHTTP),
            ("http/1.1 200 OK", .notHTTP), ("Http/1.1 200 OK", .notHTTP), ("HTTP 200 OK", .notHTTP),
            ("HTTPS/1.1 200 OK", .notHTTP), ("HTTP1.1 200 OK", .notHTTP), ("HTT", .notHTTP), ("H\n", .notHTTP),
            ("ICY 200 OK", .notHTTP), ("RTSP/1.0 200 OK", .notHTTP), ("SSH-2.0-OpenSSH_9.6", .notHTTP),
            ("220 mail.example.com ESMTP", .notHTTP), ("GET / HTTP/1.1", .notHTTP), ("<html>", .notHTTP),
            ("\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{28}", .notHTTP), ("\0\0\u{12}\u{4}\0\0\0\0\0", .notHTTP),
            ("\u{EF}\u{BB}\u{BF}HTTP/1.1 200 OK", .notHTTP), ("HTTP\\1.1 200 OK", .notHTTP), ("HTTP:/1.1", .notHTTP),
            ("HTTP/0.9 200 OK", .unsupportedVersion), ("HTTP/2.0 200 OK", .unsupportedVersion),
            ("HTTP/2 200", .unsupportedVersion), ("HTTP/3.0 200 OK", .unsupportedVersion),
            ("HTTP/9.9 200 OK", .unsupportedVersion), ("HTTP/0.0", .unsupportedVersion),
            ("HTTP/1 200 OK", .malformedStatusLine), ("HTTP/.1 200 OK", .malformedStatusLine),
            ("HTTP/+1.1 200 OK", .malformedStatusLine), ("HTTP/ 1.1 200 OK", .malformedStatusLine),
            ("HTTP/1. 200 OK", .malformedStatusLine), ("HTTP/1,1 200 OK", .malformedStatusLine),
            ("HTTP/1.x 200 OK", .malformedStatusLine), ("HTTP/11 200 OK", .malformedStatusLine),
            ("HTTP/1.10 200 OK", .malformedStatusLine), ("HTTP/1.-1 200 OK", .malformedStatusLine),
            ("HTTP/1.1", .malformedStatusLine), ("HTTP/1.1 ", .malformedStatusLine),
            ("HTTP/1.1\t200 OK", .malformedStatusLine), ("HTTP/1.1  200 OK", .malformedStatusLine),
            ("HTTP/1.1:200 OK", .malformedStatusLine), ("HTTP/1.1200 OK", .malformedStatusLine),
            ("HTTP/1.1 OK", .malformedStatusLine), ("HTTP/1.1 +20 OK", .malformedStatusLine),
            ("HTTP/1.1 -20 OK", .malformedStatusLine), ("HTTP/1.1 2", .malformedStatusLine),
            ("HTTP/1.1 20", .malformedStatusLine), ("HTTP/1.1 20 OK", .malformedStatusLine),
            ("HTTP/1.1 2x0 OK", .malformedStatusLine), ("HTTP/1.1 20x OK", .malformedStatusLine),
            ("HTTP/1.1 0xC8 OK", .invalidStatus), ("HTTP/1.1 2 00 OK", .malformedStatusLine),
            ("HTTP/1.1 \u{B2}00 OK", .malformedStatusLine), ("HTTP/1.1 2.0 OK", .malformedStatusLine),
            ("HTTP/1.1 000 OK", .invalidStatus), ("HTTP/1.1 099 OK", .invalidStatus),
            ("HTTP/1.1 600 OK", .invalidStatus), ("HTTP/1.1 999 OK", .invalidStatus),
            ("HTTP/1.1 0200 OK", .invalidStatus), ("HTTP/1.1 2000 OK", .invalidStatus),
            ("HTTP/1.1 2001", .invalidStatus), ("HTTP/1.1 20000000000000000000 OK", .invalidStatus),
            ("HTTP/1.1 200OK", .malformedStatusLine), ("HTTP/1.1 200\tOK", .malformedStatusLine),
            ("HTTP/1.1 200, OK", .malformedStatusLine), ("HTTP/1.1 200.1 OK", .malformedStatusLine),
            ("HTTP/1.1 200\0OK", .malformedStatusLine), ("HTTP/1.1 200 \0", .malformedStatusLine),
            ("HTTP/1.1 200 O\u{1}K", .malformedStatusLine), ("HTTP/1.1 200 O\u{7F}K", .malformedStatusLine),
            ("HTTP/1.1 200 O\u{1B}[2J", .malformedStatusLine), ("HTTP/1.1 200 OK\u{B}", .malformedStatusLine),
            ("HTTP/1.1 200 OK\u{C}", .malformedStatusLine),
            ("HTTP/1.1 200 \(String(repeating: "a", count: 8180))", .statusLineTooLong),
        ].map { (line($0), $1) } + [
            ("HTTP/1.1 200 \(String(repeating: "a", count: 9000))", .statusLineTooLong), ("x", .notHTTP),
            ("\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", .notHTTP), ("HTTP/1.1 2\u{FF}", .malformedStatusLine),
        ]

    private static let lineEnds: [(String, HTTP1Error)] = [
        ("HTTP/1.1 200 OK\nContent-Length: 0\n\n", .bareLineFeed), ("HTTP/1.1 200\n", .bareLineFeed),
        ("HTTP/1.1\n", .bareLineFeed), ("HTTP/1.1 20\n", .bareLineFeed), ("HTTP/1.1 \n", .bareLineFeed),
        ("HTTP/\n", .bareLineFeed), ("HTTP/1\n", .bareLineFeed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n", .bareLineFeed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n", .bareLineFeed), ("HTTP/1.1 200 OK\r\nX\n", .bareLineFeed),
        ("HTTP/1.1 200 OK\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n", .bareLineFeed),
        ("HTTP/1.1 200 OK\rContent-Length: 0\r\r", .bareCarriageReturn), ("HTTP/1.1 200\rX", .bareCarriageReturn),
        ("HTTP/1.1 200 OK\r\r\nContent-Length: 0\r\n\r\n", .bareCarriageReturn),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\r\n\r\n", .bareCarriageReturn),
        ("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", .bareCarriageReturn), ("HTTP/1.1 200 OK\r\n\rX", .bareCarriageReturn),
        ("HTTP/1.1 200 \r \r\n\r\n", .bareCarriageReturn),
    ]

    private static let fields: [(String, HTTP1Error)] =
        [
            (" X: a", .obsoleteLineFolding), ("\tX: a", .obsoleteLineFolding), ("X: a\r\n b", .obsoleteLineFolding),
            ("X: a\r\n\tContent-Length: 5", .obsoleteLineFolding), ("X: a\r\n \r\n", .obsoleteLineFolding),
            (": a", .invalidFieldName), ("X : a", .invalidFieldName), ("X\t: a", .invalidFieldName),
            ("X", .invalidFieldName), ("X a: b", .invalidFieldName), ("X\0: a", .invalidFieldName),
            ("\u{E9}: a", .invalidFieldName), ("(X): a", .invalidFieldName), ("X\"Y: a", .invalidFieldName),
            ("Content-Length : 5", .invalidFieldName), ("Transfer-Encoding\u{B}: chunked", .invalidFieldName),
            ("HTTP/1.1 200 OK", .invalidFieldName), ("<html>", .invalidFieldName), ("X: a\0b", .invalidFieldValue),
            ("X: \u{1}", .invalidFieldValue), ("X: \u{7F}", .invalidFieldValue), ("X: \u{B}", .invalidFieldValue),
            ("X: \u{C}a", .invalidFieldValue), ("Location: /\u{1B}[2J", .invalidFieldValue),
            (String(repeating: "X: a\r\n", count: 101), .tooManyFields),
            ("X: \(String(repeating: "a", count: 33_000))", .headerBlockTooLarge),
            (String(repeating: "X: \(String(repeating: "a", count: 700))\r\n", count: 60), .headerBlockTooLarge),
        ].map { (field($0), $1) }

    private static let framings: [(String, HTTP1Error)] =
        [
            ("", .invalidContentLength), ("+5", .invalidContentLength), ("-5", .invalidContentLength),
            ("0x5", .invalidContentLength), ("5 5", .invalidContentLength), ("5, 6", .invalidContentLength),
            ("5,6", .invalidContentLength), ("5,", .invalidContentLength), (",5", .invalidContentLength),
            (",", .invalidContentLength), ("5,,5", .invalidContentLength), ("5;5", .invalidContentLength),
            ("5;", .invalidContentLength), ("5.0", .invalidContentLength), ("1e1", .invalidContentLength),
            ("five", .invalidContentLength), ("\"5\"", .invalidContentLength), ("1_0", .invalidContentLength),
            ("\u{B2}", .invalidContentLength), ("18446744073709551616", .invalidContentLength),
            ("99999999999999999999999", .invalidContentLength), ("5, 18446744073709551621", .invalidContentLength),
            ("5\r\nContent-Length: 6", .invalidContentLength),
            ("5\r\nX: a\r\ncontent-length: 4", .invalidContentLength),
            ("0\r\nContent-Length: 5", .invalidContentLength), ("5\r\nContent-Length: 0", .invalidContentLength),
            ("5\r\nContent-Length:", .invalidContentLength), ("5, 5\r\nContent-Length: 5, 6", .invalidContentLength),
            ("5\r\nTransfer-Encoding: chunked", .conflictingFraming),
            ("5\r\nTransfer-Encoding: identity", .conflictingFraming),
            ("0\r\nTransfer-Encoding: chunked", .conflictingFraming), ("5\r\nTransfer-Encoding:", .conflictingFraming),
        ].map { (field("Content-Length: \($0)"), $1) }
        + [
            ("chunked\r\nContent-Length: 5", .conflictingFraming),
            ("chunked\r\nContent-Length: x", .conflictingFraming), ("", .invalidTransferEncoding),
            (",", .invalidTransferEncoding), (",chunked", .invalidTransferEncoding),
            ("chunked,", .invalidTransferEncoding), ("chunked, chunked", .invalidTransferEncoding),
            ("chunked\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
            ("chunked\r\nTransfer-Encoding: identity", .invalidTransferEncoding),
            ("chunked, gzip", .invalidTransferEncoding), ("chunked;a=b", .invalidTransferEncoding),
            ("\"chunked\"", .invalidTransferEncoding), ("chunked chunked", .invalidTransferEncoding),
            ("gzip", .unsupportedTransferCoding), ("identity", .unsupportedTransferCoding),
            ("gzip, chunked", .unsupportedTransferCoding), ("xchunked", .unsupportedTransferCoding),
            ("chunkedx", .unsupportedTransferCoding), ("x\r\nTransfer-Encoding: chunked", .unsupportedTransferCoding),
        ].map { (field("Transfer-Encoding: \($0)"), $1) }
        + [
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .transferEncodingInHTTP10),
            (
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                .transferEncodingInHTTP10
            ),
            (
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                .conflictingFraming
            ), ("HTTP/1.1 204 No Content\r\nContent-Length: 5, 6\r\n\r\n", .invalidContentLength),
        ]

    private static let chunks: [(String, HTTP1Error)] = [
        ("\r\n", .invalidChunkSize), (" 5\r\nhello\r\n", .invalidChunkSize), ("+5\r\nhello\r\n", .invalidChunkSize),
        ("-5\r\n", .invalidChunkSize), ("0x5\r\n", .invalidChunkSize), ("g\r\n", .invalidChunkSize),
        (";a\r\n", .invalidChunkSize), ("5\0\r\n", .invalidChunkSize), ("5,5\r\n", .invalidChunkSize),
        ("00000000000000005\r\n", .invalidChunkSize), ("10000000000000000\r\n", .invalidChunkSize),
        ("<html>", .invalidChunkSize), ("HTTP/1.1 200 OK\r\n\r\n", .invalidChunkSize), ("\n", .bareLineFeed),
        ("5\nhello\r\n", .bareLineFeed), ("5;a\nhello\r\n", .bareLineFeed), ("5\rhello", .bareCarriageReturn),
        ("5 \r\nhello\r\n", .invalidChunkExtension), ("5;\r\nhello\r\n", .invalidChunkExtension),
        ("5;a=\r\nhello", .invalidChunkExtension), ("5;a=\"b\r\nhello", .invalidChunkExtension),
        ("5;\(String(repeating: "a", count: 256))\r\nhello", .chunkExtensionTooLong),
        (String(repeating: "1;\(String(repeating: "a", count: 200))\r\na\r\n", count: 82), .chunkExtensionTooLong),
        ("5\r\nhello\n", .invalidChunk), ("5\r\nhello\rX", .invalidChunk), ("4\r\nhello\r\n", .invalidChunk),
        ("5\r\nhello0\r\n\r\n", .invalidChunk), ("0\r\n\n", .bareLineFeed), ("0\r\n\rX", .bareCarriageReturn),
        ("0\r\nX\r\n\r\n", .invalidFieldName), ("0\r\n X: a\r\n\r\n", .obsoleteLineFolding),
        ("0\r\nX: \0\r\n\r\n", .invalidFieldValue), ("0\r\nContent-Length: 5\r\n\r\n", .invalidTrailer),
        ("0\r\ntransfer-encoding: chunked\r\n\r\n", .invalidTrailer),
        ("0\r\nHTTP/1.1 200 OK\r\n\r\n", .invalidFieldName),
        ("0\r\n\(String(repeating: "X: a\r\n", count: 33))\r\n", .tooManyTrailers),
        ("0\r\nX: \(String(repeating: "a", count: 8200))\r\n\r\n", .trailerBlockTooLarge),
        ("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n", .bodyTooLarge),
    ].map { (chunk($0), $1) }

    private static let interims: [(String, HTTP1Error)] = [
        (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 17), .tooManyInterimResponses),
        (String(repeating: "HTTP/1.1 199 \r\nX: a\r\n\r\n", count: 1000), .tooManyInterimResponses),
        ("HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello", .contentInInterimResponse),
        ("HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .contentInInterimResponse),
        ("HTTP/1.1 101 Switching Protocols\r\nContent-Length: 1\r\n\r\n", .contentInInterimResponse),
        ("HTTP/1.1 101 Switching Protocols\r\nTransfer-Encoding: chunked\r\n\r\n", .contentInInterimResponse),
        ("HTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .notHTTP),
        ("HTTP/1.1 100 Continue\r\n\r\nhello", .notHTTP), ("HTTP/1.1 100 Continue\r\n\n", .bareLineFeed),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 099 \r\n\r\n", .invalidStatus),
    ]

    private static let endings: [(String, HTTP1Error)] = [
        ("", .incompleteHead), ("H", .incompleteHead), ("HTTP/1.1 200 OK", .incompleteHead),
        ("HTTP/1.1 200 OK\r", .incompleteHead), ("HTTP/1.1 200 OK\r\n", .incompleteHead),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", .incompleteHead),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r", .incompleteHead),
        ("HTTP/1.1 100 Continue\r\n\r\n", .incompleteHead),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .incompleteBody),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .incompleteBody),
        ("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nhello", .incompleteBody),
        (chunk(""), .incompleteBody), (chunk("5"), .incompleteBody), (chunk("5\r\nhell"), .incompleteBody),
        (chunk("5\r\nhello\r\n"), .incompleteBody), (chunk("0\r\n"), .incompleteBody),
        (chunk("0\r\nX: a\r\n"), .incompleteBody), (chunk("0\r\nX: a\r\n\r"), .incompleteBody),
    ]

    private static let toOtherMethods: [Row] = [
        Row(text: field("Content-Length: 5\r\nTransfer-Encoding: chunked"), error: .conflictingFraming, method: .head),
        Row(text: field("Content-Length: 5, 6"), error: .invalidContentLength, method: .head),
        Row(text: field("Content-Length: x"), error: .invalidContentLength, method: .connect),
        Row(text: field("Transfer-Encoding: gzip"), error: .unsupportedTransferCoding, method: .connect),
        Row(
            text: "HTTP/1.1 407 No\r\nContent-Length: 5\r\n\r\nhell", error: .incompleteBody, method: .connect,
            ends: true),
        Row(text: "HTTP/1.1 200 OK\r\n", error: .incompleteHead, method: .head, ends: true),
        Row(text: "HTTP/1.1 200 OK\r\n", error: .incompleteHead, method: .connect, ends: true),
    ]
}
