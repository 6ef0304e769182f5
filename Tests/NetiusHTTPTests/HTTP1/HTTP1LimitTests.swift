import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Limits of HTTP/1")
struct HTTP1LimitTests {
    private func check(_ text: String, _ error: HTTP1Error?, _ change: (inout HTTP1Limits) -> Void) {
        var limits = HTTP1Limits()
        change(&limits)
        let input = octets(text)
        let whole = Transcript(input, limits: limits)
        #expect(whole.error == error)
        #expect(whole.messages.first?.isComplete ?? false == (error == nil))
        #expect(Transcript(input, limits: limits, pieces: Array(repeating: 1, count: input.count)) == whole)
    }

    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private let post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("Are exact: what just fits is accepted, one octet or field more is not")
    func exact() {
        check(get, nil) { $0.requestLine = 16 }
        check(get, .requestLineTooLong) { $0.requestLine = 15 }
        check(get, nil) { $0.headerBlock = 11 }
        check(get, .headerBlockTooLarge) { $0.headerBlock = 10 }
        check(get, nil) { $0.fieldCount = 1 }
        check(get, .tooManyFields) { $0.fieldCount = 0 }
        check(post + "1;abc\r\na\r\n0;abc\r\n\r\n", nil) { $0.chunkExtensions = 4 }
        check(post + "1;abc\r\na\r\n0\r\n\r\n", .chunkExtensionTooLong) { $0.chunkExtensions = 3 }
        check(post + "1;abc\r\na\r\n0;abc\r\n\r\n", nil) { $0.chunkExtensionsInAll = 8 }
        check(post + "1;abc\r\na\r\n0;abc\r\n\r\n", .chunkExtensionTooLong) { $0.chunkExtensionsInAll = 7 }
        check(post + "0\r\nX: a\r\n\r\n", nil) { $0.trailerBlock = 8 }
        check(post + "0\r\nX: a\r\n\r\n", .trailerBlockTooLarge) { $0.trailerBlock = 7 }
        check(post + "0\r\nX: a\r\n\r\n", nil) { $0.trailerCount = 1 }
        check(post + "0\r\nX: a\r\n\r\n", .tooManyTrailers) { $0.trailerCount = 0 }
    }

    @Test("Bound the content, announced or not")
    func content() {
        let length = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
        check(length, nil) { $0.bodySize = 5 }
        check(length, .bodyTooLarge) { $0.bodySize = 4 }
        check(post + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", nil) { $0.bodySize = 5 }
        check(post + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", .bodyTooLarge) { $0.bodySize = 4 }
        check(get, nil) { $0.bodySize = 0 }
    }

    @Test("Below zero are as zero")
    func negative() {
        check(get, .requestLineTooLong) { $0.requestLine = -1 }
        check(get, .headerBlockTooLarge) { $0.headerBlock = .min }
        check(get, .tooManyFields) { $0.fieldCount = -1 }
        check(post + "1\r\na\r\n0\r\n\r\n", .bodyTooLarge) { $0.bodySize = -1 }
    }

    @Test("A length that no limit forbids and no machine holds is counted down")
    func hugeLength() {
        let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\nabc"
        let transcript = Transcript(octets(text))
        #expect(transcript.error == nil)
        #expect(transcript.messages.first?.framing == .length(.max))
        #expect(transcript.messages.first?.text == "abc")
        #expect(transcript.messages.first?.isComplete == false)
    }
}
