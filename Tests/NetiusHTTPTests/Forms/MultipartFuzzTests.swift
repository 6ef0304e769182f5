import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Multipart: random forms")
struct MultipartFuzzTests {
    @Test("A form with any content that lacks the boundary comes out as it went in", arguments: 0..<4)
    func model(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 70)
        let pieces = ["\r\n", "\r", "\n", "--", "-", "b", "--b", "\r\n--", "\r\n-", "x", "\0", "\u{FF}", " ", ":"]
        for _ in 0..<1_000 {
            var input: [UInt8] = []
            var contents: [[UInt8]] = []
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                var content: [UInt8] = []
                for _ in 0..<Int.random(in: 0...12, using: &generator) {
                    content += octets(pieces[Int.random(in: 0..<pieces.count, using: &generator)])
                }
                // Its own line end before it and the boundary's behind it.
                let framed = octets("\r\n") + content + octets("\r\n")
                let isAmbiguous = framed.indices.contains { framed[$0...].starts(with: octets("\r\n--b")) }
                guard !isAmbiguous else { continue }
                contents.append(content)
                input += octets("--b\r\nA: b\r\n\r\n") + content + octets("\r\n")
            }
            input += octets("--b--\r\n")
            let cuts = (0..<input.count).map { _ in Int.random(in: 1...9, using: &generator) }
            let transcript = MultipartTranscript(input, pieces: cuts)
            guard transcript.error == nil, transcript.violation == nil, transcript.parts.map(\.content) == contents,
                transcript.parts.allSatisfy(\.isComplete)
            else {
                Issue.record("seed \(seed): \(String(decoding: input, as: UTF8.self)) \(transcript)")
                return
            }
        }
    }

    private static let fragments = [
        "\r\n", "\n", "\r", "\0", "--b", "--b--", "\r\n--b\r\n", "\r\n--b--\r\n", "--", " ", ":", "A: b\r\n",
        "\r\n\r\n", "\"", "Content-Disposition: form-data; name=\"a\"\r\n",
    ].map(octets)

    @Test("Mutated forms neither trap nor stop the decoder, and read alike however they are cut", arguments: 0..<4)
    func mutations(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 80)
        var limits = HTTPMultipart.Limits()
        limits.bytes = 200
        limits.parts = 4
        limits.partHeader = 60
        limits.partFields = 2
        for round in 0..<2_500 {
            var input = octets(
                MultipartDecoderTests.valid[Int.random(in: 0..<MultipartDecoderTests.valid.count, using: &generator)]
                    .form)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0...input.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0 where position < input.count:
                    input[position] = UInt8.random(in: 0...255, using: &generator)
                case 1:
                    input.removeSubrange(position..<min(input.count, position + 5))
                default:
                    let fragment = Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &generator)]
                    input.insert(contentsOf: fragment, at: position)
                }
            }
            let whole = MultipartTranscript(input, limits: limits)
            let sizes = round.isMultiple(of: 10) ? 1...1 : 1...max(1, input.count / 2)
            let pieces = (0..<input.count).map { _ in Int.random(in: sizes, using: &generator) }
            guard MultipartTranscript(input, limits: limits, pieces: pieces) == whole, whole.violation == nil else {
                Issue.record("seed \(seed), round \(round): \(String(decoding: input, as: UTF8.self)) \(pieces)")
                return
            }
        }
    }
}
