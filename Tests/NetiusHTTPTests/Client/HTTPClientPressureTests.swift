import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: what does not go out, arrive or end as usual", .serialized, .timeLimit(.minutes(2)))
struct HTTPClientPressureTests {
    @Test("A piece of content that is empty is not the end of it", arguments: TransportMode.allCases)
    func emptyPieces(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: { .ok(try await $0.body.text(upTo: 100)) }) { server in
            try await withClient(in: mode) { client async throws in
                let pieces = Box([[], Array("one ".utf8), [], [], Array("two".utf8), []])
                let body = HTTPRequestBody {
                    var left = pieces.value
                    guard !left.isEmpty else { return nil }
                    defer { pieces.value = left }
                    return left.removeFirst()
                }
                let response = try await client.post(server.url("/"), body: body)
                #expect(try await response.body.text(upTo: 100) == "one two")
                let next = try await client.get(server.url("/"))
                #expect(next.status == .ok)
            }
        }
    }

    @Test("A head that is larger than what the system takes at once is sent to its end")
    func largeHead() async throws {
        let length = 12_000_000
        try await withScriptedServer { connection, _ in
            var last: [UInt8] = []
            while let bytes = try await connection.connection.read() {
                last = Array((last + bytes.suffix(4)).suffix(4))
                guard last != Array("\r\n\r\n".utf8) else { break }
            }
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole")
        } _: { server async throws in
            try await withClient { client async throws in
                let fields: HTTPFields = [.cookie: String(repeating: "x", count: length)]
                let response = try await client.get(server.url(), headerFields: fields)
                #expect(try await response.body.text(upTo: 100) == "whole")
            }
        }
    }

    @Test("Content without a length that is cut off by the end of the client is not whole")
    func cutByShutdown() async throws {
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 200 OK\r\n\r\na part")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient { client async throws in
                let response = try await client.get(server.url())
                var iterator = response.body.makeAsyncIterator()
                #expect(try await iterator.next() == Array("a part".utf8))
                await client.shutdown(within: .zero)
                let error = await clientError { _ = try await iterator.next() }
                #expect(error?.code == .connectionClosed)
            }
        }
    }

    @Test("While the content is being sent the server may take its time after 100 (Continue)")
    func slowUpload() async throws {
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            _ = try await connection.read(2)
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server async throws in
            try await withClient {
                $0.readTimeout = .milliseconds(20)
            } _: { client async throws in
                let started = ContinuousClock.now
                let sent = Box(0)
                let body = HTTPRequestBody {
                    // Many times as long as the server may pause within its answer.
                    while ContinuousClock.now < started + .milliseconds(200) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    sent.value += 1
                    return sent.value > 2 ? nil : [UInt8(ascii: "x")]
                }
                let response = try await client.put(
                    server.url(), headerFields: [.expect: "100-continue"], body: body)
                #expect(response.status == .ok)
            }
        }
    }

    @Test("Codings one upon the other may not expand together beyond what one may", arguments: TransportMode.allCases)
    func nestedCodings(mode: TransportMode) async throws {
        let octets = try #require(Data(base64Encoded: Self.emptyMembersTwiceCoded))
        try await withServer(
            in: mode,
            handler: { _ in
                HTTPResponse(
                    status: .ok, headerFields: [.contentEncoding: "gzip, gzip, gzip"], body: .bytes([UInt8](octets)))
            }
        ) { server in
            try await withClient(in: mode) { client async throws in
                let error = await clientError {
                    _ = try await client.get(server.url("/")).body.collect(upTo: 100)
                }
                #expect(error?.code == .contentCoding)
            }
        }
    }

    /// 400,000 streams of gzip that are empty, coded twice: 159 bytes.
    private static let emptyMembersTwiceCoded = """
        H4sIAAAAAAACA+3QoQ4BcQDA4f/ObCcY080L2O0umafQJO2SLNg0maApwjVJcUlTbJc0xQsovIKZpzDb9wvfA/x6qzh8i2rPKmuGNA5p1Era\
        6+kxT+5l2R2NL4Pr8LGbAQAAAAAAAAAAAAAAAACAv2D+qrJGCOFcvA/bvNi7AgAAAAAAAAAAAAAAAPyC060+2fSXobMIHzZgRLjxSwAA
        """
}
