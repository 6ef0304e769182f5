import TestSupport
import Testing

/// Decoding errors (RFC 7541), which are connection errors COMPRESSION_ERROR (RFC 9113 §4.3), in the order and with the
/// section numbers of h2spec's cases, and what else the RFC says of a decoder and an encoder.
@Suite("HPACK conformance", .timeLimit(.minutes(5)))
struct HPACKConformanceTests {
    /// Expects that a block with these octets at its end cannot be decoded, alone or in one that is a request.
    private func expectCompressionError(
        _ octets: [UInt8], over wire: HTTP2Wire, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            try await client.send(.headers(1, client.block() + octets))
            try await client.expectConnectionError(.compressionError, sourceLocation: sourceLocation)
            #expect(server.handled.count == 0, sourceLocation: sourceLocation)
        }
    }

    @Test("2.3.3: an index beyond the tables is an error, of a field and of a name", arguments: HTTP2Wire.allCases)
    func invalidIndex(wire: HTTP2Wire) async throws {
        try await expectCompressionError(RawHPACK.indexed(70), over: wire)
        try await expectCompressionError(RawHPACK.indexed(62), over: wire)
        for indexing in [RawHPACK.Indexing.incremental, .none, .never] {
            try await expectCompressionError(RawHPACK.literal(index: 70, "empty", indexing), over: wire)
        }
    }

    @Test("4.1: an entry larger than the table empties it, and is no error", arguments: HTTP2Wire.allCases)
    func largeEntry(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let kept = RawHPACK.literal("x-kept", "1", .incremental)
            try await client.send(.headers(1, client.block() + kept))
            try await client.expectResponse(200, "hello", on: 1)
            let large = RawHPACK.literal("x-large", String(repeating: "a", count: 4096), .incremental)
            try await client.send(.headers(3, client.block() + RawHPACK.indexed(62) + large))
            try await client.expectResponse(200, "hello", on: 3)
            try await client.send(.headers(5, client.block() + RawHPACK.indexed(62)))
            try await client.expectConnectionError(.compressionError)
        }
    }

    @Test("4.2: a table size update behind a field is an error", arguments: HTTP2Wire.allCases)
    func lateSizeUpdate(wire: HTTP2Wire) async throws {
        try await expectCompressionError(RawHPACK.sizeUpdate(1), over: wire)
        try await expectCompressionError(RawHPACK.sizeUpdate(1) + RawHPACK.literal("x-a", "b"), over: wire)
    }

    @Test("4.2: a server uses no larger table than the client's setting allows", arguments: HTTP2Wire.allCases)
    func serversTable(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            // What comes is decoded with a table that is as large as was agreed, which finds out.
            for size in [UInt32(4096), 100, 0, 4096, 64, 1 << 20] {
                try await client.send(.settings((RawFrame.Setting.headerTableSize, size)))
                for _ in 0..<2 { #expect(try await client.respond("/").text == "hello") }
            }
        }
    }

    @Test("4.3: a smaller table loses its oldest entries", arguments: HTTP2Wire.allCases)
    func eviction(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let two = RawHPACK.literal("x-1", "1", .incremental) + RawHPACK.literal("x-2", "2", .incremental)
            try await client.send(.headers(1, client.block() + two))
            try await client.expectResponse(200, "hello", on: 1)
            // There is room for one entry of 3 + 1 + 32.
            let block = client.block("GET", "/fields") + RawHPACK.indexed(62)
            try await client.send(.headers(3, RawHPACK.sizeUpdate(36) + block))
            try await client.expectResponse(200, "host=localhost,x-2=2", on: 3)
            try await client.send(.headers(5, client.block() + RawHPACK.indexed(63)))
            try await client.expectConnectionError(.compressionError)
        }
    }

    @Test("5.1: an integer that is too large, too long, or cut off is an error", arguments: HTTP2Wire.allCases)
    func integers(wire: HTTP2Wire) async throws {
        let endless = [UInt8](repeating: 0x80, count: 20)
        let huge = [UInt8](repeating: 0xFF, count: 9) + [0x7F]
        for octets: [UInt8] in [[0xFF] + endless, [0xFF] + huge, [0x00, 0x7F] + huge, [0xFF], [0x7F, 0x80]] {
            try await expectCompressionError(octets, over: wire)
        }
    }

    @Test("5.2: a string longer than what is left of the block is an error", arguments: HTTP2Wire.allCases)
    func longString(wire: HTTP2Wire) async throws {
        for octets: [UInt8] in [[0x00, 0x02, 0x61], [0x00, 0x01, 0x61, 0x7F, 0xFF, 0x01], [0x00, 0x01, 0x61]] {
            try await expectCompressionError(octets, over: wire)
        }
    }

    /// A literal of the name x-test and a value that is marked as Huffman-encoded.
    private func literal(huffman octets: [UInt8]) -> [UInt8] {
        [0x00] + RawHPACK.string("x-test", huffman: true) + RawHPACK.integer(octets.count, prefix: 7, 0x80) + octets
    }

    @Test("5.2: Huffman padding of more than 7 bits is an error", arguments: HTTP2Wire.allCases)
    func longPadding(wire: HTTP2Wire) async throws {
        try await expectCompressionError(literal(huffman: RawHuffman.encode(Array("test".utf8)) + [0xFF]), over: wire)
        try await expectCompressionError(literal(huffman: [0xFF]), over: wire)
    }

    @Test("5.2: Huffman padding of zeros is an error", arguments: HTTP2Wire.allCases)
    func zeroPadding(wire: HTTP2Wire) async throws {
        let octets = RawHuffman.encode(Array("x".utf8), padding: 0)
        #expect(octets != RawHuffman.encode(Array("x".utf8)))
        try await expectCompressionError(literal(huffman: octets), over: wire)
    }

    @Test("5.2: a Huffman code with EOS in it is an error", arguments: HTTP2Wire.allCases)
    func endOfString(wire: HTTP2Wire) async throws {
        try await expectCompressionError(literal(huffman: RawHuffman.encodeWithEnd(Array("test".utf8))), over: wire)
        let within = RawHuffman.encodeWithEnd(Array("te".utf8)) + RawHuffman.encode(Array("st".utf8))
        try await expectCompressionError(literal(huffman: within), over: wire)
    }

    @Test("6.1: index 0 is an error", arguments: HTTP2Wire.allCases)
    func indexZero(wire: HTTP2Wire) async throws {
        try await expectCompressionError(RawHPACK.indexed(0), over: wire)
    }

    @Test("6.3: a table size update above the setting is an error", arguments: HTTP2Wire.allCases)
    func largeSizeUpdate(wire: HTTP2Wire) async throws {
        for size in [4097, 1 << 20] {
            try await withHTTP2Client(over: wire) { client, _ in
                try await client.send(.headers(1, RawHPACK.sizeUpdate(size) + client.block()))
                try await client.expectConnectionError(.compressionError)
            }
        }
    }
}
