import Testing

@testable import NetiusHTTP

@Suite("Inflater")
struct InflaterTests {
    private static let hello = CodedSamples.bytes("hello hello hello")
    /// `hello` by Python's gzip and zlib, and without a format around it.
    private static let gzip: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 87, 200, 64, 144, 0, 128, 136, 249, 229, 17, 0, 0, 0,
    ]
    private static let zlib: [UInt8] = [
        120, 156, 203, 72, 205, 201, 201, 87, 200, 64, 144, 0, 58, 46, 6, 125,
    ]
    private static let bare = Array(zlib[2..<12])

    @Test("Reads gzip and zlib's format")
    func formats() throws {
        #expect(try decoded(Self.gzip, .gzip) == Self.hello)
        #expect(try decoded(Self.zlib, .deflate) == Self.hello)
    }

    @Test("Input in pieces of any size, and output of any size, make no difference", arguments: 1...30)
    func pieces(size: Int) throws {
        for room in [1, 2, 3, 7, 1000] {
            #expect(try decoded(Self.gzip, Inflater(.gzip), pieces: size, room: room) == Self.hello)
            #expect(try decoded(Self.zlib, Inflater(.deflate), pieces: size, room: room) == Self.hello)
            let tolerant = Inflater(.deflate, acceptsBareStreams: true)
            #expect(try decoded(Self.bare, tolerant, pieces: size, room: room) == Self.hello)
            let tolerated = Inflater(.deflate, acceptsBareStreams: true)
            #expect(try decoded(Self.zlib, tolerated, pieces: size, room: room) == Self.hello)
        }
    }

    @Test("Large content comes out whole in small steps", arguments: HTTPContentCoding.allCases)
    func large(coding: HTTPContentCoding) throws {
        for sample in CodedSamples.all {
            let bytes = coded(sample, coding)
            #expect(try decoded(bytes, Inflater(coding), pieces: 11, room: 4096) == sample)
        }
    }

    @Test("A bare stream is no zlib format, unless that is asked for")
    func bareStreams() throws {
        #expect(throws: HTTPContentCodingError.malformed) { try decoded(Self.bare, .deflate) }
        #expect(throws: HTTPContentCodingError.malformed) {
            try decoded(Self.bare, Inflater(.gzip, acceptsBareStreams: true))
        }
        // Every level writes the two bytes differently.
        for level in 1...9 {
            let bytes = coded(CodedSamples.text, .deflate, level: level)
            #expect(try decoded(bytes, Inflater(.deflate, acceptsBareStreams: true)) == CodedSamples.text)
            let bare = Array(bytes[2..<(bytes.count - 4)])
            #expect(try decoded(bare, Inflater(.deflate, acceptsBareStreams: true)) == CodedSamples.text)
        }
    }

    @Test("Several gzip streams, one after the other, are one")
    func members() throws {
        let inputs = [Self.hello, [], CodedSamples.text, Self.hello]
        let bytes = inputs.flatMap { coded($0) }
        for size in [1, 2, 17, 1000] {
            #expect(try decoded(bytes, Inflater(.gzip), pieces: size) == inputs.flatMap { $0 })
        }
    }

    @Test("A gzip header may have everything that it can: a name, a comment, more fields, a checksum")
    func fullHeader() throws {
        let header: [UInt8] =
            [31, 139, 8, 0b1_1110, 1, 2, 3, 4, 0, 3] + [4, 0, 65, 66, 0, 0] + [97, 0] + [98, 99, 0]
        let checksum = CRC32.of(header)
        let bytes = header + [UInt8(checksum & 255), UInt8(checksum >> 8 & 255)] + Self.gzip[10...]
        for size in [1, 5, 1000] { #expect(try decoded(bytes, Inflater(.gzip), pieces: size) == Self.hello) }
    }

    @Test("Says when it needs more input, and takes nothing when there is none")
    func needsInput() throws {
        let inflater = Inflater(.gzip)
        var output: [UInt8] = []
        let none = try inflater.inflate([UInt8]().span, into: &output, room: 10)
        #expect(none.consumed == 0 && none.needsInput)
        let some = try inflater.inflate(Self.gzip.span, into: &output, room: 5)
        #expect(!some.needsInput && output.count == 5)
        let left = Self.gzip[some.consumed...]
        let rest = try inflater.inflate(left.span, into: &output, room: 100)
        #expect(rest.needsInput && some.consumed + rest.consumed == Self.gzip.count)
        #expect(output == Self.hello)
    }
}

/// The checksum of gzip (RFC 1952 §8), bit by bit.
enum CRC32 {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
    }
}
