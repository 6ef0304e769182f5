import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// RFC 9110 sections 13 and 14 for a file of ten octets.
@Suite("File server: conditions and ranges")
struct FileServerConditionTests {
    static let content = "0123456789"

    private func withTenOctets(_ body: (FileServer, _ tag: String) async throws -> Void) async throws {
        try await withFileTree(["a.bin": Self.content, "empty": ""]) { tree in
            let server = try FileServer(tree)
            try await body(server, try #require(try await server.respond("/a.bin").headerFields[.eTag]))
        }
    }

    @Test("What the client has is not sent again")
    func notModified() async throws {
        try await withTenOctets { server, tag in
            let conditions: [HTTPFields] = [
                [.ifNoneMatch: tag], [.ifNoneMatch: "W/" + tag], [.ifNoneMatch: "\"x\", " + tag], [.ifNoneMatch: "*"],
                [.ifModifiedSince: FileTree.lastModified], [.ifModifiedSince: "Sun, 06 Nov 2044 08:49:37 GMT"],
                [.ifNoneMatch: tag, .ifModifiedSince: "Sun, 06 Nov 1904 08:49:37 GMT"],
                [.ifNoneMatch: tag, .range: "bytes=0-1"], [.ifMatch: tag, .ifNoneMatch: tag],
            ]
            for fields in conditions {
                for method in [HTTPRequest.Method.get, .head] {
                    let response = try await server.respond("/a.bin", fields, method: method)
                    #expect(response.status == .notModified, "\(fields)")
                    #expect(response.headerFields[.eTag] == tag)
                    #expect(response.headerFields[.cacheControl] == "no-cache")
                    #expect(!response.headerFields.contains(.contentType))
                    #expect(response.body.contentLength == 0)
                }
            }
        }
    }

    @Test("What has changed is sent, and what must not have is refused")
    func otherOutcomes() async throws {
        try await withTenOctets { server, tag in
            let proceeding: [HTTPFields] = [
                [.ifNoneMatch: "\"x\""], [.ifNoneMatch: "\"x\"", .ifModifiedSince: FileTree.lastModified],
                [.ifMatch: tag],
                [.ifMatch: "*"], [.ifUnmodifiedSince: FileTree.lastModified],
                [.ifMatch: tag, .ifUnmodifiedSince: "Sun, 06 Nov 1904 08:49:37 GMT"], [.ifModifiedSince: "never"],
            ]
            for fields in proceeding {
                let response = try await server.respond("/a.bin", fields)
                #expect(response.status == .ok, "\(fields)")
            }
            let failing: [HTTPFields] = [
                [.ifMatch: "\"x\""], [.ifMatch: "W/" + tag], [.ifMatch: "nonsense"],
                [.ifUnmodifiedSince: "Sat, 05 Nov 1994 08:49:37 GMT"], [.ifMatch: "\"x\"", .ifNoneMatch: tag],
                [.ifMatch: "\"x\"", .range: "bytes=0-1"],
            ]
            for fields in failing {
                let response = try await server.respond("/a.bin", fields)
                #expect(response.status == .preconditionFailed, "\(fields)")
            }
        }
    }

    @Test("Conditions on what is not there do not count")
    func missing() async throws {
        try await withTenOctets { server, _ in
            for fields: HTTPFields in [[.ifMatch: "*"], [.ifNoneMatch: "*"], [.range: "bytes=0-1"]] {
                let response = try await server.respond("/none", fields)
                #expect(response.status == .notFound)
            }
        }
    }

    static let ranges: [(range: String, status: Int, contentRange: String?, content: String)] = [
        ("bytes=0-4", 206, "bytes 0-4/10", "01234"), ("bytes=5-", 206, "bytes 5-9/10", "56789"),
        ("bytes=-5", 206, "bytes 5-9/10", "56789"), ("bytes=0-0", 206, "bytes 0-0/10", "0"),
        ("bytes=9-", 206, "bytes 9-9/10", "9"), ("bytes=0-", 206, "bytes 0-9/10", content),
        ("bytes=0-99", 206, "bytes 0-9/10", content), ("bytes=-99", 206, "bytes 0-9/10", content),
        ("bytes=8-99", 206, "bytes 8-9/10", "89"), ("bytes=0-1,8-9", 206, "bytes 0-9/10", content),
        ("bytes=3-4,99-", 206, "bytes 3-4/10", "34"), ("bytes=10-", 416, "bytes */10", ""),
        ("bytes=-0", 416, "bytes */10", ""), ("bytes=99-100", 416, "bytes */10", ""),
        ("bytes=10-,11-", 416, "bytes */10", ""), ("items=0-4", 200, nil, content), ("bytes=4-2", 200, nil, content),
        ("bytes=abc", 200, nil, content), ("bytes=", 200, nil, content), ("bytes=0-4,5-x", 200, nil, content),
        ("bytes=" + (0..<17).map { "\($0)-\($0)" }.joined(separator: ","), 200, nil, content),
    ]

    @Test("Ranges", arguments: ranges)
    func range(range: String, status: Int, contentRange: String?, content: String) async throws {
        try await withTenOctets { server, tag in
            let response = try await server.respond("/a.bin", [.range: range])
            #expect(response.status.code == status)
            #expect(response.headerFields[.contentRange] == contentRange)
            guard status != 416 else { return }
            #expect(try await response.text() == content)
            #expect(response.headerFields[.eTag] == tag)
            #expect(response.headerFields[.acceptRanges] == "bytes")
            // Section 14.2: only GET has ranges.
            let head = try await server.respond("/a.bin", [.range: range], method: .head)
            #expect(head.status == .ok && head.body.contentLength == 10)
        }
    }

    @Test("Where ranges are not served, nobody is told that they are")
    func noRanges() async throws {
        try await withFileTree(["a.bin": Self.content]) { tree in
            let server = try FileServer(tree) { $0.maximumRanges = 0 }
            let response = try await server.respond("/a.bin", [.range: "bytes=0-0"])
            #expect(response.status == .ok)
            #expect(response.headerFields[.acceptRanges] == "none")
        }
    }

    @Test(
        "Of an empty file all is sent, whatever the range",
        arguments: ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=5-"])
    func emptyFile(range: String) async throws {
        try await withTenOctets { server, _ in
            let response = try await server.respond("/empty", [.range: range])
            #expect(response.status == .ok)
            #expect(response.body.contentLength == 0)
        }
    }

    @Test("If-Range decides between the part and the whole")
    func ifRange() async throws {
        try await withTenOctets { server, tag in
            for (value, status) in [
                (tag, 206), (FileTree.lastModified, 206), ("\"x\"", 200), ("W/" + tag, 200), ("nonsense", 200),
                ("Sun, 06 Nov 1994 08:49:38 GMT", 200), ("Sun, 06 Nov 1994 08:49:36 GMT", 200),
            ] {
                let response = try await server.respond("/a.bin", [.range: "bytes=2-3", .ifRange: value])
                #expect(response.status.code == status, "\(value)")
                #expect(try await response.text() == (status == 206 ? "23" : Self.content))
            }
            // A range that cannot be had is one only if the condition holds.
            #expect(try await server.respond("/a.bin", [.range: "bytes=99-", .ifRange: tag]).status.code == 416)
            #expect(try await server.respond("/a.bin", [.range: "bytes=99-", .ifRange: "\"x\""]).status == .ok)
            #expect(try await server.respond("/a.bin", [.ifRange: tag]).status == .ok)
        }
    }

    @Test("Several ranges are several parts, of the announced length")
    func multipart() async throws {
        try await withFileTree { tree in
            try tree.write(HTTPServerFileBodyTests.content(1000), to: "b.bin")
            let response = try await FileServer(tree).respond("/b.bin", [.range: "bytes=0-9,500-509,-10"])
            #expect(response.status == .partialContent)
            #expect(response.headerFields[.contentRange] == nil)
            let type = try #require(response.headerFields[.contentType])
            let boundary = try #require(type.split(separator: "=").last)
            #expect(type == "multipart/byteranges; boundary=\(boundary)")
            let content = try await response.body.collect(upTo: 1 << 20)
            #expect(response.body.contentLength == content.count)
            let text = String(decoding: content, as: UTF8.self)
            #expect(text.ranges(of: "--\(boundary)\r\nContent-Type: application/octet-stream\r\n").count == 3)
            for range in ["0-9", "500-509", "990-999"] {
                #expect(text.contains("Content-Range: bytes \(range)/1000\r\n\r\n"))
            }
        }
    }

    @Test("A file that was just written has a weak tag, and no ranges by it")
    func fresh() async throws {
        try await withFileTree { tree in
            try tree.write([1, 2, 3], to: "new", modified: Timestamp(seconds: Timestamp.now.seconds + 3600))
            let server = try FileServer(tree)
            let tag = try #require(try await server.respond("/new").headerFields[.eTag])
            #expect(tag.hasPrefix("W/"))
            #expect(try await server.respond("/new", [.ifNoneMatch: tag]).status == .notModified)
            #expect(try await server.respond("/new", [.ifRange: tag, .range: "bytes=0-0"]).status == .ok)
        }
    }

    @Test("A file that was replaced has another tag")
    func replaced() async throws {
        try await withFileTree(["a": "one"]) { tree in
            let server = try FileServer(tree)
            let first = try #require(try await server.respond("/a").headerFields[.eTag])
            try tree.write(
                Array("two".utf8), to: "a", modified: Timestamp(seconds: FileTree.date.seconds, nanoseconds: 1))
            let second = try await server.respond("/a", [.ifNoneMatch: first])
            #expect(second.status == .ok)
            #expect(try await second.text() == "two")
        }
    }
}
