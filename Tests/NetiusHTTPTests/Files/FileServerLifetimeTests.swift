import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("File server: how long files are kept, and the largest there are", .serialized, .timeLimit(.minutes(2)))
struct FileServerLifetimeTests {
    @Test("The end of the largest file there can be is sent, and no sum overflows", arguments: TransportMode.allCases)
    func largest(mode: TransportMode) async throws {
        // Of the usual file systems this one alone, in memory, holds such files.
        let path = "/dev/shm/netius-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data().write(to: URL(fileURLWithPath: path + "/file"))
        #expect(truncate(path + "/file", .max) == 0)
        try await withServer(in: mode, handler: FileServer(root: path).handler) { server in
            for count in [10, 100_000, 700_000] {
                let response = try await server.respond(
                    FileServerSocketTests.request("/file", "Range: bytes=-\(count)\r\n"))
                #expect(response.status == 206)
                #expect(response.body == [UInt8](repeating: 0, count: count))
            }
            let client = try await server.connect()
            try await client.send(FileServerSocketTests.request("/file", "Range: bytes=0-0,100-\r\n", method: "HEAD"))
            #expect(try await client.response(to: "HEAD").status == 200)
            try await client.send(FileServerSocketTests.request("/file", "Range: bytes=0-0,100-\r\n"))
            #expect(try await client.receiveMore())
            await client.close()
            #expect(
                try await server.respond(FileServerSocketTests.request("/file", "Range: bytes=0-1\r\n")).status == 206)
        }
    }

    @Test(
        "A file is kept for the requests that came with one, unless that one has waited",
        arguments: TransportMode.allCases)
    func kept(mode: TransportMode) async throws {
        try await withFileTree(["a.txt": "hello"]) { tree in
            let files = try FileServer(tree)
            let handler: HTTPServer.Handler = { request in
                if request.path == "/a.txt?wait" {
                    // Longer than a turn.
                    try await BlockingPool.shared.run {}
                    for _ in 0..<3 { await request.exchange?.connection.loop.yield() }
                }
                _ = try await files.respond(to: request)
                let isKept = OpenFileTable.Key(request).flatMap { files.openFiles(for: request)?.file($0) } != nil
                return .ok(isKept ? "kept" : "not kept")
            }
            try await withServer(in: mode, handler: handler) { server in
                // The first finds the folder in memory.
                _ = try await server.respond(FileServerSocketTests.request("/a.txt"))
                #expect(try await server.respond(FileServerSocketTests.request("/a.txt")).text == "kept")
                #expect(try await server.respond(FileServerSocketTests.request("/a.txt?wait")).text == "not kept")
            }
        }
    }

    @Test("A file server that is made for one request goes with it", arguments: TransportMode.allCases)
    func shortLived(mode: TransportMode) async throws {
        try await withFileTree(["a.txt": "hello"]) { tree in
            let handler: HTTPServer.Handler = { try await FileServer(tree).respond(to: $0) }
            try await withServer(in: mode, handler: handler) { server in
                let client = try await server.connect()
                for _ in 0..<20 {
                    try await client.send(FileServerSocketTests.request("/a.txt"))
                    #expect(try await client.response().text == "hello")
                }
                try await eventually("no folder is open") {
                    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").allSatisfy {
                        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
                        return target?.hasPrefix(tree.root) != true
                    }
                }
                await client.close()
            }
        }
    }
}
