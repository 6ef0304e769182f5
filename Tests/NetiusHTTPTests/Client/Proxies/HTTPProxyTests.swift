import Netius
import Testing

@testable import NetiusHTTP

@Suite("Client: proxies")
struct HTTPProxyTests {
    private func proxy(_ variables: [String: String], _ url: String) throws -> String? {
        let configuration = try HTTPProxyConfiguration(environment: Environment(variables))
        return configuration.proxy(for: try HTTPURL(parsing: url))?.description
    }

    @Test("A proxy is a URL, or a host and a port")
    func reading() throws {
        let proxy = try HTTPProxy(parsing: "http://me:secret@proxy.example:3128/x#y")
        #expect(proxy.url.absoluteString == "http://proxy.example:3128/")
        #expect(proxy.credentials == .basic(user: "me", password: "secret"))
        #expect(!"\(proxy)".contains("secret"))
        #expect(try HTTPProxy(parsing: "proxy.example:3128").url.absoluteString == "http://proxy.example:3128/")
        #expect(try HTTPProxy(parsing: "[::1]:3128").url.absoluteString == "http://[::1]:3128/")
        #expect(try HTTPProxy(parsing: "me@proxy.example").credentials == .basic(user: "me", password: ""))
        #expect(try HTTPProxy(parsing: "https://proxy.example").url.port == 443)
        #expect(try HTTPProxy(parsing: "unix:/run/proxy").url.socketPath == "/run/proxy")
        let token = HTTPProxy(try HTTPURL(parsing: "http://u:p@a/"), credentials: .bearer("t"))
        #expect(token.credentials == .bearer("t"))
        #expect(throws: HTTPURLError.unsupportedScheme("socks5")) { try HTTPProxy(parsing: "socks5://a:1080") }
    }

    @Test(
        "The environment says which proxy is for which scheme, the names in lower case first",
        arguments: [
            (["http_proxy": "a:1"], "http://x/", "http://a:1/"), (["http_proxy": "a:1"], "https://x/", nil),
            (["HTTP_PROXY": "a:1"], "http://x/", "http://a:1/"), (["https_proxy": "a:1"], "https://x/", "http://a:1/"),
            (["HTTPS_PROXY": "https://a:1"], "https://x/", "https://a:1/"),
            (["ALL_PROXY": "a:1"], "http://x/", "http://a:1/"),
            (["all_proxy": "a:1", "http_proxy": "b:2"], "http://x/", "http://b:2/"),
            (["all_proxy": "a:1", "http_proxy": "b:2"], "https://x/", "http://a:1/"),
            (["http_proxy": "a:1", "HTTP_PROXY": "b:2"], "http://x/", "http://a:1/"),
            (["http_proxy": "", "HTTP_PROXY": "b:2"], "http://x/", "http://b:2/"),
            (["HTTP_PROXY": "a:1", "REQUEST_METHOD": "GET"], "http://x/", nil),
            (["http_proxy": "a:1", "REQUEST_METHOD": "GET"], "http://x/", "http://a:1/"),
            (["HTTPS_PROXY": "a:1", "REQUEST_METHOD": "GET"], "https://x/", "http://a:1/"),
            (["all_proxy": "a:1", "no_proxy": "x"], "http://x/", nil),
            (["all_proxy": "a:1", "NO_PROXY": "x"], "http://x/", nil),
            (["all_proxy": "a:1", "NO_PROXY": "x", "no_proxy": "y"], "http://x/", "http://a:1/"),
            (["all_proxy": "a:1"], "http://localhost/", nil), (["all_proxy": "a:1"], "http://127.1.2.3/", nil),
            (["all_proxy": "a:1"], "http://[::1]/", nil), (["all_proxy": "a:1"], "http://[::ffff:127.0.0.1]/", nil),
            (["all_proxy": "a:1"], "unix:/run/x", nil), ([:], "http://x/", nil),
        ] as [([String: String], String, String?)])
    func environment(variables: [String: String], url: String, expected: String?) throws {
        #expect(try proxy(variables, url) == expected)
    }

    @Test("What cannot be used is an error, without a password in it")
    func malformed() {
        for (name, value) in [
            ("http_proxy", "socks5://me:secret@a"), ("ALL_PROXY", "http://"), ("https_proxy", "a b"),
            ("no_proxy", "a b,ü"), ("NO_PROXY", "169.254/16"), ("no_proxy", "fe80::1%eth0"), ("no_proxy", "a:99999"),
            ("no_proxy", "["), ("no_proxy", "a:"),
        ] {
            let error = #expect(throws: ConfigurationError.self) {
                try HTTPProxyConfiguration(environment: Environment([name: value]))
            }
            #expect(error?.name == name)
            #expect(error?.description.contains("secret") == false)
        }
    }

    @Test(
        "Exceptions",
        arguments: [
            ("*", "http://x/", true), ("", "http://x/", false), (" , ,", "http://x/", false),
            ("example.com", "http://example.com/", true), ("example.com", "http://www.example.com/", true),
            ("example.com", "http://badexample.com/", false), ("example.com", "http://example.com.evil.org/", false),
            (".example.com", "http://www.example.com/", true), (".example.com", "http://example.com/", true),
            ("*.example.com", "http://www.example.com/", true), ("EXAMPLE.com", "http://example.com/", true),
            ("example.com", "http://example.com./", true), ("example.com.", "http://example.com/", true),
            ("a,b c\texample.com", "http://example.com/", true), ("com", "http://example.com/", true),
            ("example.com:8080", "http://example.com:8080/", true), ("example.com:8080", "http://example.com/", false),
            ("example.com:80", "http://example.com/", true), ("example.com:443", "https://www.example.com/", true),
            ("192.0.2.1", "http://192.0.2.1/", true), ("192.0.2.1", "http://192.0.2.10/", false),
            ("192.0.2.1:81", "http://192.0.2.1:81/", true), ("192.0.2.1:81", "http://192.0.2.1/", false),
            ("10.0.0.0/8", "http://10.9.8.7/", true), ("10.1.2.3/8", "http://10.9.8.7/", true),
            ("10.0.0.0/8", "http://11.0.0.1/", false), ("10.0.0.0/8", "http://[::ffff:10.0.0.1]/", true),
            ("10.0.0.0/8", "http://ten.example/", false),
            ("2001:db8::/32", "http://[2001:db8::1]/", true), ("2001:db8::/32", "http://[2001:db9::1]/", false),
            ("::1", "http://[::1]/", true), ("[::1]", "http://[::1]/", true),
            ("[::1]:8080", "http://[::1]:8080/", true),
            ("[::1]:8080", "http://[::1]/", false), ("0.0.1", "http://127.0.0.1/", false),
        ])
    func exceptions(text: String, url: String, isException: Bool) throws {
        // A numeric name that is no address is refused.
        guard let exceptions = HTTPProxyExceptions(text) else {
            #expect(text == "0.0.1")
            return
        }
        #expect(exceptions.contains(try HTTPURL(parsing: url)) == isException)
        #expect(HTTPProxyExceptions(exceptions.description) == exceptions)
    }

    @Test("What a program says itself holds for this machine too")
    func values() throws {
        let http = try HTTPProxy(parsing: "127.0.0.1:3128")
        var configuration = HTTPProxyConfiguration(http: http)
        let local = try HTTPURL(parsing: "http://127.0.0.1:8080/")
        #expect(configuration.proxy(for: local) == http)
        #expect(configuration.proxy(for: try HTTPURL(parsing: "https://a/")) == nil)
        configuration.bypassesLoopback = true
        #expect(configuration.proxy(for: local) == nil)
        #expect(HTTPProxyConfiguration.none.proxy(for: local) == nil)
    }

    @Test("Any text is read as exceptions or refused", arguments: 0..<2)
    func random(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 560)
        let pieces = [
            "a", ".", "*", ":", "80", "10.0.0.0", "/8", "/", "[", "]", "::1", ",", " ", "%", "é", "-", "99999",
        ]
        let url = try HTTPURL(parsing: "http://a.example/")
        var count = 0
        for _ in 0..<10_000 {
            let text = (0..<Int.random(in: 0...6, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            guard let exceptions = HTTPProxyExceptions(text) else { continue }
            count += 1
            let again = HTTPProxyExceptions(exceptions.description)
            guard again == exceptions, again?.contains(url) == exceptions.contains(url) else {
                Issue.record("seed \(seed): \(text.debugDescription)")
                return
            }
        }
        #expect(count > 500)
    }
}
