import Testing

@testable import NetiusHTTP

@Suite("URL: resolving references")
struct HTTPURLResolvingTests {
    @Test(
        "The examples of RFC 3986 §5.4",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
            ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
            ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
            ("../../g", "http://a/g"),
            // Abnormal examples.
            ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"), ("/./g", "http://a/g"),
            ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"), ("g..", "http://a/b/c/g.."),
            ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
            ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
            ("g;x=1/../y", "http://a/b/c/y"), ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("g?y/../x", "http://a/b/c/g?y/../x"), ("g#s/./x", "http://a/b/c/g#s/./x"),
            ("g#s/../x", "http://a/b/c/g#s/../x"),
        ])
    func examples(reference: String, expected: String) throws {
        let base = try HTTPURL(parsing: "http://a/b/c/d;p?q")
        #expect(try base.resolving(reference).absoluteString == expected)
    }

    @Test("What the examples lead to and is no URL of ours is refused")
    func refused() throws {
        let base = try HTTPURL(parsing: "http://a/b/c/d;p?q")
        #expect(throws: HTTPURLError.unsupportedScheme("g")) { try base.resolving("g:h") }
        // By the strict reading of §5.4.2, of which no HTTP URL comes.
        #expect(throws: HTTPURLError.missingHost) { try base.resolving("http:g") }
        #expect(throws: HTTPURLError.missingHost) { try base.resolving("//") }
        #expect(throws: HTTPURLError.tooLong) { try base.resolving(String(repeating: "a", count: 65_536)) }
    }

    @Test("Scheme, user and socket are inherited where the reference does not say them")
    func inheritance() throws {
        let base = try HTTPURL(parsing: "https://u:p@a:8443/b?c#d")
        #expect(try base.resolving("//g").absoluteString == "https://g/")
        #expect(try base.resolving("/g").absoluteString == "https://u:p@a:8443/g")
        #expect(try base.resolving("").absoluteString == "https://u:p@a:8443/b?c")
        #expect(try base.resolving("http://h").absoluteString == "http://h/")
        let socket = try HTTPURL(parsing: "unix:/run/a:/b/c")
        #expect(try socket.resolving("d").absoluteString == "http+unix://%2Frun%2Fa/b/d")
        #expect(try socket.resolving("//%2Frun%2Fb/").socketPath == "/run/b")
        #expect(try socket.resolving("http://localhost/").socketPath == nil)
        let zoned = try HTTPURL(parsing: "http://[fe80::1%25eth0]:81/b")
        #expect(try zoned.resolving("c").absoluteString == "http://[fe80::1%25eth0]:81/c")
        #expect(try zoned.resolving("//[fe80::2]/").absoluteString == "http://[fe80::2]/")
    }
}
