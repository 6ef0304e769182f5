import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: large transfers", .serialized, .timeLimit(.minutes(5)))
struct HTTPServerTransferTests {
    /// Sends back what it gets, as it comes.
    @Sendable private static func echo(_ request: HTTPRequest) async throws -> HTTPResponse {
        HTTPResponse(.ok, contentLength: request.headerFields[.contentLength].flatMap { Int($0) }) { writer in
            for try await bytes in request.body { try await writer.write(bytes) }
        }
    }

    @Test("A hundred megabytes are streamed in and out whole", arguments: [false, true])
    func echoes(isChunked: Bool) async throws {
        try await withServer(handler: Self.echo) { server in
            let loop = try EventLoop(name: "client")
            let client = try await server.connect(on: loop)
            let piece = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
            let sending = Task { [connection = client.connection] in
                let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(100 << 20)"
                try await connection.write("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(framing)\r\n\r\n")
                for _ in 0..<100 {
                    if isChunked { try await connection.write("100000\r\n") }
                    try await connection.write(piece)
                    if isChunked { try await connection.write("\r\n") }
                }
                if isChunked { try await connection.write("0\r\n\r\n") }
            }
            try await client.receive(past: "\r\n\r\n")
            var (received, isRight) = (0, true)
            var next: [UInt8]? = Array(client.received)
            while let bytes = next {
                // Where the chunks begin and end is the server's affair; without them each octet has its place.
                if !isChunked { isRight = isRight && piece.repeats(as: bytes, from: received % piece.count) }
                received += bytes.count
                next = try await client.connection.read()
            }
            #expect(isChunked ? received > 100 << 20 : received == 100 << 20)
            #expect(isRight)
            try await sending.value
            await client.close()
            await loop.shutdown()
        }
    }

    @Test("What a handler does not read is not taken from the client", arguments: TransportMode.allCases)
    func slowHandler(mode: TransportMode) async throws {
        let mayRead = Gate()
        let piece = [UInt8](repeating: 97, count: 10_000)
        try await withServer(in: mode) { request in
            await mayRead.wait()
            var count = 0
            for try await bytes in request.body { count += bytes.count }
            return .ok("\(count)")
        } _: { server in
            let client = try await server.connect()
            let sent = Box(0)
            let sending = Task {
                try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40000000\r\n\r\n")
                for _ in 0..<4000 {
                    try await client.send(piece)
                    sent.value += 1
                }
            }
            try await eventually("the client is held up") { try await Self.isStuck(sent) }
            #expect(sent.value < 4000)
            mayRead.open()
            #expect(try await client.response().text == "40000000")
            try await sending.value
            await client.close()
        }
    }

    @Test("What a client does not read holds up its writer, and nobody else", arguments: TransportMode.allCases)
    func slowClient(mode: TransportMode) async throws {
        let written = Box(0)
        let piece = [UInt8](repeating: 97, count: 50_000)
        try await withServer(in: mode) { request in
            guard request.path == "/big" else { return .ok("x") }
            return HTTPResponse(.ok) { writer in
                for _ in 0..<800 {
                    try await writer.write(piece)
                    written.value += 1
                }
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            try await eventually("the writer is held up") {
                #expect(try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n").text == "x")
                return try await Self.isStuck(written)
            }
            #expect(written.value < 800)
            let response = try await client.lastResponse()
            #expect(response.body.count == 40_000_000 && written.value == 800)
            await client.close()
        }
    }

    /// Whether what has begun to be counted is not counted on.
    private static func isStuck(_ count: Box<Int>) async throws -> Bool {
        let before = count.value
        try await Task.sleep(for: .milliseconds(20))
        return before > 0 && count.value == before
    }
}

extension [UInt8] {
    /// Whether the bytes are what the array says over and over, from the offset.
    fileprivate func repeats(as bytes: [UInt8], from offset: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            let start = (offset + done) % count
            let length = Swift.min(bytes.count - done, count - start)
            let isSame = bytes.withUnsafeBytes { bytes in
                withUnsafeBytes { memcmp(bytes.baseAddress! + done, $0.baseAddress! + start, length) == 0 }
            }
            guard isSame else { return false }
            done += length
        }
        return true
    }
}

/// The resident memory of this process in bytes; 0 where the system does not tell.
func residentMemory() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
}
