import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("The content of HTTP/2 requests that nobody reads") struct HTTP2ServerContentTests {
    @Test("a little is discarded, and the stream ends in order")
    func discarded() async throws {
        try await withHTTP2Client { client, _ in
            let stream = try await client.open("POST", "/")
            try await client.expectResponse(200, "hello", on: stream)
            try await client.upload([UInt8](repeating: 1, count: 60_000), on: stream)
            try await client.expectLife()
            #expect(client.streams[stream]?.reset == nil)
        }
    }

    @Test("what is discarded is credited to the connection")
    func credited() async throws {
        try await withHTTP2Client { client, _ in
            for _ in 0..<40 {
                let stream = try await client.open("POST", "/")
                try await client.upload([UInt8](repeating: 1, count: 60_000), on: stream)
                try await client.expectResponse(200, "hello", on: stream)
            }
            try await client.expectLife()
        }
    }

    @Test("more is refused by a reset that means no harm")
    func refused() async throws {
        try await withHTTP2Client {
            $0.maximumDiscardedBody = 10_000
        } _: { client, _ in
            let stream = try await client.open("POST", "/")
            try await client.expectResponse(200, "hello", on: stream)
            try await client.send(.data(stream, bytes: [UInt8](repeating: 1, count: 10_001)))
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            #expect(client.streams[stream]?.reset == RawErrorCode.noError.rawValue)
            // What was on its way is ignored.
            try await client.send(.data(stream, bytes: [UInt8](repeating: 1, count: 10_000), ends: true))
            try await client.expectLife()
        }
    }

    @Test("a client that does not go on is not waited for")
    func overdue() async throws {
        try await withHTTP2Client {
            $0.lingerTimeout = .milliseconds(50)
        } _: { client, _ in
            let stream = try await client.open("POST", "/")
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            #expect(client.streams[stream]?.text == "hello")
            try await client.expectLife()
        }
    }

    @Test("a body beyond the limit is answered with 413, announced or not")
    func tooLarge() async throws {
        try await withHTTP2Client {
            $0.limits.bodySize = 1000
        } _: { client, server in
            let announced = try await client.open("POST", "/size", [("content-length", "1001")])
            try await client.expectResponse(413, on: announced)
            #expect(server.handled.count == 0)
            let streamed = try await client.open("POST", "/size")
            try await client.upload([UInt8](repeating: 1, count: 1001), on: streamed, ends: false)
            try await client.expectResponse(413, on: streamed)
            let allowed = try await client.open("POST", "/size")
            try await client.upload([UInt8](repeating: 1, count: 1000), on: allowed)
            try await client.expectResponse(200, "1000", on: allowed)
        }
    }

    @Test("a client that is too slow with a body gets 408, and keeps its connection")
    func tooSlow() async throws {
        try await withHTTP2Client {
            $0.bodyGracePeriod = .milliseconds(50)
        } _: { client, _ in
            let stream = try await client.open("POST", "/size")
            try await client.expectResponse(408, on: stream)
            try await client.expectLife()
        }
    }
}
