import Foundation
import Netius
import Testing

@testable import NetiusHTTP

@Suite("File server")
struct FileServerTests {
    @Test("A file is sent with what tells of it")
    func file() async throws {
        try await withFileTree(["a/page.html": "<p>Hello"]) { tree in
            let response = try await FileServer(tree).respond("/a/page.html")
            #expect(response.status == .ok)
            #expect(try await response.text() == "<p>Hello")
            let fields = response.headerFields
            #expect(fields[.contentType] == "text/html; charset=utf-8")
            #expect(fields[.lastModified] == FileTree.lastModified)
            #expect(fields[.acceptRanges] == "bytes")
            #expect(fields[.cacheControl] == "no-cache")
            #expect(fields[.xContentTypeOptions] == "nosniff")
            #expect(fields[.vary] == "Accept-Encoding")
            #expect(fields[.accessControlAllowOrigin] == nil)
            let tag = try #require(HTTPEntityTag(fields[.eTag] ?? ""))
            #expect(!tag.isWeak)
            #expect(tag.opaqueTag.hasSuffix("-8"))
        }
    }

    @Test("The names of files are compared octet for octet")
    func names() async throws {
        try await withFileTree(["a b.txt": "1", "ü.txt": "2", "%41.txt": "3", "q?.txt": "4"]) { tree in
            let server = try FileServer(tree)
            #expect(try await server.respond("/a%20b.txt").text() == "1")
            #expect(try await server.respond("/%C3%BC.txt").text() == "2")
            #expect(try await server.respond("/u%CC%88.txt").status == .notFound)
            #expect(try await server.respond("/%2541.txt").text() == "3")
            #expect(try await server.respond("/A.txt").status == .notFound)
            #expect(try await server.respond("/q%3F.txt").text() == "4")
            #expect(try await server.respond("/a%20b.txt?x=/../y").text() == "1")
        }
    }

    @Test(
        "Paths that lead nowhere",
        arguments: [
            ("/nothing", 404), ("/a.txt/", 404), ("/a.txt/x", 404), ("//a.txt", 404), ("/./a.txt", 404),
            ("/sub//b.txt", 404),
            ("/sub/../a.txt", 404), ("/%2e%2e/secret", 404), ("/..%2fsecret", 404), ("/sub/..%5c..%5csecret", 404),
            ("/%2e%2e%2fsecret", 404), ("/a.txt%00.html", 400), ("/%", 400), ("/%zz", 400), ("a.txt", 400), ("*", 400),
            ("/.hidden", 404), ("/.git/config", 404), ("/sub/.hidden", 404), ("//evil.example/..", 404),
            ("//evil.example", 404), ("/\\evil.example", 404), ("/%5c%5cevil.example/", 404),
            ("/a.txt%0d%0aX:%20y", 404),
        ])
    func nowhere(path: String, status: Int) async throws {
        let files = ["a.txt": "a", "sub/b.txt": "b", ".hidden": "h", ".git/config": "g", "sub/.hidden": "h"]
        try await withFileTree(files) { tree in
            let response = try await FileServer(tree).respond(path)
            #expect(response.status.code == status)
            #expect(response.headerFields[.location] == nil)
        }
    }

    @Test("No path leads outside of the folder, whatever it is made of")
    func fuzz() async throws {
        try await withFileTree(["a.txt": "a", "sub/b.txt": "b"]) { tree in
            try tree.link("up", to: "..")
            try tree.link("sub/out", to: "../../secret")
            try tree.link("absolute", to: tree.directory + "/secret")
            var generator = SeededGenerator(seed: 41)
            let pieces = [
                "/", "/", "/", "..", "%2e%2e", ".", "%2f", "%5c", "\\", "secret", "up", "sub", "out", "absolute",
                "a.txt", "%00",
                "%252e", "?", "root", ";", "%c0%ae", "//",
            ]
            for policy in [SymbolicLinkPolicy.beneathRoot, .never] {
                let server = try FileServer(tree) {
                    $0.followsSymbolicLinks = policy
                    $0.servesHiddenFiles = true
                }
                for _ in 0..<3_000 {
                    let length = Int.random(in: 0...9, using: &generator)
                    let path = "/" + (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
                    let response = try await server.respond(path)
                    #expect([200, 301, 400, 404].contains(response.status.code), "\(path)")
                    if response.status == .ok, response.headerFields[.acceptRanges] != nil {
                        #expect(try await response.text() != "secret", "\(path)")
                    }
                    let location = response.headerFields[.location] ?? "/"
                    #expect(location.hasPrefix("/") && !location.hasPrefix("//") && !location.hasPrefix("/\\"))
                }
            }
        }
    }

    @Test("Links are followed as the policy says", arguments: SymbolicLinkPolicy.allCases)
    func links(policy: SymbolicLinkPolicy) async throws {
        try await withFileTree(["a.txt": "a", "sub/b.txt": "b"]) { tree in
            for (link, destination) in [
                ("inside", "a.txt"), ("folder", "sub"), ("outside", "../secret"), ("up", ".."), ("loop", "loop"),
                ("absolute", tree.directory + "/secret"),
            ] {
                try tree.link(link, to: destination)
            }
            let server = try FileServer(tree) { $0.followsSymbolicLinks = policy }
            let inside = policy == .never ? 404 : 200
            let outside = policy == .anywhere ? 200 : 404
            for (path, status) in [
                ("/inside", inside), ("/folder/b.txt", inside), ("/folder/", inside), ("/outside", outside),
                ("/up/secret", outside), ("/absolute", outside), ("/loop", 404),
            ] {
                #expect(try await server.respond(path).status.code == status, "\(path)")
            }
        }
    }

    @Test("Only regular files are served")
    func special() async throws {
        try await withFileTree { tree in
            #expect(mkfifo(tree.root + "/pipe", 0o600) == 0)
            let listener = try await Listener.bind(.unix(path: tree.root + "/socket"))
            if geteuid() == 0 { mknod(tree.root + "/null", S_IFCHR | 0o666, 0x103) }
            let server = try FileServer(tree)
            for path in ["/pipe", "/socket", "/null"] { #expect(try await server.respond(path).status == .notFound) }
            #expect(try await !server.respond("/").text().contains("href=\"./"))
            await listener.close()
        }
    }

    @Test("A file that may not be read is forbidden")
    func forbidden() async throws {
        // The superuser may read all.
        guard geteuid() != 0 else { return }
        try await withFileTree(["a.txt": "a"]) { tree in
            chmod(tree.root + "/a.txt", 0)
            let response = try await FileServer(tree).respond("/a.txt")
            #expect(response.status == .forbidden)
        }
    }

    @Test("Hidden files are served where they are to be, and .well-known in any case")
    func hidden() async throws {
        let files = [".env": "e", ".well-known/security.txt": "s", "a/.well-known/x": "x", "..a": "d"]
        try await withFileTree(files) { tree in
            let (strict, open) = (try FileServer(tree), try FileServer(tree) { $0.servesHiddenFiles = true })
            #expect(try await strict.respond("/.well-known/security.txt").text() == "s")
            for path in ["/.env", "/a/.well-known/x", "/..a"] {
                #expect(try await strict.respond(path).status == .notFound)
                #expect(try await open.respond(path).status == .ok)
            }
            #expect(try await !strict.respond("/").text().contains(".env"))
            #expect(try await open.respond("/").text().contains("\"./.env\""))
        }
    }

    @Test("HEAD is as GET, OPTIONS says what there is, and others are not allowed")
    func methods() async throws {
        try await withFileTree(["a.txt": "abc"]) { tree in
            let server = try FileServer(tree)
            let (get, head) = (try await server.respond("/a.txt"), try await server.respond("/a.txt", method: .head))
            #expect(get.headerFields == head.headerFields)
            #expect(head.body.contentLength == 3)
            for path in ["/a.txt", "/nothing", "*", "/%"] {
                let options = try await server.respond(path, method: .options)
                #expect(options.status == .noContent)
                #expect(options.headerFields[.allow] == "GET, HEAD, OPTIONS")
            }
            for method in [HTTPRequest.Method.post, .put, .delete, .patch, .trace, .connect] {
                let response = try await server.respond("/a.txt", method: method)
                #expect(response.status == .methodNotAllowed)
                #expect(response.headerFields[.allow] == "GET, HEAD, OPTIONS")
            }
        }
    }

    @Test("A server beneath a prefix serves that and nothing else", arguments: ["/static", "/static/"])
    func prefix(prefix: String) async throws {
        try await withFileTree(["a.txt": "a", "sub/b.txt": "b"]) { tree in
            let server = try FileServer(tree) { $0.prefix = prefix }
            #expect(try await server.respond("/static/a.txt").text() == "a")
            for path in ["/a.txt", "/staticx/a.txt", "/statica.txt", "/", "/stati", "/static//a.txt", "/Static/a.txt"] {
                #expect(try await server.respond(path).status == .notFound, "\(path)")
            }
            #expect(try await server.respond("/static/sub").headerFields[.location] == "/static/sub/")
            #expect(try await server.respond("/static/").text().contains("<title>Index of /static/</title>"))
            #expect(try await server.respond("/static").text().contains("<title>Index of /static/</title>"))
        }
    }

    @Test("Cache-Control, CORS and types are as they are configured")
    func configured() async throws {
        try await withFileTree(["a.txt": "a", "b.custom": "b"]) { tree in
            let server = try FileServer(tree) {
                $0.cacheControl = "public, max-age=3600"
                $0.allowsAnyOrigin = true
                $0.mediaTypes["custom"] = "application/x-custom"
                $0.servesPrecompressed = false
            }
            let file = try await server.respond("/b.custom").headerFields
            #expect(file[.cacheControl] == "public, max-age=3600")
            #expect(file[.contentType] == "application/x-custom")
            #expect(file[.accessControlAllowOrigin] == "*")
            #expect(try await server.respond("/a.txt").headerFields[.vary] == nil)
            #expect(try await server.respond("/none").headerFields[.accessControlAllowOrigin] == "*")
            #expect(try await server.respond("/").headerFields[.cacheControl] == "no-cache")
            let preflight = try await server.respond("/a.txt", method: .options).headerFields
            #expect(preflight[.accessControlAllowMethods] == "GET, HEAD, OPTIONS")
            #expect(preflight[.accessControlAllowHeaders] == "*")
            let bare = try FileServer(tree) { $0.cacheControl = nil }
            #expect(try await !bare.respond("/a.txt").headerFields.contains(.cacheControl))
        }
    }

    @Test("A time in the future is no time, and a tag of it is weak")
    func future() async throws {
        try await withFileTree { tree in
            try tree.write([1], to: "a", modified: Timestamp(seconds: 4_000_000_000))
            let fields = try await FileServer(tree).respond("/a").headerFields
            let modified = try #require(HTTPDate.secondsSince1970(fields[.lastModified] ?? "", now: 0))
            #expect(modified <= Int(Timestamp.now.seconds))
            #expect(fields[.eTag]?.hasPrefix("W/") == true)
        }
    }

    @Test("A root that is no folder is refused at once")
    func root() async throws {
        try await withFileTree(["a.txt": "a"]) { tree in
            #expect(throws: SystemError.self) { try FileServer(root: tree.root + "/a.txt") }
            #expect(throws: SystemError.self) { try FileServer(root: tree.root + "/none") }
        }
    }
}
