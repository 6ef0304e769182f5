import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Paths beneath a folder")
struct FilePathTests {
    private func path(
        _ text: String, from start: Int = 0, servesHidden: Bool = false
    ) throws(FilePath.Refusal) -> FilePath {
        try FilePath(Array(text.utf8).span, from: start, servesHidden: servesHidden)
    }

    private func refusal(_ text: String, servesHidden: Bool = false) -> FilePath.Refusal? {
        do throws(FilePath.Refusal) {
            _ = try path(text, servesHidden: servesHidden)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "Plain paths are read",
        arguments: [
            ("/", "", "", true), ("", "", "", true), ("/a", "a", "a", false), ("/a/", "a", "a", true),
            ("/a/b.c", "a/b.c", "b.c", false), ("/a%20b/%C3%BC", "a b/ü", "ü", false), ("/%61", "a", "a", false),
            ("/a..b/c...", "a..b/c...", "c...", false), ("/a+b&c=d;e", "a+b&c=d;e", "a+b&c=d;e", false),
            ("/%25", "%", "%", false), ("/%2541", "%41", "%41", false),
            ("/.well-known/acme/x", ".well-known/acme/x", "x", false),
            ("/a.", "a.", "a.", false), ("/%3Fq", "?q", "?q", false), ("/~u/*", "~u/*", "*", false),
        ])
    func plain(text: String, octets: String, name: String, endsWithSlash: Bool) throws {
        let path = try path(text)
        #expect(Array(path.octets) == Array(octets.utf8))
        #expect(Array(path.name) == Array(name.utf8))
        #expect(path.endsWithSlash == endsWithSlash)
        #expect(path.terminated == Array(octets.utf8) + [0])
    }

    @Test(
        "What is no path is malformed",
        arguments: [
            "a", "*", "/%", "/%4", "/%zz", "/%4g", "/a%", "/a%2", "/%00", "/a%00.html", "/a b", "/a\tb", "/ü",
            "/\u{7F}",
            "/%u0041", "/%%41", "/x%0", "/.hidden/%", "/../%00",
        ])
    func malformed(text: String) {
        #expect(refusal(text) == .malformed)
        #expect(refusal(text, servesHidden: true) == .malformed)
    }

    @Test(
        "What no file can have, or would be made into another path, is not found",
        arguments: [
            "//", "//a", "/a//b", "/a//", "/.", "/..", "/./", "/../", "/a/.", "/a/..", "/a/../b", "/a/./b", "/..//..",
            "/%2e", "/%2E%2e", "/.%2e/x", "/%2e./x", "/a/%2e%2e/b", "/a%2fb", "/%2F", "/..%2f..%2fetc", "/a\\b",
            "/a%5cb",
            "/..%5c..", "/%01", "/a%0a", "/a%0d%0ab", "/%7f", "/a%1b[0m", "/%2f%2fevil.example", "/a/%2f",
        ])
    func unservable(text: String) {
        #expect(refusal(text) == .unservable)
        #expect(refusal(text, servesHidden: true) == .unservable)
    }

    @Test(
        "What begins with a dot is hidden, unless it is to be served",
        arguments: [
            "/.git", "/.git/config", "/a/.b", "/.htaccess", "/%2ehtaccess", "/a/.well-known/x", "/.well-known2", "/...",
            "/..a", "/.well-knowN/",
        ])
    func hidden(text: String) {
        #expect(refusal(text) == .unservable)
        #expect(refusal(text, servesHidden: true) == nil)
    }

    @Test("A path is read from where its prefix ends")
    func prefix() throws {
        #expect(try Array(path("/static/a/b", from: 7).octets) == Array("a/b".utf8))
        #expect(try path("/static/", from: 7) == path("/"))
        #expect(try path("/static", from: 7) == path(""))
    }

    @Test("A path is made longer by a name or a suffix")
    func appending() throws {
        let folder = try path("/a/b/")
        let index = folder.appending("index.html".utf8)
        #expect(index == (try path("/a/b/index.html")))
        #expect(try path("/").appending("x".utf8) == path("/x"))
        let compressed = index.appending(suffix: ".gz")
        #expect(compressed == (try path("/a/b/index.html.gz")))
        #expect(Array(compressed.name) == Array("index.html.gz".utf8))
    }

    @Test("Whatever is accepted names something beneath the folder, and nothing else does")
    func fuzz() {
        var generator = SeededGenerator(seed: 31)
        let pieces = [
            "/", "/", "/", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "%00", "a", "b.html", "%41", "%", "~", "%c3%bc",
            ".well-known", "%0a", " ", "%25",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...10, using: &generator)
            let text = "/" + (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            let refusal = refusal(text)
            #expect(refusal == naiveRefusal(text), "\(text)")
            guard refusal == nil, let path = try? path(text) else { continue }
            accepted += 1
            let segments = path.octets.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            #expect(path.octets.isEmpty || segments.allSatisfy { !$0.isEmpty && !$0.elementsEqual("..".utf8) })
            #expect(!path.octets.contains(0))
        }
        #expect(accepted > 500)
    }

    /// The same rules, said again without regard to cost.
    private func naiveRefusal(_ text: String) -> FilePath.Refusal? {
        var segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if segments.last == "" { segments.removeLast() }
        var refusal: FilePath.Refusal?
        for (index, segment) in segments.enumerated() {
            var octets: [UInt8] = []
            var rest = Array(segment.utf8)[...]
            while let octet = rest.popFirst() {
                guard octet == UInt8(ascii: "%") else {
                    if octet <= 0x20 || octet >= 0x7F { return .malformed }
                    octets.append(octet)
                    continue
                }
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16), value != 0 else {
                    return .malformed
                }
                octets.append(value)
                rest = rest.dropFirst(2)
            }
            let isWellKnown = index == 0 && octets == Array(".well-known".utf8)
            if octets.isEmpty || (octets[0] == 46 && !isWellKnown) { refusal = .unservable }
            if octets.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x2F || $0 == 0x5C }) { refusal = .unservable }
        }
        return refusal
    }
}
