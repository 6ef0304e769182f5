import Testing

@testable import NetiusHTTP

@Suite("URL: random texts")
struct HTTPURLFuzzTests {
    private static let fragments = [
        "http://", "https://", "http+unix://", "unix:", "//", "/", "?", "#", "@", ":", "[", "]", "%", "%2e", "%2F",
        "%25",
        "..", ".", "a", "b.example", "127.0.0.1", "::1", "fe80::1", "eth0", "80", "é", " ", "\\", "\n", "0x1", "%00",
        "%C3%A9", "u:p@", "/../", "/./",
    ]

    static func text(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...8, using: &generator))
            .map { _ in fragments[Int.random(in: 0..<fragments.count, using: &generator)] }
            .joined()
    }

    @Test("What is a URL prints so that it is read back, and is safe to send", arguments: 0..<4)
    func printing(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 500)
        var urls = 0
        for _ in 0..<10_000 {
            let text = ["http://", "http://a", ""][Int.random(in: 0..<3, using: &generator)] + Self.text(&generator)
            guard let url = HTTPURL(text) else { continue }
            urls += 1
            let isSafe = (url.path + url.host).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            guard HTTPURL(url.absoluteString) == url, url.path.hasPrefix("/"), isSafe, !url.host.isEmpty else {
                Issue.record("seed \(seed): \(text.debugDescription) \(url)")
                return
            }
        }
        #expect(urls > 500)
    }

    @Test("A reference resolves to a URL without dot segments, which resolves to itself", arguments: 0..<4)
    func resolving(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 510)
        var urls = 0
        let base = try HTTPURL(parsing: "http://u:p@a/b/c/d?e#f")
        for _ in 0..<10_000 {
            let text = Self.text(&generator)
            guard let url = try? base.resolving(text) else { continue }
            urls += 1
            let path = url.path.prefix { $0 != "?" }
            let hasDots = path.split(separator: "/").contains { [".", "..", "%2e", "%2e%2e"].contains($0) }
            guard !hasDots, try base.resolving(url.absoluteString) == url else {
                Issue.record("seed \(seed): \(text.debugDescription) \(url)")
                return
            }
        }
        #expect(urls > 500)
    }
}
