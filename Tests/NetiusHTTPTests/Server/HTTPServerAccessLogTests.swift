import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: its access log", .serialized, .timeLimit(.minutes(2)))
struct HTTPServerAccessLogTests {
    /// The lines, without what differs from run to run.
    static func lines(
        in mode: TransportMode = .http1, _ handler: @escaping HTTPServer.Handler,
        _ talk: (TestServer) async throws -> Void
    ) async throws -> [String] {
        let written = Guarded<[UInt8]>([])
        let log = try HTTPAccessLog(to: .closure { lines in written.withLock { $0 += lines } }, format: .common)
        try await withServer(in: mode, { $0.accessLog = log }, handler: handler) { server in
            try await talk(server)
            try await server.waitForConnections(0)
        }
        await log.flush()
        return written.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map { line in
            String(line).replacing(#/\[[^\]]*\]/#, with: "[]")
        }
    }

    @Test("Every answered request is a line, in the order of the answers", arguments: TransportMode.allCases)
    func answered(mode: TransportMode) async throws {
        let lines = try await Self.lines(in: mode) { request in
            request.user = request.path == "/b" ? "frank" : nil
            return request.path == "/none" ? HTTPResponse(status: .noContent) : .ok("Hello")
        } _: { server in
            let client = try await server.connect()
            for (method, path) in [("GET", "/a?x=1"), ("POST", "/b"), ("HEAD", "/c")] {
                try await client.send("\(method) \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                _ = try await client.response(to: method)
            }
            try await client.send("GET /none HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            _ = try await client.response()
            await client.close()
        }
        let version = mode.isHTTP2 ? "HTTP/2.0" : "HTTP/1.1"
        #expect(
            lines == [
                #"127.0.0.1 - - [] "GET /a?x=1 \#(version)" 200 5"#,
                #"127.0.0.1 - frank [] "POST /b \#(version)" 200 5"#,
                #"127.0.0.1 - - [] "HEAD /c \#(version)" 200 0"#, #"127.0.0.1 - - [] "GET /none \#(version)" 204 0"#,
            ])
    }

    @Test("What is refused before it is a request is a line too")
    func refused() async throws {
        let lines = try await Self.lines { _ in
            .ok("Hello")
        } _: { server in
            _ = try await server.respond("GET /first HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            _ = try await server.respond("GET /\" \u{1}nonsense\r\n\r\n")
            _ = try await server.respond("GET /fields HTTP/1.1\r\nHost: h\r\nBad Field: x\r\n\r\n")
            let client = try await server.connect()
            try await client.send("GET /good HTTP/1.1\r\nHost: h\r\n\r\nbad\r\n\r\n")
            _ = try await client.responses(2)
            await client.close()
        }
        #expect(
            lines.map { $0.replacing(#/ \d+$/#, with: "") } == [
                #"127.0.0.1 - - [] "GET /first HTTP/1.1" 200"#, #"127.0.0.1 - - [] "GET /\x22 \x01nonsense" 400"#,
                #"127.0.0.1 - - [] "GET /fields HTTP/1.1" 400"#, #"127.0.0.1 - - [] "GET /good HTTP/1.1" 200"#,
                #"127.0.0.1 - - [] "bad" 400"#,
            ])
    }

    @Test("A failed handler is a line, and so is one that an unread body ends", arguments: TransportMode.allCases)
    func failed(mode: TransportMode) async throws {
        struct Failure: Error {}
        let lines = try await Self.lines(in: mode) { request in
            if request.path == "/fails" { throw Failure() }
            if request.path == "/teapot" { throw HTTPError(.init(code: 418)) }
            return HTTPResponse(.ok) { writer in
                try await writer.write("12345")
                throw Failure()
            }
        } _: { server in
            for path in ["/fails", "/teapot"] {
                _ = try await server.respond("GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            }
            let client = try await server.connect()
            try await client.send("GET /cut HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.truncatedResponse() != nil)
            await client.close()
        }
        let version = mode.isHTTP2 ? "HTTP/2.0" : "HTTP/1.1"
        #expect(
            lines.map { $0.replacing(#/^.*\[\] /#, with: "") } == [
                #""GET /fails \#(version)" 500 26"#, #""GET /teapot \#(version)" 418 5"#,
                #""GET /cut \#(version)" 200 5"#,
            ])
    }

    @Test(
        "The bytes of a line are those of the content that was sent", arguments: [0, 10, 20_000, 1 << 20],
        TransportMode.allCases)
    func counts(size: Int, mode: TransportMode) async throws {
        let lines = try await withTemporaryDirectory { directory in
            let file = try makeFile([UInt8](repeating: 97, count: size), in: directory)
            return try await Self.lines(in: mode) { request in
                switch request.path {
                case "/bytes": HTTPResponse(status: .ok, body: .bytes([UInt8](repeating: 97, count: size)))
                case "/text": .ok(String(repeating: "a", count: size))
                case "/file": HTTPResponse(status: .ok, body: .file(file))
                default:
                    HTTPResponse(.ok) { writer in
                        try await writer.write([UInt8](repeating: 97, count: size / 2))
                        try await writer.write(file, range: 0..<(size - size / 2))
                    }
                }
            } _: { server in
                for path in ["/bytes", "/text", "/file", "/stream"] {
                    _ = try await server.respond("GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                }
            }
        }
        #expect(lines.count == 4)
        for line in lines { #expect(line.hasSuffix(" 200 \(size)"), "\(line)") }
    }
}
