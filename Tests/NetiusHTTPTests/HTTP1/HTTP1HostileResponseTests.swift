import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Hostile responses")
struct HTTP1HostileResponseTests {
    @Test("Are refused for what is wrong with them, however they arrive", arguments: HostileResponses.all)
    func refused(row: HostileResponses.Row) {
        let input = octets(row.text)
        let whole = ResponseTranscript(input, to: [row.method], ends: row.ends)
        #expect(whole.error == row.error)
        #expect(whole.messages.allSatisfy { !$0.isComplete })
        #expect(whole.violation == nil)
        guard input.count < 10_000 else { return }
        let pieces = Array(repeating: 1, count: input.count)
        #expect(ResponseTranscript(input, to: [row.method], pieces: pieces, ends: row.ends) == whole)
    }

    @Test("Are more than two hundred")
    func enough() {
        #expect(HostileResponses.all.count >= 200)
    }

    @Test("Are refused after a response that is in order, which is not lost")
    func afterValid() {
        let first = octets("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
        for row in HostileResponses.all {
            let transcript = ResponseTranscript(first + octets(row.text), to: [.get, row.method], ends: row.ends)
            #expect(transcript.error == row.error)
            #expect(transcript.messages.first?.isComplete == true)
            #expect(transcript.messages.first?.text == "OK")
        }
    }

    @Test("Behind a response that is in order are not looked at unless another was asked for")
    func notAskedFor() {
        let first = octets("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
        for row in HostileResponses.all {
            let transcript = ResponseTranscript(first + octets(row.text))
            #expect(transcript.error == nil)
            #expect(transcript.extra == octets(row.text))
        }
    }

    @Test(
        "Are refused at the first octet that shows it, without waiting for the line to end",
        arguments: [
            ("S", HTTP1Error.notHTTP), ("\r", .notHTTP), ("HTTPS", .notHTTP), ("HTTP/2", .unsupportedVersion),
            ("HTTP/1.1 6", .invalidStatus), ("HTTP/1.1 2000", .invalidStatus), ("HTTP/1.1 200O", .malformedStatusLine),
            ("HTTP/1.1 200 O\0", .malformedStatusLine), ("HTTP/1.1 200 OK\n", .bareLineFeed),
            ("HTTP/1.1 200 OK\r\n ", .obsoleteLineFolding), ("HTTP/1.1 200 OK\r\nX ", .invalidFieldName),
            ("HTTP/1.1 200 OK\r\nX: a\0", .invalidFieldValue),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n", .invalidContentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", .conflictingFraming),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx", .invalidChunkSize),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab", .invalidChunk),
        ])
    func early(text: String, error: HTTP1Error) {
        let input = octets(text)
        #expect(ResponseTranscript(input).error == error)
        #expect(ResponseTranscript(Array(input.dropLast())).error == nil)
    }
}
