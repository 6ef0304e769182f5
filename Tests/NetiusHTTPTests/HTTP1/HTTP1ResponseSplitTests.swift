import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("How responses are cut changes nothing")
struct HTTP1ResponseSplitTests {
    @Test("A response that arrives octet by octet reads as one that arrives whole", arguments: ValidResponses.all)
    func octetByOctet(row: ValidResponses.Row) {
        let input = octets(row.text)
        let whole = ResponseTranscript(input, to: [row.method], ends: row.ends)
        #expect(whole.error == nil)
        #expect(whole.violation == nil)
        #expect(whole.final.count == 1)
        #expect(whole.messages.last?.isComplete == true)
        #expect(whole.extra.isEmpty)
        let pieces = Array(repeating: 1, count: input.count)
        #expect(ResponseTranscript(input, to: [row.method], pieces: pieces, ends: row.ends) == whole)
    }

    @Test("A response cut in two anywhere reads as one that arrives whole", arguments: ValidResponses.all)
    func everyCut(row: ValidResponses.Row) {
        let input = octets(row.text)
        let whole = ResponseTranscript(input, to: [row.method], ends: row.ends)
        for cut in 1..<input.count {
            #expect(
                ResponseTranscript(input, to: [row.method], pieces: [cut], ends: row.ends) == whole, "cut at \(cut)")
        }
    }

    @Test("A response that ends too early anywhere is never taken for a whole one", arguments: ValidResponses.all)
    func everyEnd(row: ValidResponses.Row) throws {
        let input = octets(row.text)
        let whole = ResponseTranscript(input, to: [row.method], ends: row.ends)
        let headEnd =
            input.count - (whole.messages.last?.framing == .closeDelimited ? whole.messages.last!.body.count : 0)
        for end in 0..<headEnd {
            let cut = ResponseTranscript(Array(input[..<end]), to: [row.method], ends: true)
            let isInBody = cut.messages.last.map { !$0.isInterim } ?? false
            #expect(cut.error == (isInBody ? .incompleteBody : .incompleteHead), "ended at \(end)")
            #expect(cut.messages.allSatisfy { !$0.isComplete })
        }
    }

    @Test("What follows a response stays in the input, and changes nothing about it", arguments: ValidResponses.all)
    func extra(row: ValidResponses.Row) {
        guard !row.ends else { return }
        let whole = ResponseTranscript(octets(row.text), to: [row.method])
        for extra in ["\r\n", "x", "HTTP/1.1 200 OK\r\n\r\n", "0\r\n\r\n", "\0"] {
            let transcript = ResponseTranscript(octets(row.text + extra), to: [row.method])
            #expect(transcript.messages == whole.messages)
            #expect(transcript.extra == octets(extra))
        }
    }

    @Test("All responses in one stream read as each alone, however they are cut")
    func following() {
        let rows = ValidResponses.all.filter { !$0.ends }
        let input = rows.flatMap { octets($0.text) }
        let methods = rows.map(\.method)
        let alone = rows.flatMap { ResponseTranscript(octets($0.text), to: [$0.method]).messages }
        #expect(ResponseTranscript(input, to: methods).messages == alone)
        #expect(
            ResponseTranscript(input, to: methods, pieces: Array(repeating: 1, count: input.count)).messages == alone)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            let pieces = (0..<input.count).map { _ in Int.random(in: 1...200, using: &generator) }
            #expect(ResponseTranscript(input, to: methods, pieces: pieces).messages == alone)
        }
    }

    @Test("Only the beginning of a line has to be presented again")
    func keepsLittle() {
        let fields = (0..<90).map { "X-Field-\($0): value\r\n" }.joined()
        let input = octets("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\(fields)\r\n")
        let transcript = ResponseTranscript(input, pieces: Array(repeating: 1, count: input.count))
        #expect(transcript.messages.first?.fields.count == 91)
        #expect(transcript.mostKept < 20)
    }
}
