import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Hostile requests")
struct HTTP1HostileRequestTests {
    @Test("Are refused for what is wrong with them, however they arrive", arguments: HostileRequests.all)
    func refused(row: HostileRequests.Row) {
        let input = octets(row.text)
        let whole = Transcript(input)
        #expect(whole.error == row.error)
        #expect(whole.messages.allSatisfy { !$0.isComplete })
        #expect(whole.violation == nil)
        guard input.count < 10_000 else { return }
        #expect(Transcript(input, pieces: Array(repeating: 1, count: input.count)) == whole)
    }

    @Test("Are more than a hundred")
    func enough() {
        #expect(HostileRequests.all.count >= 200)
    }

    @Test("Are refused after a request that is in order")
    func afterValid() {
        let first = octets("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        for row in HostileRequests.all where !row.text.hasPrefix("\r\n") {
            let transcript = Transcript(first + octets(row.text))
            #expect(transcript.error == row.error)
            #expect(transcript.messages.first?.isComplete == true)
        }
    }

    @Test(
        "Are refused at the first octet that shows it, without waiting for the line to end",
        arguments: [
            ("GE\u{1}", HTTP1Error.invalidMethod), ("GET \u{1}", .invalidTarget), ("GET / X", .malformedRequestLine),
            ("GET / HTTP/1.1\n", .bareLineFeed), ("\r\n\r", .malformedRequestLine),
            ("GET / HTTP/1.1\r\n ", .obsoleteLineFolding), ("GET / HTTP/1.1\r\nX ", .invalidFieldName),
            ("GET / HTTP/1.1\r\nX: a\0", .invalidFieldValue), ("GET / HTTP/1.1\r\nX: a\n", .bareLineFeed),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n", .unsupportedTransferCoding),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx", .invalidChunkSize),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab", .invalidChunk),
        ])
    func early(text: String, error: HTTP1Error) {
        let input = octets(text)
        #expect(Transcript(input).error == error)
        #expect(Transcript(Array(input.dropLast())).error == nil)
    }

    @Test("Each error has its status and a reason of its own")
    func statuses() {
        let others: [HTTP1Error: Int] = [
            .requestLineTooLong: 414, .headerBlockTooLarge: 431, .tooManyFields: 431, .trailerBlockTooLarge: 431,
            .tooManyTrailers: 431, .bodyTooLarge: 413, .unsupportedExpectation: 417, .unsupportedTransferCoding: 501,
            .unsupportedVersion: 505, .notHTTP: 502, .malformedStatusLine: 502, .invalidStatus: 502,
            .statusLineTooLong: 502, .tooManyInterimResponses: 502, .contentInInterimResponse: 502,
            .incompleteHead: 502, .incompleteBody: 502,
        ]
        for error in HTTP1Error.allCases { #expect(error.status.code == others[error] ?? 400, "\(error)") }
        #expect(Set(HTTP1Error.allCases.map(\.reason)).count == HTTP1Error.allCases.count)
    }
}
