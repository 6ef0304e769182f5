import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Mutated responses")
struct HTTP1ResponseFuzzTests {
    /// What tends to be at the root of a trick.
    private static let fragments = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "0", "f", "FFFFFFFFFFFFFFFF", "\r\n\r\n", "\u{80}", "=",
        "\"", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "Content-Length: 5, 6\r\n", ", 5", "chunked",
        "HTTP/1.1", "HTTP/1.0 ", " 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "204", "304", "101",
        "Connection: close\r\n", "Keep-Alive: timeout=9\r\n", "99999999999999999999", "-1", "\r\n ", "0\r\n\r\n",
    ].map(octets)

    private static let corpus = ValidResponses.all.map { octets($0.text) }
    private static let methods: [HTTPRequest.Method] = [.get, .get, .head, .connect, .post]

    @Test("Neither trap nor stop the decoder, and read alike however they are cut", arguments: 0..<8)
    func mutations(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 101)
        var limits = HTTP1Limits()
        limits.statusLine = 60
        limits.headerBlock = 250
        limits.fieldCount = 6
        limits.interimResponses = 2
        limits.chunkExtensions = 20
        limits.trailerBlock = 40
        limits.trailerCount = 3
        limits.bodySize = 64
        for round in 0..<25_000 {
            let input = Self.mutation(&generator)
            let methods = (0..<2).map { _ in Self.methods[Int.random(in: 0..<5, using: &generator)] }
            let ends = Bool.random(using: &generator)
            let whole = ResponseTranscript(input, to: methods, limits: limits, ends: ends)
            // A cut in each quarter on average; every tenth octet by octet.
            let sizes = round.isMultiple(of: 10) ? 1...1 : 1...max(1, input.count / 2)
            var pieces: [Int] = []
            var sum = 0
            while sum < input.count {
                pieces.append(Int.random(in: sizes, using: &generator))
                sum += pieces[pieces.count - 1]
            }
            let cut = ResponseTranscript(input, to: methods, limits: limits, pieces: pieces, ends: ends)
            let doubt = whole.violation ?? Self.doubt(whole, limits)
            guard cut == whole, doubt == nil else {
                Issue.record("seed \(seed), round \(round): \(doubt ?? "") \(input) \(pieces) \(methods)")
                return
            }
        }
    }

    /// What must hold of whatever was read without an error, whether or not the input was in order.
    private static func doubt(_ transcript: ResponseTranscript, _ limits: HTTP1Limits) -> String? {
        for message in transcript.messages {
            var lengths: [String] = []
            for value in message.fields[values: .contentLength] {
                for element in value.split(separator: ",", omittingEmptySubsequences: false) {
                    lengths.append(String(element.filter { $0 != " " && $0 != "\t" }.drop { $0 == "0" }))
                }
            }
            let codings = message.fields[values: .transferEncoding]
            if Set(lengths).count > 1 { return "two lengths" }
            if !codings.isEmpty, !lengths.isEmpty || codings.count > 1 { return "two framings" }
            if !(100...599 ~= message.code) { return "code" }
            if message.fields.count > limits.fieldCount { return "too many fields" }
            if message.body.count > limits.bodySize ?? .max { return "too much content" }
            if message.isInterim != (message.code < 200 && message.code != 101) { return "interim" }
            if message.isComplete, case .length(let length) = message.framing, length != message.body.count {
                return "a body that is not as long as announced"
            }
            if message.keepsAlive, message.framing == .closeDelimited || message.framing == .tunnel { return "alive" }
        }
        return transcript.messages.filter(\.isInterim).count > limits.interimResponses * 2 ? "interim responses" : nil
    }

    private static func mutation(_ generator: inout SeededGenerator) -> [UInt8] {
        var input = corpus[Int.random(in: 0..<corpus.count, using: &generator)]
        if Int.random(in: 0..<4, using: &generator) == 0 {
            input += corpus[Int.random(in: 0..<corpus.count, using: &generator)]
        }
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let position = Int.random(in: 0..<max(input.count, 1), using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where !input.isEmpty:
                input[position] = UInt8.random(in: 0...255, using: &generator)
            case 1 where !input.isEmpty:
                input.remove(at: position)
            case 2 where !input.isEmpty:
                input[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 3:
                input.removeSubrange(position..<min(input.count, position + 8))
            case 4 where !input.isEmpty:
                let end = min(input.count, position + 24)
                input.insert(contentsOf: input[position..<end], at: position)
            default:
                let fragment = fragments[Int.random(in: 0..<fragments.count, using: &generator)]
                input.insert(contentsOf: fragment, at: min(position, input.count))
            }
        }
        return input
    }
}
