import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("File server: over sockets", .serialized, .timeLimit(.minutes(3)))
struct FileServerSocketTests {
    static func request(_ path: String, _ fields: String = "", method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
    }

    /// 12 MiB, more than the system takes for a client that does not read, of blocks that differ.
    private static func largeContent() -> [UInt8] {
        var block = HTTPServerFileBodyTests.content(64 << 10)
        var content: [UInt8] = []
        for number in 0..<UInt8(192) {
            block[0] = number
            content += block
        }
        return content
    }

    @Test("Answers of all kinds follow each other on one connection", arguments: TransportMode.allCases)
    func pipeline(mode: TransportMode) async throws {
        let files = ["a.txt": "hello", "empty": "", "sub/index.html": "index", "list/x": "x"]
        try await withFileTree(files) { tree in
            try tree.write(HTTPServerFileBodyTests.content(100_000), to: "large")
            try await withServer(in: mode, handler: FileServer(tree).handler) { server in
                let client = try await server.connect()
                let steps: [(path: String, fields: String, method: String, status: Int, length: Int?)] = [
                    ("/a.txt", "", "GET", 200, 5), ("/none", "", "GET", 404, nil), ("/a.txt", "", "HEAD", 200, 0),
                    ("/large", "", "GET", 200, 100_000), ("/large", "Range: bytes=5-9\r\n", "GET", 206, 5),
                    ("/large", "Range: bytes=50000-99998\r\n", "GET", 206, 49_999), ("/empty", "", "GET", 200, 0),
                    ("/large", "Range: bytes=100000-\r\n", "GET", 416, nil), ("/sub", "", "GET", 301, nil),
                    ("/large", "Range: bytes=0-0,500-599,-1\r\n", "GET", 206, nil), ("/sub/", "", "GET", 200, 5),
                    ("/a.txt", "If-None-Match: *\r\n", "GET", 304, 0), ("/list/", "", "GET", 200, nil),
                    ("/large", "", "HEAD", 200, 0),
                    ("/a.txt", "", "POST", 405, nil), ("/a.txt", "", "OPTIONS", 204, 0), ("*", "", "OPTIONS", 204, 0),
                    ("/a.txt", "If-Match: \"x\"\r\n", "GET", 412, nil), ("/%zz", "", "GET", 400, nil),
                    ("http://h/a.txt", "", "GET", 200, 5), ("/a.txt", "", "GET", 200, 5),
                ]
                // All at once, and then all again one by one.
                try await client.send(steps.map { Self.request($0.path, $0.fields, method: $0.method) }.joined())
                for isSingle in [false, true] {
                    for step in steps {
                        if isSingle { try await client.send(Self.request(step.path, step.fields, method: step.method)) }
                        let response = try await client.response(to: step.method)
                        #expect(response.status == step.status, "\(step)")
                        if let length = step.length { #expect(response.body.count == length, "\(step)") }
                    }
                }
                await client.close()
            }
        }
    }

    @Test("Parts arrive as the octets that were asked for", arguments: TransportMode.allCases)
    func parts(mode: TransportMode) async throws {
        try await withFileTree { tree in
            let content = HTTPServerFileBodyTests.content(300_000)
            try tree.write(content, to: "large")
            try await withServer(in: mode, handler: FileServer(tree).handler) { server in
                let client = try await server.connect()
                var generator = SeededGenerator(seed: 51)
                for _ in 0..<50 {
                    let first = Int.random(in: 0..<content.count, using: &generator)
                    let last = Int.random(in: first..<content.count, using: &generator)
                    try await client.send(Self.request("/large", "Range: bytes=\(first)-\(last)\r\n"))
                    let response = try await client.response()
                    #expect(response["Content-Range"] == "bytes \(first)-\(last)/300000")
                    #expect(response.body == Array(content[first...last]))
                }
                await client.close()
            }
        }
    }

    /// Begins to receive a file of 12 MiB, changes it, and goes on.
    private func changing(
        _ change: (FileTree) throws -> Void,
        then: (_ client: RawClient, _ content: [UInt8], _ server: TestServer) async throws -> Void
    ) async throws {
        try await withFileTree { tree in
            let content = Self.largeContent()
            try tree.write(content, to: "file")
            try await withServer(handler: FileServer(tree).handler) { server in
                let client = try await server.connect()
                try await client.send(Self.request("/file"))
                #expect(try await client.receiveMore())
                try change(tree)
                try await then(client, content, server)
                await client.close()
            }
        }
    }

    @Test(
        "A file that grows while it is sent is sent as it was, and the next time as it is",
        arguments: TransportMode.allCases)
    func grows(mode: TransportMode) async throws {
        try await changing { tree in
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: tree.root + "/file"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("more".utf8))
            try handle.close()
        } then: { client, content, _ in
            #expect(try await client.response().body == content)
            try await client.send(Self.request("/file", "Range: bytes=-6\r\n"))
            #expect(try await client.response().body == content.suffix(2) + Array("more".utf8))
        }
    }

    @Test(
        "A file that is replaced while it is sent is sent as it was, and the next time it is the new one",
        arguments: TransportMode.allCases)
    func replaced(mode: TransportMode) async throws {
        try await changing { tree in
            try tree.write(Array("new".utf8), to: "other")
            #expect(rename(tree.root + "/other", tree.root + "/file") == 0)
        } then: { client, content, _ in
            #expect(try await client.response().body == content)
            try await client.send(Self.request("/file"))
            #expect(try await client.response().text == "new")
        }
    }

    @Test("A file that is removed while it is sent is sent whole, and then gone", arguments: TransportMode.allCases)
    func removed(mode: TransportMode) async throws {
        try await changing { tree in
            try FileManager.default.removeItem(atPath: tree.root + "/file")
        } then: { client, content, _ in
            #expect(try await client.response().body == content)
            try await client.send(Self.request("/file"))
            #expect(try await client.response().status == 404)
        }
    }

    @Test(
        "A file that is cut while it is sent cuts the connection, and nothing is put in its place",
        arguments: TransportMode.allCases)
    func truncated(mode: TransportMode) async throws {
        try await changing { tree in
            #expect(truncate(tree.root + "/file", 1000) == 0)
        } then: { client, content, server in
            let response = try #require(try await client.truncatedResponse())
            #expect(response["Content-Length"] == "\(content.count)")
            #expect(response.body.count < content.count)
            let next = try await server.respond(Self.request("/file"))
            #expect(next.body == Array(content.prefix(1000)))
        }
    }

    @Test(
        "A file that is cut between the parts of it that are asked for cuts the connection",
        arguments: TransportMode.allCases)
    func truncatedParts(mode: TransportMode) async throws {
        try await withFileTree { tree in
            let content = Self.largeContent()
            try tree.write(content, to: "file")
            try await withServer(in: mode, handler: FileServer(tree).handler) { server in
                let client = try await server.connect()
                try await client.send(Self.request("/file", "Range: bytes=0-11999999,12500000-12582911\r\n"))
                #expect(try await client.receiveMore())
                #expect(truncate(tree.root + "/file", 1000) == 0)
                #expect(try await client.truncatedResponse() != nil)
                await client.close()
            }
        }
    }

    @Test("A large listing is streamed, and whole", arguments: TransportMode.allCases)
    func listing(mode: TransportMode) async throws {
        try await withFileTree { tree in
            for number in 0..<2000 { try tree.write([], to: "file-\(number)") }
            try await withServer(in: mode, handler: FileServer(tree).handler) { server in
                let response = try await server.respond(Self.request("/", "Accept: application/json\r\n"))
                #expect(response.framing == mode.framingWithoutLength)
                let objects = try JSONSerialization.jsonObject(with: Data(response.body)) as? [[String: Any]]
                #expect(objects?.count == 2000)
            }
        }
    }

    @Test("Where the system opens nothing without waiting, all is the same, but for links")
    func withoutCache() async throws {
        try await withFileTree(["a/b.txt": "hello", "sub/index.html": "index", "sub/index.html.gz": "gzip"]) { tree in
            try tree.link("link", to: "a/b.txt")
            try tree.link("folder", to: "a")
            let folder = try Folder(path: tree.root, links: .beneathRoot, resolvesSegments: true)
            let files = FileServer(folder: folder, configuration: FileServer.Configuration())
            try await withServer(handler: files.handler) { server in
                let client = try await server.connect()
                for (path, fields, status, text) in [
                    ("/a/b.txt", "", 200, "hello"), ("/sub/", "", 200, "index"), ("/a", "", 301, nil),
                    ("/sub/", "Accept-Encoding: gzip\r\n", 200, "gzip"), ("/none", "", 404, nil),
                    ("/link", "", 404, nil),
                    ("/folder/b.txt", "", 404, nil), ("/a/b.txt", "Range: bytes=1-2\r\n", 206, "el"),
                ] as [(String, String, Int, String?)] {
                    try await client.send(Self.request(path, fields))
                    let response = try await client.response()
                    #expect(response.status == status, "\(path)")
                    if let text { #expect(response.text == text) }
                }
                try await client.send(Self.request("/"))
                let listing = try await client.response().text
                #expect(listing.contains("./a/") && !listing.contains("./link") && !listing.contains("./folder"))
                await client.close()
            }
        }
    }

    @Test("Descriptors are given back", arguments: TransportMode.allCases)
    func descriptors(mode: TransportMode) async throws {
        try await withFileTree(["a.txt": "hello", "sub/x": "x"]) { tree in
            try await withServer(in: mode, handler: FileServer(tree).handler) { server in
                let client = try await server.connect()
                func openFiles() throws -> Int {
                    // Those of other tests that run meanwhile do not count.
                    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
                        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
                        return target?.hasPrefix(tree.root + "/") == true
                    }.count
                }
                for path in ["/a.txt", "/none", "/sub", "/sub/", "/a.txt/"] {
                    for _ in 0..<20 {
                        try await client.send(Self.request(path))
                        _ = try await client.response()
                    }
                }
                try await eventually("no file is open") { try openFiles() == 0 }
                await client.close()
            }
        }
    }
}
