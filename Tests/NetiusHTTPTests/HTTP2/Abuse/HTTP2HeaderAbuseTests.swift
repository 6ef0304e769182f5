import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 abuse: header sections", .timeLimit(.minutes(5)))
struct HTTP2HeaderAbuseTests {
    /// CVE-2024-27316 and its like.
    @Test("CONTINUATION frames without end are ENHANCE_YOUR_CALM, empty or not", arguments: [0, 1, 100])
    func continuations(size: Int) async throws {
        try await expectCalm("too many CONTINUATION frames") { client in
            let piece = RawHPACK.literal("x", String(repeating: "a", count: max(0, size - 4)))
            try await client.send(.headers(1, client.block(), isWhole: false))
            try await client.send((0..<100).map { _ in .continuation(1, size == 0 ? [] : piece, isLast: false) })
        }
    }

    @Test("As many CONTINUATION frames as are allowed are taken")
    func fewContinuations() async throws {
        try await withHTTP2Client { client, _ in
            try await client.send(.headers(1, client.block(), isWhole: false))
            try await client.send((0..<8).map { .continuation(1, isLast: $0 == 7) })
            try await client.expectResponse(200, "hello", on: 1)
        }
    }

    @Test("A header block of too many octets is ENHANCE_YOUR_CALM")
    func largeBlock() async throws {
        try await expectCalm("a header block is too large") { client in
            let piece = RawHPACK.literal("x", String(repeating: "a", count: 16_000))
            try await client.send(.headers(1, client.block(), isWhole: false))
            try await client.send((0..<6).map { _ in .continuation(1, piece, isLast: false) })
        }
    }

    @Test("A header block that does not go on ends the connection in time")
    func unfinishedBlock() async throws {
        try await withHTTP2Server({ $0.headTimeout = .milliseconds(200) }) { server in
            let client = try await server.connect()
            try await client.send(.headers(1, client.block(), isWhole: false))
            try await client.readToEnd()
            #expect(client.goAways.count == 1)
            await client.close()
            try await server.server.waitForConnections(0)
            #expect(server.handled.count == 0)
        }
    }

    @Test("A preface that does not go on ends the connection in time")
    func unfinishedPreface() async throws {
        try await withHTTP2Server({ $0.headTimeout = .milliseconds(200) }) { server in
            for count in [1, 20, 24] {
                let client = try await server.dial()
                try await client.send(octets: Array(RawHTTP2Client.preface.prefix(count)))
                while let bytes = try? await client.connection.read(), !bytes.isEmpty {}
                await client.close()
            }
            try await server.server.waitForConnections(0)
        }
    }

    /// A block of a few octets that stands for many (CVE-2016-6581).
    @Test("An HPACK bomb is answered with 431, costs no memory, and leaves the connection and its table as they were")
    func bomb() async throws {
        try await withHTTP2Client { client, server in
            let before = residentBytes()
            let entry = RawHPACK.literal("x-bomb", String(repeating: "a", count: 4000), .incremental)
            try await client.send(.headers(1, client.block() + entry))
            try await client.expectResponse(200, "hello", on: 1)
            let bomb = [UInt8](repeating: RawHPACK.indexed(62)[0], count: 16_000)
            for _ in 0..<10 {
                let stream = client.newStream()
                try await client.send(.headers(stream, client.block() + bomb))
                try await client.expectResponse(431, on: stream)
            }
            #expect(server.handled.count == 1)
            expectFlat(since: before)
            let stream = client.newStream()
            try await client.send(.headers(stream, client.block("GET", "/fields") + RawHPACK.indexed(62)))
            #expect(try await client.response(on: stream).text.hasPrefix("host=localhost,x-bomb=aaa"))
        }
    }

    @Test("A header section beyond the list size is answered with 431, one at its limit is served")
    func listSize() async throws {
        try await withHTTP2Client {
            $0.http2.headerListSize = 1000
        } _: { client, _ in
            #expect(client.settings[RawFrame.Setting.maximumHeaderListSize] == 1000)
            let fields = [
                (":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/"), ("x", ""),
            ]
            let size = fields.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
            for (extra, status) in [(0, 200), (1, 431)] {
                let value = String(repeating: "a", count: 1000 - size + extra)
                #expect(try await client.respond("/", [("x", value)]).status == status)
            }
            try await client.expectLife()
        }
    }

    @Test("More fields than allowed are answered with 431")
    func fieldCount() async throws {
        try await withHTTP2Client { client, server in
            for (count, status) in [(90, 200), (200, 431)] {
                let fields = (0..<count).map { ("x-\($0)", "a") }
                let response = try await client.respond("/", fields)
                #expect(response.status == status)
            }
            #expect(server.handled.count == 1)
        }
    }

    @Test("Trailers beyond the list size are a stream error, and not a handler's")
    func largeTrailers() async throws {
        try await withHTTP2Client { client, _ in
            let stream = try await client.open("POST", "/trailers")
            let fields = (0..<500).map { ("x-\($0)", "a") }
            try await client.send(.data(stream, "a"), .headers(stream, RawHPACK.block(fields)))
            try await client.receive("an end") {
                client.streams[stream]?.reset != nil || client.streams[stream]?.isEnded == true
            }
            #expect(client.streams[stream]?.status != 200)
            try await client.expectLife()
        }
    }
}
