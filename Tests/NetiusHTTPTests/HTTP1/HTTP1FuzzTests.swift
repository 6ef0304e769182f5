import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Mutated requests")
struct HTTP1FuzzTests {
    /// What tends to be at the root of a trick.
    private static let fragments = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "0", "f", "FFFFFFFFFFFFFFFF", "\r\n\r\n", "\u{80}",
        "\u{FF}", "=",
        "\"", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "Host: b\r\n", "chunked", "HTTP/1.1", "[::1]",
        "%",
        "#", "99999999999999999999", "-1", "\r\n ", "*", "/",
    ].map(octets)

    private static let corpus = ValidRequests.all.map(octets)

    @Test("Neither trap nor stop the decoder, and read alike however they are cut", arguments: 0..<8)
    func mutations(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        var limits = HTTP1Limits()
        limits.requestLine = 100
        limits.headerBlock = 250
        limits.fieldCount = 6
        limits.chunkExtensions = 20
        limits.trailerBlock = 40
        limits.trailerCount = 3
        limits.bodySize = 64
        for round in 0..<25_000 {
            let input = Self.mutation(&generator)
            let whole = Transcript(input, limits: limits)
            // A cut in each quarter on average; every tenth octet by octet.
            let sizes = round.isMultiple(of: 10) ? 1...1 : 1...max(1, input.count / 2)
            var pieces: [Int] = []
            var sum = 0
            while sum < input.count {
                pieces.append(Int.random(in: sizes, using: &generator))
                sum += pieces[pieces.count - 1]
            }
            let cut = Transcript(input, limits: limits, pieces: pieces)
            guard cut == whole, whole.violation == nil else {
                Issue.record("seed \(seed), round \(round): \(String(decoding: input, as: UTF8.self)) \(pieces)")
                return
            }
        }
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
