import Testing

/// The representations of a field (RFC 7541 §6) that a server must take, in the order and with the section number of
/// h2spec's generic cases.
@Suite("HTTP/2 conformance, generic 5: HPACK", .timeLimit(.minutes(5)))
struct GenericHPACKConformanceTests {
    private static let userAgent = 58

    @Test("5: an indexed field is taken", arguments: HTTP2Wire.allCases)
    func indexed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            // GET, the scheme, /.
            let block = RawHPACK.indexed(2) + RawHPACK.indexed(wire == .tls ? 7 : 6) + RawHPACK.indexed(4)
            try await client.send(.headers(1, block + RawHPACK.literal(index: 1, "localhost")))
            try await client.expectResponse(200, "hello", on: 1)
        }
    }

    @Test(
        "5: a literal is taken with every kind of indexing, its name indexed or new, plain or Huffman-encoded",
        arguments: HTTP2Wire.allCases)
    func literals(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let start = client.block("GET", "/fields")
            for indexing in [RawHPACK.Indexing.incremental, .none, .never] {
                for huffman in [false, true] {
                    let stream = client.newStream()
                    let named = RawHPACK.literal(index: Self.userAgent, "a", indexing, huffman: huffman)
                    let new = RawHPACK.literal("x-test", "ab/\u{7E}", indexing, huffman: huffman)
                    try await client.send(.headers(stream, start + named + new))
                    try await client.expectResponse(
                        200, "host=localhost,user-agent=a,x-test=ab/\u{7E}", on: stream)
                }
            }
        }
    }

    @Test("5: a field that was indexed is found in the table", arguments: HTTP2Wire.allCases)
    func found(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let start = client.block("GET", "/fields")
            let one = RawHPACK.literal("x-one", "1", .incremental)
            let two = RawHPACK.literal("x-two", "2", .incremental)
            try await client.send(.headers(1, start + one + two))
            try await client.expectResponse(200, "host=localhost,x-one=1,x-two=2", on: 1)
            // The last that went in comes first; a new value for a name that is known.
            let again = RawHPACK.indexed(62) + RawHPACK.indexed(63) + RawHPACK.literal(index: 63, "3", .never)
            try await client.send(.headers(3, start + again))
            try await client.expectResponse(200, "host=localhost,x-two=2,x-one=1,x-one=3", on: 3)
        }
    }

    @Test("5: a table size update is taken, and two", arguments: HTTP2Wire.allCases)
    func sizeUpdates(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(1, RawHPACK.sizeUpdate(128) + client.block()))
            try await client.expectResponse(200, "hello", on: 1)
            let two = RawHPACK.sizeUpdate(0) + RawHPACK.sizeUpdate(4096)
            try await client.send(.headers(3, two + client.block()))
            try await client.expectResponse(200, "hello", on: 3)
        }
    }

    @Test("5: every octet that a field may have is read from its Huffman code", arguments: HTTP2Wire.allCases)
    func huffman(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let value = String((0x21...0x7E).map { Character(UnicodeScalar($0)) })
            let block = client.block("GET", "/fields") + RawHPACK.literal("x-test", value, huffman: true)
            try await client.send(.headers(1, block))
            try await client.expectResponse(200, "host=localhost,x-test=\(value)", on: 1)
        }
    }
}
