import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Cookie jar: random cookies")
struct HTTPCookieJarModelTests {
    @Test("It keeps its limits, sends what belongs there and nothing else", arguments: 0..<4)
    func invariants(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 540)
        var limits = HTTPCookieJar.Limits()
        limits.cookies = 12
        limits.cookiesPerDomain = 4
        let jar = HTTPCookieJarTests.TestJar(limits: limits)
        let hosts = ["a.example", "b.a.example", "example", "c.b.a.example", "127.0.0.1", "xa.example"]
        let attributes = [
            "; Secure", "; Path=/x", "; Path=/x/y", "; Max-Age=3", "; Max-Age=0", "; Domain=a.example",
            "; Domain=example", "; Domain=b.a.example", "; HttpOnly", "; Expires=x", ";", "; =",
        ]
        for _ in 0..<4_000 {
            var url = ["http://", "https://"].randomElement(using: &generator) ?? ""
            url += hosts.randomElement(using: &generator) ?? ""
            url += ["/", "/x", "/x/y/z"].randomElement(using: &generator) ?? ""
            if Bool.random(using: &generator) {
                var cookie = ["a=", "b=", "c=", "__Host-d=", ""].randomElement(using: &generator) ?? ""
                cookie += String(Int.random(in: 0..<10, using: &generator))
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    cookie += attributes.randomElement(using: &generator) ?? ""
                }
                try jar.set(cookie, from: url)
            } else {
                let sent = try jar.sent(url)
                let origin = HTTPCookieOrigin(try HTTPURL(parsing: url))
                // What is sent, asked of each cookie by itself.
                let expected = jar.jar.cookies.filter { cookie in
                    (cookie.isHostOnly ? cookie.domain == origin.domain : origin.matches(domain: cookie.domain))
                        && (!cookie.isSecure || origin.isSecure)
                        && HTTPCookieOrigin.path(origin.path, matches: cookie.path)
                }
                #expect(
                    Set(sent?.split(separator: ";").map { $0.drop { $0 == " " } } ?? [])
                        == Set(expected.map { $0.pair[...] }))
            }
            if Int.random(in: 0..<10, using: &generator) == 0 { jar.pass(1) }
            let cookies = jar.jar.cookies
            let keys = Set(cookies.map { "\($0.name) \($0.domain) \($0.path) \($0.isHostOnly)" })
            let perDomain = Dictionary(grouping: cookies, by: \.domain).values.map(\.count).max() ?? 0
            guard cookies.count <= 12, perDomain <= 4, keys.count == cookies.count else {
                Issue.record("seed \(seed): \(cookies)")
                return
            }
        }
    }

    @Test("Any octets are read as a cookie or as none", arguments: 0..<4)
    func octets(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 550)
        let pieces = [
            "a", "=", ";", " ", "\t", "Expires=", "Max-Age=", "-", "9", "Domain=", ".", "Path=", "/", "Secure",
            "__Host-",
            "06 Nov 1994 08:49:37", ":", "Nov", "é", "\u{1}", "\"", "h.example",
        ]
        let jar = HTTPCookieJarTests.TestJar()
        for _ in 0..<10_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            try jar.set(text, from: "https://h.example/")
        }
        let cookies = jar.jar.cookies
        #expect(!cookies.isEmpty && cookies.count <= 50)
        #expect(cookies.allSatisfy { !$0.pair.utf8.contains(UInt8(ascii: ";")) && $0.domain == "h.example" })
    }
}
