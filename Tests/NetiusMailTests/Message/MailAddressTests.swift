import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("Addresses of mail")
struct MailAddressTests {
    @Test(
        "An address is read, and written as the wire has it",
        arguments: [
            ("Smith@bar.com", "Smith", "bar.com", "Smith@bar.com"),
            ("Jones@XYZ.COM", "Jones", "xyz.com", "Jones@xyz.com"),
            ("\"Joe\\ Q\"@x", "Joe Q", "x", "\"Joe Q\"@x"),
            ("\"simple\"@x", "simple", "x", "simple@x"),
            ("\"a@b\"@x", "a@b", "x", "\"a@b\"@x"),
            ("\"a\\\"b\\\\\"@x", "a\"b\\", "x", "\"a\\\"b\\\\\"@x"),
            ("!#$%&'*+-/=?^_`{|}~@x", "!#$%&'*+-/=?^_`{|}~", "x", "!#$%&'*+-/=?^_`{|}~@x"),
            ("a@[127.0.0.1]", "a", "[127.0.0.1]", "a@[127.0.0.1]"),
            ("a@[ipv6:2001:DB8::1]", "a", "[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"),
            ("grüße@bücher.example", "grüße", "bücher.example", "grüße@bücher.example"),
            ("a@1.2.3.4", "a", "1.2.3.4", "a@1.2.3.4"),
        ])
    func reading(text: String, local: String, domain: String, description: String) throws {
        let address = try #require(MailAddress(text))
        #expect(address.localPart == local)
        #expect(address.domain == domain)
        #expect(address.description == description)
        #expect(MailAddress(address.description) == address)
        #expect(MailAddress(localPart: local, domain: domain) == address)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", "@", "a", "a@", "@x", "a@@x", "a b@x", ".a@x", "a.@x", "a..b@x", "a@x.", "a@.x", "a@x..y", "a@-x",
            "a@x-", "a@x_y", "\"\"@x", "\"a@x", "a\"b\"@x", "\"a\"b@x", "a@[1.2.3]", "a@[1.2.3.4", "a@1.2.3.4]",
            "a@[IPv6:1.2.3.4]", "a@[2001:db8::1]", "a@[IPv6:fe80::1%1]", "a@[general:x]", "<a@x>", "a@x ", " a@x",
            "a@x\r\n", "\"a\r\n\"@x", "a\u{0}@x", "\"a\u{7F}\"@x", "a@b\u{85}c", "a@b\u{2028}", "a@b\u{3000}c",
            "a@b\u{202E}c", "a,b@x", "a(b)@x",
        ])
    func refusing(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(
        "Domains have the sizes of RFC 5321, and the whole has the size of a path, all of which a local part may have")
    func sizes() {
        let label = String(repeating: "d", count: 63)
        #expect(MailAddress("\(String(repeating: "a", count: 252))@x") != nil)
        #expect(MailAddress("\(String(repeating: "a", count: 253))@x") == nil)
        #expect(MailAddress("\"\(String(repeating: " ", count: 250))\"@x") != nil)
        #expect(MailAddress("\"\(String(repeating: " ", count: 251))\"@x") == nil)
        #expect(MailAddress(localPart: String(repeating: "a", count: 252), domain: "x") != nil)
        #expect(MailAddress(localPart: String(repeating: "a", count: 253), domain: "x") == nil)
        #expect(MailAddress("a@\(label)") != nil)
        #expect(MailAddress("a@\(label)d") == nil)
        let domain = "\(label).\(label).\(label)"
        let rest = String(repeating: "d", count: 254 - 2 - domain.utf8.count - 1)
        #expect(MailAddress("a@\(domain).\(rest)")?.description.utf8.count == 254)
        #expect(MailAddress("ab@\(domain).\(rest)") == nil)
        #expect(MailAddress(localPart: "ab", domain: "\(domain).\(rest)") == nil)
        #expect(MailAddress(localPart: "", domain: "x") == nil)
        #expect(MailAddress(localPart: "a\r\nb", domain: "x") == nil)
        #expect(MailAddress(localPart: "a", domain: "x>") == nil)
    }

    @Test("Domains are compared without regard to case, local parts with it")
    func equality() {
        #expect(MailAddress("a@X.example") == MailAddress("a@x.EXAMPLE"))
        #expect(MailAddress("A@x") != MailAddress("a@x"))
    }

    @Test("A literal is the address that it stands for")
    func literals() {
        #expect(MailAddress("a@[192.0.2.1]")?.literalAddress?.description == "192.0.2.1")
        #expect(MailAddress("a@[IPv6:::1]")?.literalAddress?.description == "::1")
        #expect(MailAddress("a@192.0.2.1")?.literalAddress == nil)
    }

    @Test("UTF-8 anywhere asks for SMTPUTF8")
    func utf8() {
        #expect(MailAddress("ü@x")?.requiresUTF8 == true)
        #expect(MailAddress("u@ü")?.requiresUTF8 == true)
        #expect(MailAddress("u@x")?.requiresUTF8 == false)
    }

    @Test("Whatever is read, or made of parts, reads back as itself, and is on one line")
    func fuzz() {
        var random = SeededRandom(seed: 1)
        let alphabet = Array("ab.@\"\\ <>[]:1(),-_ü\r\n\t=?%\u{0}\u{7F}é中".unicodeScalars)
        var count = 0
        for _ in 0..<40_000 {
            func text(_ most: Int) -> String {
                var text = ""
                for _ in 0..<Int.random(in: 1...most, using: &random) {
                    text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
                }
                return text
            }
            let candidates = [
                MailAddress(text(8) + "@" + text(4)), MailAddress("\"\(text(6))\"@\(text(3))"),
                MailAddress(localPart: text(8), domain: text(3)),
            ]
            for address in candidates.compactMap({ $0 }) {
                count += 1
                #expect(MailAddress(address.description) == address)
                #expect(address.description.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            }
        }
        #expect(count > 1000)
    }
}
