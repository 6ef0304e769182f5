import Foundation
import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("netius get --resume", .timeLimit(.minutes(5)))
struct ResumeTests {
    private static let whole = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
    private static let tag = #""v1""#

    /// What a server for one file does, and what it was asked.
    private struct Server: Sendable {
        var content = ResumeTests.whole
        var tag: String? = ResumeTests.tag
        var knowsRanges = true
        /// After how many bytes of each response it breaks off; nil for never.
        var cut: Int?
        /// What it says in place of the range that it sends.
        var range: String?
        /// The status in place of all others.
        var status: Int?
    }

    private final class File: Sendable {
        let server: Guarded<Server>
        let ranges = Guarded<[String]>([])

        init(_ server: Server) {
            self.server = Guarded(server)
        }

        @Sendable func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
            let server = server.withLock { $0 }
            ranges.withLock { $0.append(request.headerFields[.range] ?? "-") }
            if let code = server.status { return HTTPResponse(status: HTTPResponse.Status(code: code)) }
            var fields = HTTPFields()
            if let tag = server.tag { fields.append(.eTag, tag) }
            var body = server.content[...]
            var status = HTTPResponse.Status.ok
            if let first = start(of: request, server) {
                guard first < body.count else {
                    fields.append(.contentRange, "bytes */\(body.count)")
                    return HTTPResponse(status: 416, headerFields: fields)
                }
                fields.append(.contentRange, server.range ?? "bytes \(first)-\(body.count - 1)/\(body.count)")
                body = body[first...]
                status = 206
            }
            let (bytes, cut) = (Array(body), server.cut.map { min($0, body.count) })
            return HTTPResponse(status, headerFields: fields, contentLength: bytes.count) { writer in
                try await writer.write(Array(bytes.prefix(cut ?? bytes.count)))
                if cut != nil { throw CancellationError() }
            }
        }

        /// The first byte that is asked for, where the range counts.
        private func start(of request: HTTPRequest, _ server: Server) -> Int? {
            guard server.knowsRanges, let range = request.headerFields[.range], range.hasPrefix("bytes="),
                range.hasSuffix("-")
            else { return nil }
            if let condition = request.headerFields[.ifRange], condition != server.tag { return nil }
            return Int(range.dropFirst(6).dropLast())
        }
    }

    private func with(
        _ server: Server = Server(), _ test: (_ file: File, _ url: String, _ path: String) async throws -> Void
    ) async throws {
        let file = File(server)
        try await withHTTPServer(handler: { try await file.answer($0) }) { port in
            try await withTemporaryFolder { folder in
                try await test(file, "http://127.0.0.1:\(port)/file", folder + "/file")
            }
        }
    }

    private func resume(_ url: String, _ path: String) async throws -> RunningTool.Ending {
        try await runTool(["get", url, "--resume", "-o", path]).ending
    }

    /// Leaves a part, as a run that was broken off does.
    private func leave(_ bytes: some Collection<UInt8>, _ url: String, _ path: String, tag: String = tag) throws {
        try write(Array(bytes), to: path + ".part")
        try write(Array("url: \(url)\netag: \(tag)\nlength: \(Self.whole.count)\n".utf8), to: path + ".part.origin")
    }

    private func names(beside path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path
        ).sorted()
    }

    @Test("What was broken off is gone on with, wherever that was", arguments: [1, 4096, 65_536, 150_000, 199_999])
    func cut(at count: Int) async throws {
        try await with(Server(cut: count)) { file, url, path in
            let broken = try await resume(url, path)
            #expect(broken.status == 1 && broken.errors.split(separator: "\n").count == 1)
            #expect(try names(beside: path) == ["file.part", "file.part.origin"])
            let part = try #require(content(of: path + ".part"))
            #expect(part == Array(Self.whole.prefix(part.count)) && part.count <= count)
            file.server.withLock { $0.cut = nil }
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
            #expect(try names(beside: path) == ["file"])
            let expected = part.isEmpty ? "-" : "bytes=\(part.count)-"
            #expect(file.ranges.withLock { $0 } == ["-", expected])
        }
    }

    @Test("It is gone on with as often as it takes")
    func drips() async throws {
        try await with(Server(cut: 70_000)) { file, url, path in
            var runs = 0
            while try await resume(url, path).status != 0 {
                runs += 1
                guard runs < 10 else { break }
            }
            // A response that is cut at its own end is cut all the same.
            file.server.withLock { $0.cut = nil }
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
        }
    }

    @Test("A server that does not know ranges sends the whole, which takes the place of the part")
    func noRanges() async throws {
        try await with(Server(knowsRanges: false)) { file, url, path in
            try leave(Self.whole.prefix(1000), url, path)
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
            #expect(file.ranges.withLock { $0 } == ["bytes=1000-"])
        }
    }

    @Test("What has changed meanwhile is begun anew")
    func changed() async throws {
        let other = Array(Self.whole.reversed())
        try await with(Server(content: other, tag: #""v2""#)) { _, url, path in
            try leave(Self.whole.prefix(1000), url, path)
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == other)
            #expect(try names(beside: path) == ["file"])
        }
    }

    @Test("A part that is the whole already is complete")
    func complete() async throws {
        try await with { file, url, path async throws in
            try leave(Self.whole, url, path)
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
            #expect(file.ranges.withLock { $0 } == ["bytes=\(Self.whole.count)-"])
        }
    }

    @Test("A part that is too long, or of which nobody knows what it is of, is begun anew")
    func unknown() async throws {
        try await with { file, url, path async throws in
            try leave(Self.whole + [1, 2], url, path)
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
            for origin in ["", "junk", "url: http://other/\netag: \"v1\"\n", "url: \(url)\netag: W/\"v1\"\n"] {
                try leave(Self.whole.prefix(1000).reversed(), url, path)
                try write(Array(origin.utf8), to: path + ".part.origin")
                #expect(try await resume(url, path).status == 0)
                #expect(content(of: path) == Self.whole)
            }
            #expect(file.ranges.withLock { $0 } == ["bytes=200002-", "-", "-", "-", "-", "-"])
        }
    }

    @Test(
        "A range that was not asked for is not taken",
        arguments: ["bytes 0-199999/200000", "bytes 1001-199999/200000", "bytes 1000-199999/200001", "lines 1-2/3"])
    func wrongRange(range: String) async throws {
        try await with(Server(range: range)) { file, url, path in
            try leave(Self.whole.prefix(1000), url, path)
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
            #expect(file.ranges.withLock { $0 } == ["bytes=1000-", "-"])
        }
    }

    @Test("A failure leaves the part as it was", arguments: [404, 500, 503])
    func failure(code: Int) async throws {
        try await with(Server(status: code)) { _, url, path in
            try leave(Self.whole.prefix(1000), url, path)
            let ending = try await resume(url, path)
            #expect(ending.status == 1 && ending.errors.contains("\(code)"))
            #expect(content(of: path + ".part") == Array(Self.whole.prefix(1000)))
            #expect(try names(beside: path) == ["file.part", "file.part.origin"])
        }
    }

    @Test("Where states cannot be told apart nothing is gone on with")
    func noValidator() async throws {
        try await with(Server(tag: nil, cut: 1000)) { file, url, path async throws in
            #expect(try await resume(url, path).status == 1)
            #expect(try names(beside: path) == ["file.part"])
            file.server.withLock { $0.cut = nil }
            #expect(try await resume(url, path).status == 0)
            #expect(content(of: path) == Self.whole)
            #expect(file.ranges.withLock { $0 } == ["-", "-"])
        }
    }

    @Test("Our own file server is gone on with too, by its tag")
    func fileServer() async throws {
        try await withTemporaryFolder { folder in
            try write(Self.whole, to: folder + "/file")
            // Of what has only just been changed it gives no strong tag.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: folder + "/file")
            try await withTool(["file", "0", "--path", folder]) { tool async throws in
                let url = "http://\(try await tool.address())/file"
                let path = folder + "/copy"
                let head = try await runTool(["head", url]).ending.output
                let line = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("ETag: ") })
                try leave(Self.whole.prefix(123_456), url, path, tag: String(line.dropFirst(6)))
                let ending = try await runTool(["get", url, "--resume", "-o", path, "-v"]).ending
                #expect(ending.errors.contains("< HTTP/1.1 206 Partial Content\n"))
                #expect(ending.errors.contains("> Range: bytes=123456-\n"))
                #expect(content(of: path) == Self.whole)
            }
        }
    }

    @Test("Two do not write to one file")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let part = try PartialFile(path: folder + "/f", mayBeResumed: false)
            #expect(throws: ToolError.self) { try PartialFile(path: folder + "/f", mayBeResumed: true) }
            try part.write([1, 2])
            // What opened the part before it got its name must not take it for one.
            let early = try OpenFile(path: folder + "/f.part", to: .make)
            try part.complete()
            #expect(!early.isAt(folder + "/f.part") && early.isAt(folder + "/f"))
            #expect(content(of: folder + "/f") == [1, 2])
        }
    }
}
