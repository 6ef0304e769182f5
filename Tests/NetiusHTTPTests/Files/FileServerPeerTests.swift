import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("File server: clients of others", .serialized, .timeLimit(.minutes(3)))
struct FileServerPeerTests {
    private func withFiles(
        _ body: (_ url: String, _ tree: FileTree, _ content: String) async throws -> Void
    ) async throws {
        let content = (0..<20_000).map { "line \($0)\n" }.joined()
        try await withFileTree(["text.txt": content, "sub/x.txt": "x", "page.html": "plain"]) { tree in
            try await withServer(handler: FileServer(tree).handler) { server in
                try await body("http://\(server.address)", tree, content)
            }
        }
    }

    private func run(_ curl: ChildProcess, _ arguments: [String]) async throws -> String {
        let result = try await curl.run(["-sS", "-m", "30", "--noproxy", "*"] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    @Test("curl: a download that was broken off goes on, and one that is complete does not")
    func curlContinues() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withFiles { url, tree, content in
            let path = tree.directory + "/download"
            try Data(content.utf8.prefix(100_000)).write(to: URL(fileURLWithPath: path))
            let status = try await run(curl, ["-C", "-", "-o", path, "-w", "%{http_code}", url + "/text.txt"])
            #expect(status == "206")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
            let again = try await run(curl, ["-C", "-", "-o", path, "-w", "%{http_code}", url + "/text.txt"])
            #expect(again == "416")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
        }
    }

    @Test("curl: ranges")
    func curlRanges() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withFiles { url, _, content in
            #expect(try await run(curl, ["-r", "0-5", url + "/text.txt"]) == "line 0")
            #expect(try await run(curl, ["-r", "-6", url + "/text.txt"]) == "19999\n")
            #expect(try await run(curl, ["-r", "7-", url + "/text.txt"]) == String(content.dropFirst(7)))
            let several = try await run(curl, ["-r", "0-5,1000-1005", "-D", "-", url + "/text.txt"])
            #expect(several.contains("multipart/byteranges; boundary="))
            #expect(several.contains("Content-Range: bytes 1000-1005/\(content.utf8.count)"))
        }
    }

    @Test("curl: what was not changed is not sent again, by date or by tag")
    func curlConditions() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withFiles { url, tree, content in
            let format = ["-o", tree.directory + "/out", "-w", "%{http_code}"]
            #expect(try await run(curl, format + ["-z", "Sun, 06 Nov 1994 08:49:37 GMT", url + "/text.txt"]) == "304")
            #expect(try await run(curl, format + ["-z", "Sun, 06 Nov 1994 08:49:36 GMT", url + "/text.txt"]) == "200")
            #expect(try await run(curl, format + ["-z", "-Sun, 06 Nov 1994 08:49:36 GMT", url + "/text.txt"]) == "412")
            let tag = tree.directory + "/tag"
            #expect(try await run(curl, format + ["--etag-save", tag, url + "/text.txt"]) == "200")
            #expect(try await run(curl, format + ["--etag-compare", tag, url + "/text.txt"]) == "304")
            try tree.write(Array(content.utf8), to: "text.txt", modified: Timestamp(seconds: 1_000_000_000))
            #expect(try await run(curl, format + ["--etag-compare", tag, url + "/text.txt"]) == "200")
        }
    }

    @Test("curl: a file that is compressed is expanded to what it was")
    func curlCompressed() async throws {
        guard let curl = ChildProcess("curl"), let gzip = ChildProcess("gzip") else { return }
        try await withFiles { url, tree, content in
            let made = try await gzip.run(["-k", tree.root + "/text.txt"])
            #expect(made.status == 0, "\(made.errors)")
            let head = try await run(curl, ["--compressed", "-I", url + "/text.txt"])
            #expect(head.contains("Content-Encoding: gzip\r\n"))
            #expect(try await run(curl, ["--compressed", url + "/text.txt"]) == content)
            #expect(try await run(curl, [url + "/text.txt"]) == content)
        }
    }

    @Test("curl: redirects are followed, and paths are not made up")
    func curlPaths() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withFiles { url, _, _ in
            #expect(
                try await run(curl, ["-L", "-o", "/dev/null", "-w", "%{url_effective}", url + "/sub?q"]) == url
                    + "/sub/?q")
            for path in ["/../secret", "/sub/../../secret", "/%2e%2e/secret", "/..%2fsecret", "//etc/passwd"] {
                let status = try await run(curl, ["--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", url + path])
                #expect(status == "404")
            }
        }
    }

    @Test("Python's requests: conditions, ranges, listings and a session")
    func requests() async throws {
        guard let python = ChildProcess("python3"),
            try await python.run(["-c", "import requests"]).status == 0
        else { return }
        let script = """
            import requests, sys
            url = sys.argv[1]
            session = requests.Session()
            session.trust_env = False
            first = session.get(url + "/text.txt")
            assert first.status_code == 200 and first.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert first.encoding == "utf-8" and len(first.content) == int(first.headers["Content-Length"])
            tag = first.headers["ETag"]
            again = session.get(url + "/text.txt", headers={"If-None-Match": tag})
            assert again.status_code == 304 and again.content == b"" and again.headers["ETag"] == tag
            part = session.get(url + "/text.txt", headers={"Range": "bytes=10-19", "If-Range": tag})
            assert part.status_code == 206 and part.content == first.content[10:20]
            beyond = session.get(url + "/text.txt", headers={"Range": "bytes=99999999-"})
            assert beyond.status_code == 416
            assert beyond.headers["Content-Range"] == "bytes */%d" % len(first.content)
            folder = session.get(url + "/sub")
            assert folder.history[0].status_code == 301 and folder.url == url + "/sub/"
            assert "text/html" in folder.headers["Content-Type"] and "x.txt" in folder.text
            listing = session.get(url + "/sub/", headers={"Accept": "application/json"}).json()
            assert [entry["name"] for entry in listing] == ["x.txt"] and listing[0]["size"] == 1
            assert session.head(url + "/text.txt").headers["Content-Length"] == str(len(first.content))
            assert session.options(url + "/").headers["Allow"] == "GET, HEAD, OPTIONS"
            assert session.post(url + "/text.txt", data="x").status_code == 405
            streamed = b"".join(session.get(url + "/text.txt", stream=True).iter_content(1000))
            assert streamed == first.content
            print("fine")
            """
        try await withFiles { url, _, _ in
            let result = try await python.run(["-c", script, url])
            #expect(result.output == "fine\n", "\(result.errors)")
        }
    }
}
