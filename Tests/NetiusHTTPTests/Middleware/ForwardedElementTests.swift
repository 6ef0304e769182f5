import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Forwarded: elements and nodes")
struct ForwardedElementTests {
    private func element(_ text: String) -> ForwardedElement? {
        let input = octets(text)
        return ForwardedElement(input.span, 0..<input.count)
    }

    private func node(_ text: String, allowsBareIPv6: Bool = false) -> ForwardedNode? {
        ForwardedNode(octets(text).span, allowsBareIPv6: allowsBareIPv6)
    }

    private func address(_ text: String) throws -> ForwardedNode { .address(try #require(IPAddress(text))) }

    @Test("The examples of RFC 7239 section 4")
    func examples() throws {
        #expect(element("for=\"_gazonk\"")?.node == .obfuscated)
        #expect(try element("For=\"[2001:db8:cafe::17]:4711\"")?.node == address("2001:db8:cafe::17"))
        let third = try #require(element("for=192.0.2.60;proto=http;by=203.0.113.43"))
        #expect(try third.node == address("192.0.2.60"))
        #expect(third.scheme == "http" && third.host == nil)
        #expect(try element("for=192.0.2.43")?.node == address("192.0.2.43"))
        #expect(element("for=_SEVKISEK")?.node == .obfuscated)
        #expect(element("for=_hidden")?.node == .obfuscated)
        #expect(element("for=unknown")?.node == .unknown)
    }

    @Test("The examples of RFC 7239 section 6")
    func nodeExamples() throws {
        #expect(try node("192.0.2.43:47011") == address("192.0.2.43"))
        #expect(try node("[2001:db8:cafe::17]:47011") == address("2001:db8:cafe::17"))
        #expect(try node("[2001:db8:cafe::17]") == address("2001:db8:cafe::17"))
        #expect(node("unknown") == .unknown)
        #expect(node("_hidden") == .obfuscated)
        #expect(try node("192.0.2.43:_port") == address("192.0.2.43"))
    }

    @Test("What nodes can be, and which address an IPv4-mapped one is")
    func nodes() throws {
        #expect(node("UnKnown:80") == .unknown)
        #expect(node("_a.B_-9:_x") == .obfuscated)
        #expect(try node("[::ffff:10.0.0.1]") == address("10.0.0.1"))
        #expect(try node("2001:db8::1", allowsBareIPv6: true) == address("2001:db8::1"))
        #expect(try node("10.0.0.1:80", allowsBareIPv6: true) == address("10.0.0.1"))
        #expect(try node("[::1]:80", allowsBareIPv6: true) == address("::1"))
        #expect(try node("::ffff:10.0.0.1", allowsBareIPv6: true) == address("10.0.0.1"))
    }

    @Test(
        "What is no node",
        arguments: [
            "", " ", "2001:db8::1", "[2001:db8::1", "[]", "[1.2.3.4]", "[::1]80", "[::1]:", "[::1]:123456", "[::1]:a",
            "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4:", "1.2.3.4:123456", "1.2.3.4:-1", "1.2.3.4:80:80",
            "1.2.3.4 ", "_", "_:80", "_a b", "_\u{E9}", "unknown:", "unknown:x", "unknow", "unknownx", "example.com",
            "localhost", "[fe80::1%1]", "[fe80::1%eth0]", "[::1%lo]", "0x7f000001", "127.1", "1.2.3.4\0", ":80",
        ])
    func noNode(text: String) {
        #expect(node(text) == nil)
        if text != "2001:db8::1" { #expect(node(text, allowsBareIPv6: true) == nil) }
    }

    @Test("An IPv6 address with a zone is none, with or without brackets")
    func zones() {
        for text in ["fe80::1%1", "fe80::1%lo", "[fe80::1%lo]:80"] { #expect(node(text, allowsBareIPv6: true) == nil) }
    }

    @Test("Quoted strings may hold anything, with backslashes before what would end them")
    func quoted() throws {
        #expect(try element(#"for="192.0.2.1""#)?.node == address("192.0.2.1"))
        #expect(try element(#"for="1\92.\0.2.1";host="a\.b""#)?.node == address("192.0.2.1"))
        #expect(element(#"host="example.com:8080""#)?.host == "example.com:8080")
        #expect(element(#"x="a,b;c=\"d\\";proto=https"#)?.scheme == "https")
        #expect(element(#"x="";proto=https"#)?.scheme == "https")
    }

    @Test("Parameters come in any order and case; unknown ones are passed over; empty pairs are allowed")
    func parameters() throws {
        let all = try #require(element(";PROTO=HtTp+x;;Secret=abc;HOST=a;By=_b;FOR=10.0.0.1;"))
        #expect(all.scheme == "http+x" && all.host == "a")
        #expect(try all.node == address("10.0.0.1"))
        #expect(element("secret=1;secret=2;for=_x")?.node == .obfuscated)
        #expect(element(";")?.node == nil)
    }

    @Test(
        "What is no element",
        arguments: [
            "for", "for=", "=1.2.3.4", "for =1.2.3.4", "for= 1.2.3.4", "for=1.2.3.4 ;proto=http",
            "for=1.2.3.4; proto=http", "for=\"1.2.3.4", "for=1.2.3.4\"", "for=\"1.2.3.4\"x", "for=\"1.2.3.4\\\"",
            "for=1.2.3.4:80", "for=[::1]", "for=\"::1\"", "for=1.2.3.4;for=1.2.3.4", "proto=http;proto=http",
            "host=a;host=a", "by=_a;by=_a", "by=nobody", "proto=1http", "proto=ht/tp", "proto=\"\"", "host=\"\"",
            "host=\"a b\"", "host=\"a:99999\"", "host=\"u@a\"", "for=\"1.2.3.4\u{1}\"", "f\"r=1.2.3.4",
            "for=\"1.2\u{0}.3.4\"", "for=\"\\\u{7F}\"", "for=1.2.3.4,for=1.2.3.4", "for==1.2.3.4", "for:1.2.3.4",
        ])
    func noElement(text: String) {
        #expect(element(text) == nil)
    }

    @Test("Lists are read from their end")
    func lists() {
        func elements(_ text: String) -> [String] {
            let input = octets(text)
            var (end, elements) = (input.count, [String]())
            while let range = input.span.lastForwardedElement(from: 0, to: &end) {
                elements.append(String(decoding: input[range], as: UTF8.self))
            }
            return elements
        }
        #expect(elements("a, b\t,c") == ["c", "b", "a"])
        #expect(elements("") == [""])
        #expect(elements(",") == ["", ""])
        #expect(elements(#"a="1,2" , b="3\",\\4",c"#) == ["c", #"b="3\",\\4""#, #"a="1,2""#])
        #expect(elements(#"a=", b"#) == ["b", #"a=""#])
        #expect(elements(#"a="x, b="y""#) == [#"b="y""#, #"a="x"#])
        #expect(elements(#"a\", b="y\\""#) == [#"b="y\\""#, #"a\""#])
        #expect(elements(#"a, b""#) == [#"a, b""#])
    }
}
