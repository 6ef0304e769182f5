import Testing

@testable import NetiusHTTP

@Suite("Inflater: hostile input")
struct InflaterHostileTests {
    @Test("A stream that is cut anywhere never looks whole", arguments: HTTPContentCoding.allCases)
    func truncation(coding: HTTPContentCoding) {
        let bytes = coded(CodedSamples.text, coding)
        for end in 0..<bytes.count {
            for size in [1, 1000] {
                #expect(throws: HTTPContentCodingError.truncated) {
                    try decoded(Array(bytes[..<end]), Inflater(coding), pieces: size)
                }
            }
        }
    }

    @Test("A bare stream that is cut anywhere never looks whole")
    func bareTruncation() {
        let bytes = coded(CodedSamples.text, .deflate)
        let bare = bytes[2..<(bytes.count - 4)]
        for end in bare.indices {
            #expect(throws: HTTPContentCodingError.truncated) {
                try decoded(Array(bare[..<end]), Inflater(.deflate, acceptsBareStreams: true))
            }
        }
    }

    @Test("A second gzip stream that is cut anywhere, but before it begins, never looks whole")
    func memberTruncation() throws {
        let (first, second) = (coded([1, 2, 3]), coded([4, 5, 6]))
        #expect(try decoded(first) == [1, 2, 3])
        for end in 1..<second.count {
            #expect(throws: HTTPContentCodingError.truncated) { try decoded(first + second[..<end]) }
        }
    }

    @Test("Nothing may follow the end", arguments: HTTPContentCoding.allCases)
    func trailingData(coding: HTTPContentCoding) {
        let bytes = coded(CodedSamples.text, coding)
        for garbage in [[0], [0, 0, 0, 0], [255], [UInt8](repeating: 32, count: 512)] {
            for size in [1, bytes.count, 10_000] {
                #expect(throws: HTTPContentCodingError.trailingData) {
                    try decoded(bytes + garbage, Inflater(coding), pieces: size)
                }
            }
        }
        // zlib's format knows no second stream, and what begins as one must be one.
        let error: HTTPContentCodingError = coding == .gzip ? .malformed : .trailingData
        #expect(throws: error) { try decoded(bytes + [31, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], coding) }
    }

    @Test("A bit that is wrong is found, wherever it is, but for those that mean nothing")
    func flippedBits() {
        let sample = Array(CodedSamples.text.prefix(80))
        let bytes = coded(sample)
        // RFC 1952 §2.3: the time, the flags of the compressor and its system are for information; bit 0 of the flags
        // says only that the content is text.
        let insignificant = Set((4..<10).flatMap { byte in (0..<8).map { byte * 8 + $0 } } + [24])
        // The last byte before checksum and size is filled up with bits that mean nothing.
        let last = bytes.count - 9
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            let result = Result { () throws(HTTPContentCodingError) in try decoded(changed) }
            if insignificant.contains(bit) {
                #expect(result == .success(sample), "bit \(bit)")
            } else if bit / 8 != last || result != .success(sample) {
                #expect(throws: HTTPContentCodingError.self, "bit \(bit)") { try result.get() }
            }
        }
    }

    @Test("What needs a dictionary, a method of another number or a window of another size is malformed")
    func headers() {
        for bytes: [UInt8] in [[0x78, 0xBB, 1, 2, 3, 4, 0], [0x77, 0x85], [0x88, 0x1C], [0, 0], [31, 139]] {
            #expect(throws: HTTPContentCodingError.malformed) { try decoded(bytes + [0, 0, 0, 0], .deflate) }
        }
        for bytes: [UInt8] in [[31, 138, 8], [31, 139, 9], [31, 139, 8, 0xE0], [120, 156], [0]] {
            #expect(throws: HTTPContentCodingError.malformed) { try decoded(bytes + [0, 0, 0, 0, 0, 0, 0], .gzip) }
        }
    }

    @Test("After an error there is nothing but the error")
    func failsForGood() {
        let inflater = Inflater(.gzip)
        var output: [UInt8] = []
        let (bad, good) = ([UInt8](repeating: 1, count: 20), coded([1]))
        for bytes in [bad, good, []] {
            #expect(throws: HTTPContentCodingError.malformed) {
                try inflater.inflate(bytes.span, into: &output, room: 100)
            }
        }
        #expect(throws: HTTPContentCodingError.malformed) { try inflater.finish() }
        #expect(output.isEmpty)
    }

    @Test("A header without end costs no memory and never ends")
    func endlessHeader() throws {
        let inflater = Inflater(.gzip)
        var output: [UInt8] = []
        // A file name, which ends with a zero.
        _ = try inflater.inflate([31, 139, 8, 8, 0, 0, 0, 0, 0, 3].span, into: &output, room: 100)
        let name = [UInt8](repeating: 97, count: 1 << 20)
        for _ in 0..<16 {
            #expect(try inflater.inflate(name.span, into: &output, room: 100).consumed == name.count)
        }
        #expect(output.isEmpty)
        #expect(throws: HTTPContentCodingError.truncated) { try inflater.finish() }
    }

    @Test("Mutations of good input neither trap nor stop it, and read alike however they are cut", arguments: 0..<4)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed + 1)
        let samples = HTTPContentCoding.allCases.flatMap { coding in
            [[], [7], Array(CodedSamples.text.prefix(500)), Array(CodedSamples.noise.prefix(200))].flatMap { bytes in
                [(coding, coded(bytes, coding)), (coding, coded(bytes, coding) + coded(bytes, coding))]
            }
        }
        for round in 0..<3000 {
            var (coding, input) = samples[Int.random(in: 0..<samples.count, using: &generator)]
            for _ in 0..<Int.random(in: 0...3, using: &generator) { mutate(&input, &generator) }
            let isTolerant = Bool.random(using: &generator)
            let results = [(Int.max, 1 << 16), (1, 1 << 16), (Int.random(in: 1...9, using: &generator), 3)].map {
                (pieces, room) in
                Result { () throws(HTTPContentCodingError) in
                    try decoded(
                        input, Inflater(coding, acceptsBareStreams: isTolerant), pieces: pieces, room: room)
                }
            }
            guard results.allSatisfy({ $0 == results[0] }) else {
                Issue.record("seed \(seed), round \(round): \(input) \(results)")
                return
            }
        }
    }

    private func mutate(_ input: inout [UInt8], _ generator: inout SeededGenerator) {
        let position = Int.random(in: 0...input.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0 where position < input.count: input[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1 where position < input.count: input.remove(at: position)
        case 2: input.removeSubrange(position...)
        default: input.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        }
    }
}
