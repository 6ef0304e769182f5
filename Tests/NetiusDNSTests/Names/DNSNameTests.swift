import Testing

@testable import NetiusDNS

@Suite("Domain names", .timeLimit(.minutes(5)))
struct DNSNameTests {
    @Test("Text is read into labels, with or without the root's dot, and printed without it")
    func text() throws {
        let name = try #require(DNSName("www.Example.com"))
        #expect(name.labels == [Array("www".utf8), Array("Example".utf8), Array("com".utf8)])
        #expect(name.description == "www.Example.com" && name.absoluteText == "www.Example.com.")
        #expect(DNSName("www.Example.com.") == name)
        #expect(name.wire == [3] + Array("www".utf8) + [7] + Array("Example".utf8) + [3] + Array("com".utf8) + [0])
        #expect(DNSName(".") == .root && DNSName.root.description == "." && DNSName.root.labels.isEmpty)
    }

    @Test(
        "What is no name is refused",
        arguments: ["", "..", ".a", "a..b", "a b", "a\n", "\u{e9}.test", "a\\", "a\\25", "a\\256", "a\\2x5", "a\u{7f}"])
    func refused(_ text: String) {
        #expect(DNSName(text) == nil)
    }

    @Test("Labels have at most 63 octets, and names 255")
    func lengths() {
        let label = String(repeating: "a", count: 63)
        #expect(DNSName(label) != nil && DNSName(label + "a") == nil)
        let long = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
        #expect(DNSName(long)?.wire.count == 255 && DNSName(long + "a") == nil)
        #expect(DNSName(String(repeating: "a.", count: 127))?.labels.count == 127)
        #expect(DNSName(String(repeating: "a.", count: 128)) == nil)
        #expect(DNSName(String(repeating: "\\097", count: 64)) == nil)
    }

    @Test("Octets that would be read as something else are escaped, and read back")
    func escapes() throws {
        let labels: [[UInt8]] = [[0x2E], [0x5C, 0x22], [0, 0x20, 0xFF], Array("a;b".utf8)]
        let name = try #require(DNSName(labels: labels))
        #expect(name.description == #"\..\\\".\000\032\255.a\;b"#)
        #expect(DNSName(name.description)?.labels == labels)
        #expect(DNSName(#"dns\.admin.example.test"#)?.labels.first == Array("dns.admin".utf8))
        #expect(DNSName(#"a\."#)?.labels == [Array("a.".utf8)])
    }

    @Test("Names are equal whatever the case of their letters, and hash alike")
    func cases() {
        #expect(DNSName("WWW.example.COM") == DNSName("www.EXAMPLE.com"))
        #expect(DNSName("WWW.example.COM").hashValue == DNSName("www.EXAMPLE.com").hashValue)
        #expect(DNSName("a@.test") != DNSName("a`.test"))
        #expect(DNSName("a.b") != DNSName(#"a\.b"#))
    }

    @Test("A name is within itself and those above it, and no other")
    func within() throws {
        let name = try #require(DNSName("mail.example.com"))
        for ancestor in ["mail.example.com", "Example.com", "com", "."] {
            #expect(try name.isWithin(#require(DNSName(ancestor))))
        }
        for other in ["xample.com", "a.mail.example.com", "org", "www.example.com"] {
            #expect(try !name.isWithin(#require(DNSName(other))))
        }
        #expect(name.parent == DNSName("example.com") && DNSName.root.parent == .root)
    }
}
