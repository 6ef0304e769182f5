import Netius
import Testing

@testable import NetiusHTTP

@Suite("Setting cookies")
struct HTTPCookieTests {
    private func field(_ change: (inout HTTPCookie) -> Void) throws -> String {
        var cookie = HTTPCookie("a", "b")
        change(&cookie)
        return try cookie.fieldValue()
    }

    @Test("What is not said is the careful choice")
    func defaults() throws {
        #expect(try field { _ in } == "a=b; Path=/; Secure; HttpOnly; SameSite=Lax")
    }

    @Test("Every attribute is written")
    func attributes() throws {
        let all = try field {
            $0.path = "/a b"
            $0.domain = "www.example.com"
            $0.maxAge = .seconds(3600) + .milliseconds(900)
            $0.expires = Timestamp(seconds: 784_111_777)
            $0.sameSite = HTTPCookie.SameSite.none
            $0.isPartitioned = true
        }
        #expect(
            all == """
                a=b; Path=/a b; Domain=www.example.com; Max-Age=3600; Expires=Sun, 06 Nov 1994 08:49:37 GMT; \
                Secure; HttpOnly; SameSite=None; Partitioned
                """)
        let none = try field { ($0.isSecure, $0.isHTTPOnly, $0.sameSite) = (false, false, nil) }
        #expect(none == "a=b; Path=/")
        #expect(try field { $0.sameSite = .strict }.hasSuffix("SameSite=Strict"))
    }

    @Test("Times of any size can be written")
    func times() throws {
        #expect(try field { $0.maxAge = .seconds(-5) }.contains("Max-Age=0;"))
        #expect(try field { $0.maxAge = .seconds(Int64.max) }.contains("Max-Age=9223372036854775807;"))
        let late = try field { $0.expires = Timestamp(seconds: .max) }
        #expect(late.contains("Expires=Fri, 31 Dec 9999 23:59:59 GMT;"))
    }

    @Test("A cookie is forgotten where it was set")
    func expired() throws {
        #expect(
            try HTTPCookie.expired("a", path: "/b", domain: "c.d").fieldValue()
                == "a=; Path=/b; Domain=c.d; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; "
                + "Secure; HttpOnly; SameSite=Lax")
        #expect(throws: Never.self) { try HTTPCookie.expired("__Host-a").fieldValue() }
    }

    @Test("A name is a token", arguments: ["", "a b", "a=b", "a;b", "ä", "a\r\nb", "a\0", "\"a\"", "a,b"])
    func names(name: String) {
        #expect(throws: HTTPCookieError.invalidName) { try field { $0.name = name } }
    }

    @Test(
        "A value breaks out of nothing",
        arguments: [
            "a b", "a;b", "a,b", "a\\b", "a\"b", "ä", "a\r\nSet-Cookie: b=c", "\0", "\u{7F}", "\"a", "a\"", "\"",
            "\"a b\"", "\t",
        ])
    func invalidValues(value: String) {
        #expect(throws: HTTPCookieError.invalidValue) { try field { $0.value = value } }
    }

    @Test(
        "A value may be quoted, or empty", arguments: ["", "\"\"", "\"a=b\"", "a=b==", "!#$%&'()*+-./:<>?@[]^_`{|}~"])
    func validValues(value: String) throws {
        #expect(try field { $0.value = value }.hasPrefix("a=\(value); Path=/;"))
    }

    @Test("A path begins with a slash", arguments: ["", "a", "/;a", "/\r\na", "/ä", "/\u{7F}", "https://a/"])
    func paths(path: String) {
        #expect(throws: HTTPCookieError.invalidPath) { try field { $0.path = path } }
    }

    @Test("A domain is a name", arguments: ["", ".a.b", "a..b", "a.b.", "a b", "a;b", "a\r\n", "ä.b", "a_b", "*.a"])
    func domains(domain: String) {
        #expect(throws: HTTPCookieError.invalidDomain) { try field { $0.domain = domain } }
    }

    @Test("What is longer than browsers take is refused")
    func lengths() {
        func long(_ count: Int) -> String { String(repeating: "a", count: count) }
        #expect(throws: Never.self) { try field { $0.value = long(4095) } }
        #expect(throws: HTTPCookieError.tooLong) { try field { $0.value = long(4096) } }
        #expect(throws: Never.self) { try field { $0.path = "/" + long(1023) } }
        #expect(throws: HTTPCookieError.tooLong) { try field { $0.path = "/" + long(1024) } }
        #expect(throws: HTTPCookieError.tooLong) { try field { $0.domain = long(1025) } }
    }

    @Test("Prefixes of names are kept", arguments: ["__Secure-a", "__secure-A", "__Host-a", "__HOST-a"])
    func prefixes(name: String) throws {
        #expect(throws: Never.self) { try field { $0.name = name } }
        #expect(throws: HTTPCookieError.mustBeSecure) { try field { ($0.name, $0.isSecure) = (name, false) } }
    }

    @Test("What is for one host has neither domain nor another path")
    func host() throws {
        #expect(throws: HTTPCookieError.mustBeOfHost) { try field { ($0.name, $0.domain) = ("__Host-a", "a.b") } }
        #expect(throws: HTTPCookieError.mustBeOfHost) { try field { ($0.name, $0.path) = ("__Host-a", "/a") } }
        #expect(throws: Never.self) { try field { ($0.name, $0.domain) = ("__Secure-a", "a.b") } }
        #expect(throws: Never.self) { try field { ($0.name, $0.isSecure) = ("__Hos-a", false) } }
    }

    @Test("What goes to other sites is secure")
    func otherSites() {
        #expect(throws: HTTPCookieError.mustBeSecure) {
            try field { ($0.sameSite, $0.isSecure) = (HTTPCookie.SameSite.none, false) }
        }
        #expect(throws: HTTPCookieError.mustBeSecure) { try field { ($0.isPartitioned, $0.isSecure) = (true, false) } }
    }

    @Test("A response sets several, each in a field of its own")
    func responses() throws {
        var response = HTTPResponse.ok("")
        try response.setCookie(HTTPCookie("a", "1"))
        try response.setCookie(HTTPCookie("b", "2"))
        #expect(throws: HTTPCookieError.invalidValue) { try response.setCookie(HTTPCookie("c", "\r\n")) }
        #expect(response.headerFields[values: .setCookie].map { $0.prefix(3) } == ["a=1", "b=2"])
    }
}
