import Testing

@testable import NetiusHTTP

@Suite("URL: reading and printing")
struct HTTPURLTests {
    @Test("A URL has its parts")
    func parts() throws {
        let url = try HTTPURL(parsing: "HTTPS://J%C3%BCrgen:p%40ss:w@Example.COM:8443/a/b?x=1&y=?#end")
        #expect(url.scheme == .https)
        #expect(url.host == "example.com")
        #expect(url.port == 8443)
        #expect(url.path == "/a/b?x=1&y=?")
        #expect(url.query == "x=1&y=?")
        #expect(url.fragment == "end")
        #expect(url.user == "Jürgen")
        #expect(url.password == "p@ss:w")
        #expect(url.authority == "example.com:8443")
        #expect(url.origin.description == "https://example.com:8443")
        #expect(url.zone == nil && url.socketPath == nil)
    }

    @Test("What is not said is the scheme's own, and the path is never empty")
    func defaults() throws {
        let url = try HTTPURL(parsing: "http://example.com")
        #expect(url.port == 80 && url.path == "/" && url.query == nil && url.fragment == nil)
        #expect(url.user == nil && url.password == nil)
        #expect(try HTTPURL(parsing: "https://example.com:443/").authority == "example.com")
        #expect(try HTTPURL(parsing: "https://example.com:80/").authority == "example.com:80")
        #expect(try HTTPURL(parsing: "http://example.com:") == url)
        #expect(try HTTPURL(parsing: "http://example.com:0080") == url)
        #expect(try HTTPURL(parsing: "http://@example.com") == url)
        #expect(try HTTPURL(parsing: "http://example.com?").path == "/?")
        #expect(try HTTPURL(parsing: "http://example.com?").query == "")
        #expect(try HTTPURL(parsing: "http://example.com:0/").port == 0)
    }

    @Test(
        "The whole URL prints in one form",
        arguments: [
            ("http://EXAMPLE.com", "http://example.com/"),
            ("http://a/b/c/./../../g", "http://a/g"),
            ("http://a/%2e%2E/%2e/b/.%2e/c", "http://a/c"),
            ("http://a/b/..", "http://a/"),
            ("http://a/b/.", "http://a/b/"),
            ("http://a/...", "http://a/..."),
            ("http://a//b///c", "http://a//b///c"),
            ("http://a/é ü?q=é ü#é ü", "http://a/%C3%A9%20%C3%BC?q=%C3%A9%20%C3%BC#%C3%A9%20%C3%BC"),
            ("http://a/%c3%a9", "http://a/%c3%a9"),
            ("http://a/\"<>[]^`{|}", "http://a/%22%3C%3E%5B%5D%5E%60%7B%7C%7D"),
            ("http://a/!$&'()*+,;=:@-._~", "http://a/!$&'()*+,;=:@-._~"),
            ("http://a#b#c", "http://a/#b%23c"),
            ("http://a/?../b", "http://a/?../b"),
            ("http://[::1]:80/", "http://[::1]/"),
            ("http://[2001:DB8:0:0:0:0:0:1]:81/", "http://[2001:db8::1]:81/"),
            ("http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/"),
            ("http://[fe80::1%eth0]/", "http://[fe80::1%25eth0]/"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
            ("http://example.com./", "http://example.com./"),
            ("http://a_b-c.example/", "http://a_b-c.example/"),
            ("http://1.2.3.example/", "http://1.2.3.example/"),
            ("http://u:@a/", "http://u:@a/"),
            ("http://:p@a/", "http://:p@a/"),
            ("http://a%3Ab:c%2F@a/", "http://a%3Ab:c%2F@a/"),
            ("http+unix://%2Frun%2Fapp.sock", "http+unix://%2Frun%2Fapp.sock/"),
            ("HTTPS+unix://%2Frun%2Fapp.sock/a?b", "https+unix://%2Frun%2Fapp.sock/a?b"),
            ("http+unix://u:p@%2Frun%2Fapp.sock/", "http+unix://u:p@%2Frun%2Fapp.sock/"),
            ("http+unix://%40abstract/", "http+unix://%40abstract/"),
            ("unix:/run/app.sock", "http+unix://%2Frun%2Fapp.sock/"),
            ("unix:///run/app.sock", "http+unix://%2Frun%2Fapp.sock/"),
            ("unix:/run/app.sock:", "http+unix://%2Frun%2Fapp.sock/"),
            ("unix:/run/a%3Ab.sock:/path:x?y#z", "http+unix://%2Frun%2Fa%3Ab.sock/path:x?y#z"),
            ("unix:@name:/p", "http+unix://%40name/p"),
        ])
    func canonical(text: String, expected: String) throws {
        let url = try HTTPURL(parsing: text)
        #expect(url.absoluteString == expected)
        #expect(try HTTPURL(parsing: url.absoluteString) == url)
    }

    @Test("A socket is connected to, and its host is this one")
    func sockets() throws {
        let url = try HTTPURL(parsing: "unix:/run/app.sock:/path")
        #expect(url.socketPath == "/run/app.sock" && url.path == "/path" && url.scheme == .http)
        #expect(url.authority == "localhost")
        #expect(try HTTPURL(parsing: "https+unix://%2Fa/").port == 443)
        #expect(url.origin != (try HTTPURL(parsing: "http://localhost/")).origin)
        #expect(url.origin.description == "http+unix://%2Frun%2Fapp.sock")
    }

    @Test("A zone is part of the origin, and is not sent")
    func zones() throws {
        let url = try HTTPURL(parsing: "http://[fe80::1%25eth0]:8080/")
        #expect(url.host == "fe80::1" && url.zone == "eth0" && url.authority == "[fe80::1]:8080")
        #expect(url.origin != (try HTTPURL(parsing: "http://[fe80::1%25eth1]:8080/")).origin)
    }

    @Test("The description hides the password")
    func passwords() throws {
        let url = try HTTPURL(parsing: "https://me:secret@example.com/#f")
        #expect(url.description == "https://me:***@example.com/#f")
        #expect("\(url)".contains("secret") == false)
        #expect(url.withoutUserInformation.absoluteString == "https://example.com/")
        #expect(url.absoluteString == "https://me:secret@example.com/#f")
    }

    @Test(
        "What is no URL is refused",
        arguments: [
            ("", HTTPURLError.missingScheme), ("/path", .missingScheme), ("//example.com", .missingScheme),
            ("example.com/", .missingScheme), (" http://a/", .missingScheme), ("1http://a", .missingScheme),
            ("ftp://a/", .unsupportedScheme("ftp")), ("javascript:alert(1)", .unsupportedScheme("javascript")),
            ("example.com:80/", .unsupportedScheme("example.com")), ("file:///etc/passwd", .unsupportedScheme("file")),
            ("http:", .missingHost), ("http:a", .missingHost), ("http:/a", .missingHost), ("http://", .missingHost),
            ("http:///a", .missingHost), ("http://:80/", .missingHost), ("http://u@/", .missingHost),
            ("http://a b/", .invalidHost("a b")), ("http://a%20b/", .invalidHost("a%20b")),
            ("http://a..b/", .invalidHost("a..b")), ("http://.a/", .invalidHost(".a")),
            ("http://./", .invalidHost(".")),
            ("http://a\\b/", .invalidHost("a\\b")), ("http://a\nb/", .invalidHost("a\nb")),
            ("http://bücher.example/", .internationalHost("bücher.example")),
            ("http://127.1/", .numericHost("127.1")), ("http://2130706433/", .numericHost("2130706433")),
            ("http://0x7f000001/", .numericHost("0x7f000001")), ("http://0177.0.0.1/", .numericHost("0177.0.0.1")),
            ("http://127.0.0.0x1/", .numericHost("127.0.0.0x1")), ("http://1.2.3.4.5/", .numericHost("1.2.3.4.5")),
            ("http://127.0.0.1./", .numericHost("127.0.0.1.")), ("http://a.256/", .numericHost("a.256")),
            ("http://256.1.1.1/", .numericHost("256.1.1.1")), ("http://a.0x/", .numericHost("a.0x")),
            ("http://[::1/", .invalidHost("[::1")), ("http://[::g]/", .invalidHost("::g")),
            ("http://[]/", .invalidHost("")), ("http://[v1.a]/", .invalidHost("v1.a")),
            ("http://[::1]a/", .invalidHost("[::1]a")), ("http://[::1%25eth0]/", .invalidHost("::1%25eth0")),
            ("http://[fe80::1%25]/", .invalidHost("fe80::1%25")), ("http://[fe80::1%]/", .invalidHost("fe80::1%")),
            ("http://[fe80::1%25%2F]/", .invalidHost("fe80::1%25%2F")), ("http://::1/", .missingHost),
            ("http://[127.0.0.1]/", .invalidHost("127.0.0.1")),
            ("http://a:65536/", .invalidPort), ("http://a:-1/", .invalidPort), ("http://a:8 0/", .invalidPort),
            ("http://a:99999999999999999999/", .invalidPort), ("http://a:b/", .invalidPort),
            ("http://a@b@c/", .invalidUserInformation), ("http://a%@b/", .invalidUserInformation),
            ("http://a%0A@b/", .invalidUserInformation), ("http://a:%FF@b/", .invalidUserInformation),
            ("http://ü@b/", .invalidUserInformation), ("http://a[b@c/", .invalidUserInformation),
            ("http://good.example\\@evil.example/", .invalidUserInformation),
            ("http://a/\n", .invalidCharacter(10)), ("http://a/\0", .invalidCharacter(0)),
            ("http://a/?\r\nHost: b", .invalidCharacter(13)), ("http://a/#\u{7F}", .invalidCharacter(0x7F)),
            ("http://a/\\b", .invalidCharacter(92)), ("http://a/\tb", .invalidCharacter(9)),
            ("http://a/%", .invalidEscape), ("http://a/%4", .invalidEscape), ("http://a/?%zz", .invalidEscape),
            ("http://a/%?41", .invalidEscape), ("http://a/#%", .invalidEscape),
            ("http+unix:///run/app.sock", .invalidSocketPath("")), ("http+unix://app/", .invalidSocketPath("app")),
            ("http+unix://%2Fa:80/", .invalidSocketPath("%2Fa:80")), ("http+unix://%2F/", .invalidSocketPath("%2F")),
            ("http+unix://%2Fa%00/", .invalidSocketPath("%2Fa%00")),
            ("http+unix://%2Fa%FF/", .invalidSocketPath("%2Fa%FF")),
            ("unix:", .invalidSocketPath("")), ("unix:run/a", .invalidSocketPath("run/a")),
            ("unix:/run/a:b", .invalidSocketPath("/run/a:b")), ("unix:/run/a b", .invalidSocketPath("/run/a b")),
            ("unix://host/run/a", .invalidSocketPath("host")),
        ])
    func refused(text: String, error: HTTPURLError) {
        #expect(throws: error) { try HTTPURL(parsing: text) }
        #expect(HTTPURL(text) == nil)
        #expect(error.description.utf8.count < 300 && !error.description.contains("\n"))
    }

    @Test("Names of hosts are as long as the DNS allows")
    func hostLengths() throws {
        let label = String(repeating: "a", count: 63)
        let name = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
        #expect(try HTTPURL(parsing: "http://\(name)/").host == name)
        #expect(try HTTPURL(parsing: "http://\(name)./").host == name + ".")
        #expect(HTTPURL("http://\(name)a/") == nil)
        #expect(HTTPURL("http://\(label)a/") == nil)
        #expect(throws: HTTPURLError.self) { try HTTPURL(parsing: "http://\(String(repeating: "é", count: 9000))/") }
    }

    @Test("A URL is limited, and so is what encoding makes of it")
    func lengths() {
        let most = HTTPURL.maximumLength
        #expect(HTTPURL("http://a/" + String(repeating: "b", count: most - 9)) != nil)
        #expect(throws: HTTPURLError.tooLong) {
            try HTTPURL(parsing: "http://a/" + String(repeating: "b", count: most - 8))
        }
        #expect(throws: HTTPURLError.tooLong) {
            try HTTPURL(parsing: "http://a/" + String(repeating: " ", count: most / 3 + 1))
        }
        let dots = String(repeating: "/..", count: most / 3 - 10)
        #expect(HTTPURL("http://a" + dots)?.path == "/")
    }

    @Test("A request's parts make the URL")
    func components() throws {
        let url = try HTTPURL(scheme: "https", authority: "Example.com:8443", path: "/a/../b?c")
        #expect(url == HTTPURL("https://example.com:8443/b?c"))
        #expect(try HTTPURL(scheme: "http", authority: "a", path: "").path == "/")
        #expect(try HTTPURL(scheme: "http", authority: "a", path: "/b#c").path == "/b%23c")
        #expect(try HTTPURL(scheme: "http+unix", authority: "%2Fa", path: "/").socketPath == "/a")
        #expect(throws: HTTPURLError.invalidHost("a/b")) { try HTTPURL(scheme: "http", authority: "a/b", path: "/") }
        #expect(throws: HTTPURLError.invalidCharacter(42)) { try HTTPURL(scheme: "http", authority: "a", path: "*") }
        #expect(throws: HTTPURLError.unsupportedScheme("ws")) { try HTTPURL(scheme: "ws", authority: "a", path: "/") }
    }
}
