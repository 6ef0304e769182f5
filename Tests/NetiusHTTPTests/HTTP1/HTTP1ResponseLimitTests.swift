import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Limits of HTTP/1 for responses")
struct HTTP1ResponseLimitTests {
    private func check(_ text: String, _ error: HTTP1Error?, _ change: (inout HTTP1Limits) -> Void) {
        var limits = HTTP1Limits()
        change(&limits)
        let input = octets(text)
        let whole = ResponseTranscript(input, limits: limits, ends: true)
        #expect(whole.error == error)
        #expect(whole.final.first?.isComplete ?? false == (error == nil))
        let pieces = Array(repeating: 1, count: input.count)
        #expect(ResponseTranscript(input, limits: limits, pieces: pieces, ends: true) == whole)
    }

    private let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    private let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("Are exact: what just fits is accepted, one octet or field more is not")
    func exact() {
        check(empty, nil) { $0.statusLine = 17 }
        check(empty, .statusLineTooLong) { $0.statusLine = 16 }
        check(empty, nil) { $0.headerBlock = 21 }
        check(empty, .headerBlockTooLarge) { $0.headerBlock = 20 }
        check(empty, nil) { $0.fieldCount = 1 }
        check(empty, .tooManyFields) { $0.fieldCount = 0 }
        check(chunked + "1;abc\r\na\r\n0;abc\r\n\r\n", nil) { $0.chunkExtensionsInAll = 8 }
        check(chunked + "1;abc\r\na\r\n0;abc\r\n\r\n", .chunkExtensionTooLong) { $0.chunkExtensionsInAll = 7 }
        check(chunked + "0\r\nX: a\r\n\r\n", nil) { $0.trailerBlock = 8 }
        check(chunked + "0\r\nX: a\r\n\r\n", .trailerBlockTooLarge) { $0.trailerBlock = 7 }
    }

    @Test("Bound the content, announced or not")
    func content() {
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        check(length, nil) { $0.bodySize = 5 }
        check(length, .bodyTooLarge) { $0.bodySize = 4 }
        check(chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", nil) { $0.bodySize = 5 }
        check(chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", .bodyTooLarge) { $0.bodySize = 4 }
        let closeDelimited = "HTTP/1.1 200 OK\r\n\r\nhello"
        check(closeDelimited, nil) { $0.bodySize = 5 }
        check(closeDelimited, .bodyTooLarge) { $0.bodySize = 4 }
        check("HTTP/1.1 200 OK\r\n\r\n", nil) { $0.bodySize = 0 }
        check(closeDelimited, .bodyTooLarge) { $0.bodySize = 0 }
        // What is only announced, and never comes, needs no room.
        check("HTTP/1.1 304 \r\nContent-Length: 5\r\n\r\n", nil) { $0.bodySize = 4 }
    }

    @Test("Count interim responses anew for each request")
    func interim() {
        let interim = "HTTP/1.1 103 Early Hints\r\n\r\n"
        check(interim + interim + empty, nil) { $0.interimResponses = 2 }
        check(interim + interim + empty, .tooManyInterimResponses) { $0.interimResponses = 1 }
        check(interim + empty, .tooManyInterimResponses) { $0.interimResponses = 0 }
        check("HTTP/1.1 101 Switching Protocols\r\n\r\n", nil) { $0.interimResponses = 0 }
        let sixteen = String(repeating: interim, count: 16) + empty
        let transcript = ResponseTranscript(octets(sixteen + sixteen), to: [.get, .get])
        #expect(transcript.error == nil)
        #expect(transcript.final.count == 2)
    }

    @Test("Hold for each head alone")
    func eachHead() {
        let interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        check(interim + interim + empty, nil) {
            $0.headerBlock = 21
            $0.fieldCount = 1
        }
    }

    @Test("Below zero are as zero")
    func negative() {
        check(empty, .statusLineTooLong) { $0.statusLine = -1 }
        check(empty, .headerBlockTooLarge) { $0.headerBlock = .min }
        check("HTTP/1.1 100 \r\n\r\n" + empty, .tooManyInterimResponses) { $0.interimResponses = .min }
        check("HTTP/1.1 200 OK\r\n\r\nx", .bodyTooLarge) { $0.bodySize = -1 }
    }
}
