import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: files as bodies", .serialized, .timeLimit(.minutes(2)))
struct HTTPServerFileBodyTests {
    static func content(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
    }

    @Test(
        "A file arrives whole, whatever its size", arguments: [0, 1, 10 << 10, 32 << 10, 32 << 10 + 1, 3 << 20],
        TransportMode.allCases)
    func whole(size: Int, mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let content = Self.content(size)
            let file = try makeFile(content, in: directory)
            try await withServer(in: mode) { _ in
                HTTPResponse(status: .ok, body: .file(file))
            } _: { server in
                let client = try await server.connect()
                // Three on one connection: nothing may be left over between them.
                for _ in 0..<3 {
                    try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    let response = try await client.response()
                    #expect(response["Content-Length"] == "\(size)")
                    #expect(response.body == content)
                }
                await client.close()
            }
        }
    }

    @Test(
        "A part of a file arrives as that part", arguments: [0..<10, 5..<40_000, 99_999..<100_000, 7..<7],
        TransportMode.allCases)
    func part(range: Range<Int>, mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let content = Self.content(100_000)
            let file = try makeFile(content, in: directory)
            try await withServer(in: mode) { _ in
                HTTPResponse(status: .ok, body: .file(file, range: range))
            } _: { server in
                let response = try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(response.body == Array(content[range]))
            }
        }
    }

    @Test("What lies outside of the file is not part of a body")
    func clamps() async throws {
        try await withTemporaryDirectory { directory in
            let file = try makeFile([1, 2, 3], in: directory)
            #expect(HTTPResponse.Body.file(file, range: 1..<9).contentLength == 2)
            #expect(HTTPResponse.Body.file(file, range: -5..<1).contentLength == 1)
            #expect(HTTPResponse.Body.file(file, range: 5..<9).contentLength == 0)
        }
    }

    @Test("HEAD gets the length and no content", arguments: [10, 100_000], TransportMode.allCases)
    func head(size: Int, mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let file = try makeFile(Self.content(size), in: directory)
            try await withServer(in: mode) { _ in
                HTTPResponse(status: .ok, body: .file(file))
            } _: { server in
                let response = try await server.respond("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", to: "HEAD")
                #expect(response["Content-Length"] == "\(size)")
                #expect(response.body.isEmpty)
            }
        }
    }

    @Test(
        "Parts of a file go between other parts of a streamed response", arguments: [false, true],
        TransportMode.allCases)
    func streamed(hasLength: Bool, mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let content = Self.content(200_000)
            let file = try makeFile(content, in: directory)
            try await withServer(in: mode) { _ in
                HTTPResponse(.ok, contentLength: hasLength ? 150_006 : nil) { writer in
                    try await writer.write("abc")
                    try await writer.write(file, range: 50_000..<200_000)
                    try await writer.write("xyz")
                }
            } _: { server in
                let response = try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(response.body == Array("abc".utf8) + content[50_000...] + Array("xyz".utf8))
            }
        }
    }

    @Test(
        "A file that shrank cuts the connection and never becomes part of the next response",
        arguments: [
            10 << 10, 1 << 20,
        ], TransportMode.allCases)
    func shrinks(size: Int, mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let file = try makeFile(Self.content(size), in: directory)
            #expect(truncate(directory + "/file", size / 2) == 0)
            try await withServer(in: mode) { _ in
                HTTPResponse(status: .ok, body: .file(file))
            } _: { server in
                let client = try await server.connect()
                try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
                let response = try await client.truncatedResponse()
                #expect(response != nil)
                #expect(response.map { $0.body.count <= size / 2 } ?? false)
                await client.close()
            }
        }
    }

    @Test("A file that grew, or was removed, is sent as it was when it was opened", arguments: TransportMode.allCases)
    func growsAndGoes(mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let content = Self.content(100_000)
            let file = try makeFile(content, in: directory)
            let handle = try #require(FileHandle(forWritingAtPath: directory + "/file"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(Self.content(5000)))
            try FileManager.default.removeItem(atPath: directory + "/file")
            try await withServer(in: mode) { _ in
                HTTPResponse(status: .ok, body: .file(file))
            } _: { server in
                let response = try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(response.body == content)
            }
        }
    }

    @Test(
        "A client that leaves in the middle of a file ends nothing but its own connection",
        arguments: TransportMode.allCases)
    func leaves(mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory in
            let file = try makeFile(Self.content(8 << 20), in: directory)
            try await withServer(in: mode) { request in
                request.path == "/" ? HTTPResponse(status: .ok, body: .file(file)) : .ok("here")
            } _: { server in
                for _ in 0..<20 {
                    let client = try await server.connect()
                    try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    _ = try await client.receiveMore()
                    await client.reset()
                }
                #expect(try await server.respond("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").text == "here")
                try await server.waitForConnections(0)
            }
        }
    }

    @Test("Middleware can read a file, and collect what would be sent of it")
    func collects() async throws {
        try await withTemporaryDirectory { directory in
            let content = Self.content(100_000)
            let body = HTTPResponse.Body.file(try makeFile(content, in: directory), range: 1..<99_999)
            #expect(try await body.collect(upTo: 100_000) == Array(content[1..<99_999]))
            await #expect(throws: HTTPBodyError.tooLarge) { try await body.collect(upTo: 99_997) }
        }
    }
}
