import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Inflater: limits")
struct InflaterLimitTests {
    /// The gzip of that many MiB of zeros, without the end that nobody should come to.
    static func bomb(mebibytes: Int) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let deflater = Deflater(.gzip, level: 9)
        let start = coded(zeros, deflater, flush: .sync, room: 1 << 16)
        // From now on the same each time.
        let next = coded(zeros, deflater, flush: .sync, room: 1 << 16)
        return start + (1..<mebibytes).flatMap { _ in next }
    }

    @Test("Content of as many bytes as are allowed passes, of one more does not", arguments: [0, 1, 1000, 70_000])
    func size(limit: Int) throws {
        let limits = Inflater.Limits(size: limit)
        for coding in HTTPContentCoding.allCases {
            for room in [1, 500, 1 << 16] where room > 1 || limit < 5000 {
                let fits = Array(CodedSamples.noise.prefix(limit))
                #expect(try decoded(coded(fits, coding), Inflater(coding, limits: limits), room: room) == fits)
                let exceeds = Array(CodedSamples.noise.prefix(limit + 1))
                #expect(throws: HTTPContentCodingError.tooLarge) {
                    try decoded(coded(exceeds, coding), Inflater(coding, limits: limits), room: room)
                }
            }
        }
    }

    @Test("A negative limit is zero")
    func negative() {
        #expect(throws: HTTPContentCodingError.tooLarge) {
            try decoded(coded([1]), Inflater(.gzip, limits: Inflater.Limits(size: -1)))
        }
    }

    @Test("Several gzip streams have one limit together")
    func members() {
        let bytes = coded(Array(CodedSamples.noise.prefix(600)))
        #expect(throws: HTTPContentCodingError.tooLarge) {
            try decoded(bytes + bytes, Inflater(.gzip, limits: Inflater.Limits(size: 1000)))
        }
    }

    @Test("What never decodes to anything is given up too", arguments: HTTPContentCoding.allCases)
    func emptiness(coding: HTTPContentCoding) throws {
        let inflater = Inflater(coding, limits: Inflater.Limits(size: 1000))
        // Streams without content, or blocks: zlib makes one for each flush.
        let deflater = Deflater(coding, level: 1)
        let start = coded([1], deflater, flush: .sync, room: 1 << 10)
        let block: [UInt8] = [0, 0, 0, 0xFF, 0xFF]
        let empty = coding == .gzip ? coded([]) : block
        var output: [UInt8] = []
        if coding == .deflate { _ = try inflater.inflate(start.span, into: &output, room: 10) }
        let piece = Array(repeatElement(empty, count: 1000).joined())
        var count = start.count
        #expect(throws: HTTPContentCodingError.tooLarge) {
            while count < 2 << 20 {
                _ = try inflater.inflate(piece.span, into: &output, room: 10)
                count += piece.count
            }
        }
        #expect(count + piece.count > 1 << 20 && output.count <= 1)
    }

    @Test("A GiB of zeros is given up at the ratio, without the memory for it")
    func ratio() {
        let bomb = Self.bomb(mebibytes: 1024)
        #expect(bomb.count < 2 << 20)
        let inflater = Inflater(.gzip)
        let made = expand(bomb, inflater, until: .tooExpansive)
        #expect(made <= (1 << 20) + (1 << 16))
    }

    @Test("A GiB of zeros is given up at the size, where the ratio allows it")
    func bombSize() {
        let limits = Inflater.Limits(size: 5_000_000, ratio: 2000)
        #expect(expand(Self.bomb(mebibytes: 1024), Inflater(.gzip, limits: limits), until: .tooLarge) <= 5_000_001)
    }

    @Test("What expands much but is small passes, and so does what expands little")
    func allowance() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        #expect(try decoded(coded(zeros)) == zeros)
        #expect(throws: HTTPContentCodingError.tooExpansive) { try decoded(coded(zeros + [0])) }
        let large = (0..<30).flatMap { _ in CodedSamples.noise }
        #expect(try decoded(coded(large)) == large)
    }

    @Test("A ratio below one is one")
    func smallestRatio() throws {
        let limits = Inflater.Limits(ratio: 0, allowance: 0)
        let stored = coded(CodedSamples.noise)
        #expect(try decoded(stored, Inflater(.gzip, limits: limits)) == CodedSamples.noise)
    }

    /// Throws away what comes; how much that was before the error.
    private func expand(_ input: [UInt8], _ inflater: Inflater, until expected: HTTPContentCodingError) -> Int {
        var (made, rest) = (0, input[...])
        var output: [UInt8] = []
        #expect(throws: expected) {
            while true {
                output.removeAll(keepingCapacity: true)
                defer { made += output.count }
                let step = try inflater.inflate(rest.span, into: &output, room: 1 << 16)
                rest = rest.dropFirst(step.consumed)
                guard !step.needsInput else { throw TestFailure("it came to the end") }
            }
        }
        return made
    }
}
