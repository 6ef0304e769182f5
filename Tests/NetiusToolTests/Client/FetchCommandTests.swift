import Foundation
import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("netius fetch and raw", .timeLimit(.minutes(5)))
struct FetchCommandTests {
    /// How many requests there were, and at most at a time.
    private struct Load {
        var count = 0
        var now = 0
        var most = 0
    }

    private static func withServer(_ test: (String, Guarded<Load>) async throws -> Void) async throws {
        let load = Guarded(Load())
        try await withHTTPServer(handler: { request in
            load.withLock { load in
                load.count += 1
                load.now += 1
                load.most = max(load.most, load.now)
            }
            defer { load.withLock { $0.now -= 1 } }
            await Task.yield()
            if request.path == "/missing" { return .text("not here", status: .notFound) }
            if request.path == "/cut" {
                return HTTPResponse(.ok, contentLength: 100) { writer in
                    try await writer.write("short")
                    throw CancellationError()
                }
            }
            return .ok("content of \(request.path ?? "")")
        }) { port in
            try await test("http://127.0.0.1:\(port)", load)
        }
    }

    @Test("Each URL has a line, with status, bytes and time, and all of them a summary")
    func lines() async throws {
        try await Self.withServer { server, load in
            let (ending, _) = try await runTool(["fetch", server + "/a", server + "/b", "-n", "10", "-c", "4"])
            #expect(ending.status == 0 && ending.errors.isEmpty)
            let lines = ending.output.split(separator: "\n")
            #expect(lines.count == 21 && lines.last?.hasPrefix("20 requests, 0 failed, 260 B in ") == true)
            #expect(lines.count { $0.hasPrefix("200           13 ") && $0.hasSuffix(" ms  \(server)/b") } == 10)
            let seen = load.withLock { $0 }
            #expect(seen.count == 20 && seen.most <= 4)
        }
    }

    @Test("What fails is told, counts as failed, and keeps nothing else from being done")
    func failures() async throws {
        try await Self.withServer { server, _ in
            try await withTemporaryFolder { folder in
                let port = try await freePort()
                let dead = "http://127.0.0.1:\(port)/"
                let urls = [server + "/a", server + "/missing", dead, server + "/cut"]
                let (ending, _) = try await runTool(["fetch", "--out", folder + "/new"] + urls)
                #expect(ending.status == 1 && ending.errors.isEmpty)
                for start in ["200 ", "404 ", "--- "] {
                    #expect(ending.output.split(separator: "\n").contains { $0.hasPrefix(start) })
                }
                #expect(ending.output.contains("\(dead): ") && ending.output.contains("Connection refused"))
                #expect(ending.output.contains("\n4 requests, 3 failed, "))
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/new") == ["a"])
            }
        }
    }

    @Test("Files are named after their URLs, numbered where names meet, and none is replaced")
    func files() async throws {
        try await Self.withServer { server, _ in
            try await withTemporaryFolder { folder in
                try write([1], to: folder + "/page")
                let urls = [server + "/x/page", server + "/y/page?z", server + "/"]
                let (ending, _) = try await runTool(["fetch", "--out", folder, "-c", "1", "-n", "2"] + urls)
                #expect(ending.status == 0 && ending.output.contains("/x/page -> \(folder)/page.1\n"))
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                        "index.html", "index.html.1", "page", "page.1", "page.2", "page.3", "page.4",
                    ])
                #expect(content(of: folder + "/page") == [1])
                #expect(content(of: folder + "/page.2") == Array("content of /y/page?z".utf8))
            }
            let (no, _) = try await runTool(["fetch", server, "--out", "/dev/null"])
            #expect(no.status == 1 && no.errors.contains("is not a folder"))
        }
    }

    @Test("Standard input has more URLs, and what of it is none is a failure")
    func standardInput() async throws {
        try await Self.withServer { server, load in
            let list = "\(server)/1\n# no\n\n\(server)/2\nnone\n"
            let (ending, _) = try await runTool(["fetch", "-", server + "/3"], input: list)
            #expect(ending.status == 1 && ending.output.contains("none: the URL does not begin with http://"))
            #expect(ending.output.contains("\n4 requests, 1 failed, "))
            #expect(load.withLock { $0.count } == 3)
            #expect(
                try await runTool(["fetch", "-"], input: "").ending.output.hasPrefix("0 requests, 0 failed, 0 B in "))
        }
    }

    @Test("raw writes what it receives as it is, and tells of what it sends on standard error")
    func raw() async throws {
        try await withHTTPServer(handler: { request in
            HTTPResponse(.ok) { writer in
                for try await bytes in request.body { try await writer.write(bytes) }
                try await writer.write("end")
            }
        }) { port in
            let url = "http://127.0.0.1:\(port)/p?q"
            let (ending, _) = try await runTool(["raw", "POST", url, "-H", "X: y", "-d", "data"])
            #expect(ending.status == 0)
            #expect(
                ending.output.hasPrefix("HTTP/1.1 200 OK\r\n") && ending.output.contains("Transfer-Encoding: chunked"))
            #expect(ending.output.hasSuffix("3\r\nend\r\n0\r\n\r\n"))
            #expect(
                ending.errors == """
                    > POST /p?q HTTP/1.1\\r\\n
                    > Host: 127.0.0.1:\(port)\\r\\n
                    > Content-Length: 4\\r\\n
                    > Connection: close\\r\\n
                    > X: y\\r\\n
                    > \\r\\n
                    > data

                    """)
            // What is malformed is sent as it is.
            let (odd, _) = try await runTool(["raw", "GET", url, "-H", "Transfer-Encoding: nonsense"])
            #expect(odd.status == 0 && odd.output.hasPrefix("HTTP/1.1 4") || odd.output.hasPrefix("HTTP/1.1 501"))
        }
    }

    @Test("raw ends with the time that it has, and shows what came until then")
    func rawDeadline() async throws {
        try await Self.withServer { server, _ in
            let (ending, _) = try await runTool([
                "raw", "GET", server + "/a", "-H", "Connection: keep-alive", "--max-time", "1",
            ])
            #expect(ending.status == 1 && ending.output.hasSuffix("content of /a"))
            #expect(ending.errors.contains("netius: "))
            let port = try await freePort()
            #expect(try await runTool(["raw", "GET", "http://127.0.0.1:\(port)/"]).ending.status == 1)
        }
    }
}
