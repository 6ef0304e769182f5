import Netius
import Testing

@testable import NetiusHTTP

@Suite("File server: compressed files")
struct FileServerCompressedTests {
    private let files = ["a.js": "plain", "a.js.gz": "gzip", "a.js.br": "brotli", "b.css": "plain", "b.css.gz": "gzip"]

    @Test(
        "The client's choice is sent",
        arguments: [
            (nil, "plain", nil), ("gzip", "gzip", "gzip"), ("br", "brotli", "br"), ("gzip, br", "brotli", "br"),
            ("gzip;q=1, br;q=0.5", "gzip", "gzip"), ("br;q=0, gzip", "gzip", "gzip"), ("*", "brotli", "br"),
            ("identity", "plain", nil), ("identity, gzip;q=0.5", "plain", nil), ("gzip;q=0", "plain", nil),
            ("", "plain", nil),
            ("deflate, zstd", "plain", nil), ("x-gzip", "gzip", "gzip"), ("*;q=0", "plain", nil),
        ] as [(String?, String, String?)])
    func choice(accept: String?, content: String, coding: String?) async throws {
        try await withFileTree(files) { tree in
            var fields = HTTPFields()
            fields[.acceptEncoding] = accept
            let response = try await FileServer(tree).respond("/a.js", fields)
            #expect(try await response.text() == content)
            #expect(response.headerFields[.contentEncoding] == coding)
            #expect(response.headerFields[.contentType] == "text/javascript; charset=utf-8")
            #expect(response.headerFields[.vary] == "Accept-Encoding")
        }
    }

    @Test("What is not there in the best form is sent in the next")
    func next() async throws {
        try await withFileTree(files) { tree in
            let server = try FileServer(tree)
            let gzip = try await server.respond("/b.css", [.acceptEncoding: "gzip, br"])
            #expect(gzip.headerFields[.contentEncoding] == "gzip")
            let plain = try await server.respond("/b.css", [.acceptEncoding: "br"])
            #expect(plain.headerFields[.contentEncoding] == nil)
        }
    }

    @Test("Tags, conditions and ranges are those of the form that is sent")
    func validators() async throws {
        try await withFileTree(files) { tree in
            let server = try FileServer(tree)
            let gzip: HTTPFields = [.acceptEncoding: "gzip"]
            let plain = try #require(try await server.respond("/a.js").headerFields[.eTag])
            let tag = try #require(try await server.respond("/a.js", gzip).headerFields[.eTag])
            #expect(plain != tag)
            let same = try await server.respond("/a.js", [.acceptEncoding: "gzip", .ifNoneMatch: tag])
            #expect(same.status == .notModified)
            #expect(same.headerFields[.vary] == "Accept-Encoding")
            #expect(try await server.respond("/a.js", [.acceptEncoding: "gzip", .ifNoneMatch: plain]).status == .ok)
            let part = try await server.respond("/a.js", [.acceptEncoding: "gzip", .range: "bytes=1-", .ifRange: tag])
            #expect(part.status == .partialContent)
            #expect(part.headerFields[.contentEncoding] == "gzip")
            #expect(try await part.text() == "zip")
            let whole = try await server.respond(
                "/a.js", [.acceptEncoding: "gzip", .range: "bytes=1-", .ifRange: plain])
            #expect(whole.status == .ok)
        }
    }

    @Test("A form that is older than its file is not sent")
    func stale() async throws {
        try await withFileTree { tree in
            let (second, time) = (FileTree.date.seconds, FileTree.date)
            try tree.write([1], to: "a.css", modified: time)
            for (seconds, nanoseconds, isSent) in [
                (second, UInt32(499_999_999), false), (second, 500_000_000, true), (second + 1, 0, true),
                (second - 1, 0, false),
            ] {
                try tree.write(
                    [2], to: "a.css.gz", modified: Timestamp(seconds: seconds, nanoseconds: nanoseconds))
                let response = try await FileServer(tree).respond("/a.css", [.acceptEncoding: "gzip"])
                #expect((response.headerFields[.contentEncoding] == "gzip") == isSent)
            }
        }
    }

    @Test("Neither a folder, a link outside nor a form without its file is sent as one")
    func others() async throws {
        try await withFileTree(["a.js": "plain", "a.js.gz/x": "x", "b.js": "plain", "only.js.gz": "gzip"]) { tree in
            try tree.link("b.js.gz", to: "../secret")
            let server = try FileServer(tree)
            for path in ["/a.js", "/b.js"] {
                #expect(try await server.respond(path, [.acceptEncoding: "gzip"]).text() == "plain")
            }
            #expect(try await server.respond("/only.js", [.acceptEncoding: "gzip"]).status == .notFound)
        }
    }

    @Test("A compressed file that is asked for is a file as any other")
    func itself() async throws {
        try await withFileTree(files) { tree in
            let response = try await FileServer(tree).respond("/a.js.gz", [.acceptEncoding: "gzip"])
            #expect(response.headerFields[.contentType] == "application/gzip")
            #expect(response.headerFields[.contentEncoding] == nil)
            #expect(response.headerFields[.vary] == nil)
        }
    }

    @Test("An index file has compressed forms too, and what is not worth it or not wanted has none")
    func places() async throws {
        try await withFileTree(["index.html": "plain", "index.html.gz": "gzip", "a.png": "p", "a.png.gz": "g"]) {
            tree in
            let accept: HTTPFields = [.acceptEncoding: "gzip"]
            #expect(try await FileServer(tree).respond("/", accept).text() == "gzip")
            #expect(try await FileServer(tree).respond("/a.png", accept).text() == "p")
            let off = try FileServer(tree) { $0.servesPrecompressed = false }
            #expect(try await off.respond("/", accept).text() == "plain")
        }
    }
}
