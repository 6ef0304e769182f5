import Netius
import Testing

@testable import NetiusHTTP

@Suite("Cookie jar: reading Set-Cookie")
struct HTTPSetCookieTests {
    private func read(_ text: String) -> HTTPSetCookie? { HTTPSetCookie(text, maximumLength: 4096) }

    @Test(
        "Name and value",
        arguments: [
            ("a=b", "a", "b"), (" a = b ", "a", "b"), ("a=b=c", "a", "b=c"), ("a=", "a", ""), ("=b", "", "b"),
            ("b", "", "b"), ("a=\"b c\"", "a", "\"b c\""), ("a=b, c=d", "a", "b, c=d"), ("é=ü", "é", "ü"),
            ("a\tb=c", "a\tb", "c"), ("a=b;", "a", "b"), ("==b", "", "=b"),
        ])
    func pairs(text: String, name: String, value: String) throws {
        let cookie = try #require(read(text))
        #expect(cookie.name == name)
        #expect(cookie.value == value)
    }

    @Test(
        "What is no cookie is none",
        arguments: ["", " ", "=", ";", "; Secure", "a=\u{0}", "a=b\nc", "a=b; Path=/\u{7F}"])
    func none(text: String) {
        #expect(read(text) == nil)
    }

    @Test("Attributes are read in any case, and the last counts")
    func attributes() throws {
        let cookie = try #require(
            read("a=b; DOMAIN=.Example.COM ;path = /x ; max-age=3; SECURE=no; HttpOnly; samesite=STRICT; other; =; ;"))
        #expect(cookie.domain == "example.com")
        #expect(cookie.path == "/x")
        #expect(cookie.maxAge == 3)
        #expect(cookie.isSecure && cookie.isHTTPOnly && cookie.sameSite == .strict)
        #expect(read("a=b; Path=/x; Path=/y")?.path == "/y")
        #expect(read("a=b; Path=/x; Path=y")?.path == nil)
        #expect(read("a=b; Domain=x; Domain=")?.domain == "")
        #expect(read("a=b; SameSite=Lax; SameSite=what")?.sameSite == nil)
        #expect(read("a=b; Path=/\(String(repeating: "x", count: 1024))")?.path == nil)
        #expect(read("a=b; Path=/\(String(repeating: "x", count: 1023))")?.path?.utf8.count == 1024)
    }

    @Test(
        "Ages",
        arguments: [
            ("10", 10), ("-1", -1), ("0", 0), ("007", 7), ("", nil), ("-", nil), ("1.5", nil), ("+1", nil), ("1d", nil),
            ("99999999999999999999999999", 1_000_000_000_000), ("-99999999999999999999999", -1_000_000_000_000),
        ] as [(String, Int64?)])
    func ages(text: String, expected: Int64?) {
        #expect(read("a=b; Max-Age=\(text)")?.maxAge == expected)
    }

    @Test(
        "Dates of all kinds",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "06-Nov-1994 08:49:37", "1994 nov 6 8:49:37", "Sun, 6-November-94 08:49:37x UTC", "08:49:37 06 NOVx 1994",
            "6th Nov 1994 8:49:37 PM",
        ])
    func dates(text: String) {
        #expect(read("a=b; Expires=\(text)")?.expires == Timestamp(seconds: 784_111_777), "\(text)")
    }

    @Test(
        "What is no date",
        arguments: [
            "", "Sun", "06 Nov 1994", "Nov 1994 08:49:37", "06 1994 08:49:37", "06 Nov 08:49:37",
            "31 Feb 1994 08:49:37", "00 Nov 1994 08:49:37", "32 Nov 1994 08:49:37", "06 Nov 1600 08:49:37",
            "06 Nov 1994 24:49:37", "06 Nov 1994 08:60:37", "06 Nov 1994 08:49:60", "06 Nov 1994 08:49",
            "06 Nov 19945 08:49:37", "06 No 1994 08:49:37", "06 Nov 1994 008:49:37", "06 Nov 1994 ::",
            "06 Nov 1994 1::2",
            "06 Nov 1994 08:49:370",
        ])
    func notDates(text: String) throws {
        #expect(try #require(read("a=b; Expires=\(text)")).expires == nil)
    }

    @Test("Years of two digits are of this or the last century")
    func centuries() {
        #expect(read("a=b; Expires=01 Jan 69 00:00:00")?.expires == Timestamp(seconds: 3_124_224_000))
        #expect(read("a=b; Expires=01 Jan 70 00:00:00")?.expires == Timestamp(seconds: 0))
        #expect(read("a=b; Expires=01 Jan 99 00:00:00")?.expires == Timestamp(seconds: 915_148_800))
    }

    @Test("A cookie is limited")
    func limit() {
        #expect(read("a=" + String(repeating: "b", count: 4095)) != nil)
        #expect(read("a=" + String(repeating: "b", count: 4096)) == nil)
    }

    @Test("What is very long is read in time that grows with its length", .timeLimit(.minutes(1)))
    func length() {
        let count = 100_000
        for text in [";", "; Path=/", "; Expires=:", " ", "; Domain=.", "; Max-Age=9", "=;"] {
            #expect(read("a=b" + String(repeating: text, count: count))?.name == "a")
        }
        let date = String(repeating: ":", count: 1000)
        #expect(read("a=b" + String(repeating: "; Expires=\(date)", count: 1000))?.expires == nil)
    }
}
