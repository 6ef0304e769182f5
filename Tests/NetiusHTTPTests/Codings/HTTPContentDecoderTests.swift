import Testing

@testable import NetiusHTTP

@Suite("Content decoder")
struct HTTPContentDecoderTests {
    /// What comes of the bytes, in pieces of a size, through codings.
    private static func decoded(
        _ bytes: [UInt8], _ codings: [HTTPContentCoding], pieces: Int = .max,
        limits: Inflater.Limits = Inflater.Limits()
    ) throws(HTTPContentCodingError) -> [UInt8] {
        var decoder = HTTPContentDecoder(codings, limits: limits)
        var (output, rest) = ([UInt8](), bytes[...])
        while true {
            switch try decoder.step() {
            case .decoded(let bytes):
                precondition(!bytes.isEmpty && bytes.count <= HTTPContentDecoder.outputBytes)
                output += bytes
            case .halfway(let count):
                precondition(count > 0 && count <= HTTPContentDecoder.outputBytes)
            case .needsInput:
                guard !rest.isEmpty else {
                    try decoder.finish()
                    return output
                }
                decoder.append(Array(rest.prefix(pieces)))
                rest = rest.dropFirst(pieces)
            }
        }
    }

    private static let stacks: [[HTTPContentCoding]] = [
        [.gzip], [.deflate], [.gzip, .gzip], [.gzip, .deflate], [.deflate, .gzip], [.deflate, .gzip, .deflate],
    ]

    /// Codes in the order in which a field would list them.
    private static func stacked(_ bytes: [UInt8], _ codings: [HTTPContentCoding]) -> [UInt8] {
        codings.reduce(bytes) { coded($0, $1) }
    }

    @Test("Undoes codings in the order opposite to that of the field, however the input is cut", arguments: stacks)
    func orders(codings: [HTTPContentCoding]) throws {
        for sample in [[], [7], CodedSamples.text] {
            let bytes = Self.stacked(sample, codings)
            for pieces in [1, 2, 7, 1000] { #expect(try Self.decoded(bytes, codings, pieces: pieces) == sample) }
        }
        #expect(try Self.decoded(Self.stacked(CodedSamples.noise, codings), codings) == CodedSamples.noise)
    }

    @Test("A cut in any layer is seen", arguments: stacks)
    func truncation(codings: [HTTPContentCoding]) {
        let text = Array(CodedSamples.text.prefix(300))
        let bytes = Self.stacked(text, codings)
        for end in 0..<bytes.count {
            #expect(throws: HTTPContentCodingError.truncated) { try Self.decoded(Array(bytes[..<end]), codings) }
        }
        // The outer layer is whole, the inner is not.
        let inner = coded(text, codings[0])
        let outer = Self.stacked(Array(inner.dropLast()), Array(codings.dropFirst()))
        #expect(throws: HTTPContentCodingError.truncated) { try Self.decoded(outer, codings) }
    }

    @Test("Something after the end of any layer is seen", arguments: stacks)
    func trailingData(codings: [HTTPContentCoding]) {
        let bytes = Self.stacked(CodedSamples.text, codings)
        #expect(throws: HTTPContentCodingError.trailingData) { try Self.decoded(bytes + [0], codings) }
        let inner = coded(CodedSamples.text, codings[0])
        let outer = Self.stacked(inner + [0], Array(codings.dropFirst()))
        #expect(throws: HTTPContentCodingError.trailingData) { try Self.decoded(outer, codings) }
    }

    @Test("A bomb in a bomb is given up")
    func nestedBomb() {
        let bomb = coded(InflaterLimitTests.bomb(mebibytes: 1024))
        #expect(bomb.count < 20_000)
        #expect(throws: HTTPContentCodingError.tooExpansive) { try Self.decoded(bomb, [.gzip, .gzip]) }
        let limits = Inflater.Limits(size: 3 << 20, ratio: 5000)
        #expect(throws: HTTPContentCodingError.tooLarge) {
            try Self.decoded(bomb, [.gzip, .gzip], limits: limits)
        }
    }

    @Test("An inner layer that swallows everything keeps to the limits of the outer one, a step at a time")
    func swallowing() {
        // A gzip header with a file name that never ends.
        let name = [31, 139, 8, 8, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 97, count: 8 << 20)
        #expect(throws: HTTPContentCodingError.tooExpansive) { try Self.decoded(coded(name), [.gzip, .gzip]) }
    }
}
