import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Decompression: over sockets", .serialized, .timeLimit(.minutes(5)))
struct DecompressionServerTests {
    /// Says how much it has read, and its first bytes.
    private static let handler: HTTPServer.Handler = HTTPMiddleware.decompression()({ request in
        let body = try await request.body.collect(upTo: 64 << 20)
        return .ok("\(body.count) " + String(decoding: body.prefix(10), as: UTF8.self))
    })

    private static func post(_ body: [UInt8], coding: String = "gzip") -> [UInt8] {
        Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
            + body
    }

    @Test("Each request gets its answer, and the connection goes on", arguments: TransportMode.allCases)
    func answers(mode: TransportMode) async throws {
        let text = CodedSamples.text
        let good = coded(text)
        let cases: [([UInt8], String, Int, String)] = [
            (good, "gzip", 200, "\(text.count) It was the"),
            (coded(good), "gzip, gzip", 200, "\(text.count) It was the"),
            (coded(text, .deflate), "deflate", 200, "\(text.count) It was the"),
            (text, "identity", 200, "\(text.count)"),
            ([], "gzip", 200, "0 "), (good, "br", 415, "the content's coding is not supported\n"),
            (good, "gzip, gzip, gzip", 415, ""),
            (Array(good.dropLast()), "gzip", 400, "the coded content ends too early\n"),
            (good + [1], "gzip", 400, "something follows the coded content\n"),
            (text, "gzip", 400, "the coded content is malformed\n"),
            (InflaterLimitTests.bomb(mebibytes: 100), "gzip", 413, "the coded content expands too much\n"),
        ]
        try await withServer(in: mode) {
            $0.maximumDiscardedBody = 1 << 20
        } handler: {
            try await Self.handler($0)
        } _: { server in
            let client = try await server.connect()
            for (body, coding, status, text) in cases {
                try await client.send(Self.post(body, coding: coding))
                let response = try await client.response()
                #expect(response.status == status && response.text.hasPrefix(text), "\(coding) \(status)")
                #expect((response["Accept-Encoding"] == "gzip, deflate") == (status == 415))
            }
            await client.close()
            #expect(server.log.records(.error).isEmpty)
        }
    }

    @Test(
        "Coded content that is cut at any byte, in chunks that are whole, is answered with 400",
        arguments: TransportMode.allCases)
    func truncation(mode: TransportMode) async throws {
        let body = coded(Array("some content".utf8))
        try await withServer(in: mode, handler: Self.handler) { server in
            let client = try await server.connect()
            for end in 1..<body.count {
                try await client.send(Self.post(Array(body[..<end])))
                #expect(try await client.response().status == 400)
            }
            await client.close()
        }
    }

    @Test("Content that trickles in, byte by byte, is decoded", arguments: TransportMode.allCases)
    func trickle(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.handler) { server in
            let client = try await server.connect()
            let request = Self.post(coded(CodedSamples.text))
            try await client.send(request, pieces: [UInt8](repeating: 1, count: request.count).map(Int.init))
            #expect(try await client.response().text == "\(CodedSamples.text.count) It was the")
            await client.close()
        }
    }

    @Test("Trailers come with decoded content too", arguments: TransportMode.allCases)
    func trailers(mode: TransportMode) async throws {
        let handler = HTTPMiddleware.decompression()({ request in
            let text = try await request.body.text(upTo: 1000)
            return .ok(text + (await request.body.trailers[.eTag] ?? ""))
        })
        try await withServer(in: mode, handler: handler) { server in
            let body = coded(Array("content".utf8))
            let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            let client = try await server.connect()
            try await client.send(
                Array((head + String(body.count, radix: 16) + "\r\n").utf8) + body
                    + Array("\r\n0\r\nETag: \"x\"\r\n\r\n".utf8))
            #expect(try await client.response().text == "content\"x\"")
            await client.close()
        }
    }

    @Test("curl sends what Python has coded")
    func curl() async throws {
        guard let curl = ChildProcess("curl"), let python = ChildProcess("python3") else { return }
        try await withTemporaryDirectory { directory in
            let program = "import gzip; gzip.open('\(directory)/a', 'wb').write(b'0123456789' * 100000)"
            #expect(try await python.run(["-c", program]).status == 0)
            try await withServer(handler: Self.handler) { server in
                let result = try await curl.run([
                    "-sS", "-m", "30", "--noproxy", "*", "-H", "Content-Encoding: gzip", "--data-binary",
                    "@\(directory)/a", "http://\(server.address)/",
                ])
                #expect(result.output == "1000000 0123456789")
            }
        }
    }
}
