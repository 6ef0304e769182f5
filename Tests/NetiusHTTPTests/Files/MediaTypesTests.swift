import Foundation
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Media types")
struct MediaTypesTests {
    private func type(_ name: String, _ types: MediaTypes = .standard) -> String {
        types.type(of: Array(name.utf8)[...]).type
    }

    @Test(
        "The type is that of the extension",
        arguments: [
            ("index.html", "text/html; charset=utf-8"), ("a.CSS", "text/css; charset=utf-8"),
            ("x.js", "text/javascript; charset=utf-8"), ("x.mjs", "text/javascript; charset=utf-8"),
            ("data.json", "application/json"), ("app.webmanifest", "application/manifest+json"),
            ("pic.JpEg", "image/jpeg"), ("logo.svg", "image/svg+xml"), ("a.wasm", "application/wasm"),
            ("a.tar.gz", "application/gzip"), ("f.woff2", "font/woff2"), ("film.mp4", "video/mp4"),
            ("favicon.ico", "image/x-icon"), ("README.md", "text/markdown; charset=utf-8"),
            ("a.pdf", "application/pdf"),
        ])
    func standard(name: String, expected: String) {
        #expect(type(name) == expected)
    }

    @Test(
        "What has no extension, or an unknown one, is octets",
        arguments: [
            "", "README", "a.", ".html", "a.nope", "html", "a.html ", "a." + String(repeating: "x", count: 5000),
        ])
    func unknown(name: String) {
        #expect(type(name) == "application/octet-stream")
    }

    @Test("Names need not be UTF-8")
    func octetsInNames() {
        #expect(MediaTypes.standard.type(of: [0xFF, 0xFE, 46, 112, 110, 103]).type == "image/png")
        #expect(MediaTypes.standard.type(of: [97, 46, 0xFF, 0xFE]).type == "application/octet-stream")
    }

    @Test("Types can be changed, added and removed")
    func overrides() {
        var types = MediaTypes.standard
        types["html"] = "application/xhtml+xml"
        types["log2"] = "text/plain; charset=us-ascii"
        types["png"] = nil
        #expect(type("a.html", types) == "application/xhtml+xml")
        #expect(type("a.log2", types) == "text/plain; charset=us-ascii")
        #expect(type("a.png", types) == "application/octet-stream")
        #expect(types["css"] == "text/css; charset=utf-8")
        #expect(type("a.html", MediaTypes()) == "application/octet-stream")
    }

    @Test("The table names each extension once, in lower case, with a type that is one")
    func table() {
        let lines = MediaTypes.standardTable.split(separator: "\n").map { $0.split(separator: " ") }
        let extensions = lines.flatMap { $0.dropFirst() }
        #expect(lines.count >= 120)
        #expect(Set(lines.map { $0[0] }).count == lines.count)
        #expect(Set(extensions).count == extensions.count)
        #expect(extensions.allSatisfy { $0.utf8.count < MediaTypes.longestExtension && $0 == $0.lowercased() })
        for line in lines {
            let parts = line[0].split(separator: "/")
            #expect(parts.count == 2 && parts.allSatisfy { $0.utf8.allSatisfy(OctetSet.token.contains) })
            #expect(line.count > 1)
        }
    }

    @Test("Most of it is what Python says")
    func python() async throws {
        guard let python = ChildProcess("python3") else { return }
        let names = [
            "html", "css", "json", "png", "jpg", "gif", "svg", "pdf", "zip", "mp4", "txt", "xml", "tar", "csv",
        ]
        let script = "import mimetypes,sys\nfor n in sys.argv[1:]: print(mimetypes.guess_type('a.' + n)[0])"
        let result = try await python.run(["-c", script] + names)
        let theirs = result.output.split(separator: "\n").map(String.init)
        let ours = names.map { String(type("a.\($0)").prefix { $0 != ";" }) }
        // Python keeps to the older name of this one, in some of its versions.
        #expect(ours == theirs.map { $0 == "text/xml" ? "application/xml" : $0 }, "\(result.errors)")
    }

    @Test(
        "Text is worth compressing, pictures are not",
        arguments: [
            ("text/html; charset=utf-8", true), ("application/json", true), ("image/svg+xml", true),
            ("application/ld+json", true), ("application/wasm", true), ("image/png", false), ("video/mp4", false),
            ("application/zip", false), ("application/octet-stream", false), ("font/woff2", false),
        ])
    func compressible(type: String, expected: Bool) {
        #expect(MediaTypes.Entry(type).isCompressible == expected)
    }
}
