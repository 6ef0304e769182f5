import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("How the input is cut changes nothing")
struct HTTP1SplitTests {
    @Test("A request that arrives octet by octet reads as one that arrives whole", arguments: ValidRequests.all)
    func octetByOctet(text: String) {
        let input = octets(text)
        let whole = Transcript(input)
        #expect(whole.error == nil)
        #expect(whole.violation == nil)
        #expect(whole.messages.count == 1)
        #expect(whole.messages.last?.isComplete == true)
        #expect(Transcript(input, pieces: Array(repeating: 1, count: input.count)) == whole)
    }

    @Test("A request cut in two anywhere reads as one that arrives whole", arguments: ValidRequests.all)
    func everyCut(text: String) {
        let input = octets(text)
        let whole = Transcript(input)
        for cut in 1..<input.count {
            #expect(Transcript(input, pieces: [cut]) == whole, "cut at \(cut)")
        }
    }

    @Test("All requests in one stream read as each alone, however they are cut")
    func pipelined() {
        let input = ValidRequests.all.flatMap(octets)
        let alone = ValidRequests.all.flatMap { Transcript(octets($0)).messages }
        #expect(Transcript(input).messages == alone)
        #expect(Transcript(input, pieces: Array(repeating: 1, count: input.count)).messages == alone)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            let pieces = (0..<input.count).map { _ in Int.random(in: 1...200, using: &generator) }
            #expect(Transcript(input, pieces: pieces).messages == alone)
        }
    }

    @Test("Only the beginning of a line has to be presented again")
    func keepsLittle() {
        let fields = (0..<90).map { "X-Field-\($0): value\r\n" }.joined()
        let input = octets("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        let transcript = Transcript(input, pieces: Array(repeating: 1, count: input.count))
        #expect(transcript.messages.first?.fields.count == 91)
        #expect(transcript.mostKept < 20)
        let body = octets("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n")
        #expect(Transcript(body, pieces: Array(repeating: 1, count: body.count)).mostKept < 30)
    }
}
