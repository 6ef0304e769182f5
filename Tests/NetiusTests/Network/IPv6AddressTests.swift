import Netius
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct IPv6AddressTests {
    @Test(
        "The forms of RFC 4291 §2.2 are read",
        arguments: [
            ("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", 0xabcd_ef01_2345_6789_abcd_ef01_2345_6789),
            ("2001:DB8:0:0:8:800:200C:417A", 0x2001_0db8_0000_0000_0008_0800_200c_417a),
            ("2001:DB8::8:800:200C:417A", 0x2001_0db8_0000_0000_0008_0800_200c_417a),
            ("FF01:0:0:0:0:0:0:101", 0xff01_0000_0000_0000_0000_0000_0000_0101),
            ("FF01::101", 0xff01_0000_0000_0000_0000_0000_0000_0101),
            ("0:0:0:0:0:0:0:1", 1), ("::1", 1), ("0:0:0:0:0:0:0:0", 0), ("::", 0),
            ("0:0:0:0:0:0:13.1.68.3", 0x0d01_4403), ("::13.1.68.3", 0x0d01_4403),
            ("0:0:0:0:0:FFFF:129.144.52.38", 0xffff_8190_3426), ("::FFFF:129.144.52.38", 0xffff_8190_3426),
            ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008),
            ("1:2:3::5:6:7:8", 0x0001_0002_0003_0000_0005_0006_0007_0008),
            ("1::", 0x0001_0000_0000_0000_0000_0000_0000_0000),
            ("1:2:3:4:5::1.2.3.4", 0x0001_0002_0003_0004_0005_0000_0102_0304),
            ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304),
            ("0000:0000:0000:0000:0000:ffff:255.255.255.255", 0xffff_ffff_ffff),
        ] as [(String, UInt128)])
    func reading(_ text: String, _ bits: UInt128) {
        #expect(IPv6Address(text)?.bits == bits)
        #expect(IPv6Address(text)?.octets == AddressOracle.octets(text, family: AF_INET6))
    }

    @Test(
        "The form printed is that of RFC 5952",
        arguments: [
            // §1 and §2: the many forms of one address.
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:0:1::1", "2001:db8::1:0:0:1"),
            ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
            ("2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
            ("2001:db8:aaaa:bbbb:cccc:dddd:0:1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
            ("2001:db8:0:0:0::1", "2001:db8::1"), ("2001:db8:0:0::1", "2001:db8::1"),
            ("2001:db8::aaaa:0:0:1", "2001:db8::aaaa:0:0:1"), ("2001:db8:0:0:aaaa::1", "2001:db8::aaaa:0:0:1"),
            ("2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"),
            // §4.1: no leading zeros.
            ("2001:0db8::0001", "2001:db8::1"),
            // §4.2.1: shortened as much as possible.
            ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:db8::0:1", "2001:db8::1"),
            // §4.2.2: one group is not a run.
            ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"),
            ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"), ("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"),
            // §4.2.3: the longest run, the first of equals.
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"), ("1:0:0:1:1:1:0:0", "1::1:1:1:0:0"),
            ("0:0:1:1:1:0:0:0", "0:0:1:1:1::"),
            ("1:1:1:1:1:1:0:0", "1:1:1:1:1:1::"), ("0:0:1:1:1:1:1:1", "::1:1:1:1:1:1"),
            // §4.3: lower case.
            ("ABCD::EF", "abcd::ef"),
            // §5: the well-known prefix of mapped addresses is dotted, and no other.
            ("::ffff:c000:0201", "::ffff:192.0.2.1"), ("::ffff:0:0", "::ffff:0.0.0.0"), ("::192.0.2.1", "::c000:201"),
            ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"), ("::fffe:1.2.3.4", "::fffe:102:304"),
            ("::1:ffff:1.2.3.4", "::1:ffff:102:304"),
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:0:0:0:0:0", "1::"),
        ])
    func printing(_ text: String, _ printed: String) {
        #expect(IPv6Address(text)?.description == printed)
    }

    @Test(
        "Any other text is refused",
        arguments: [
            "", ":", ":::", "::::", ":1", "1:", "::1:", ":1::", ":::1", "1:::2", "1::2::3", "::1::", "1", "1:2",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "::12345",
            "::00000", "::g", "g::", "::-1", "::+1", "::0x1", " ::1", "::1 ", ":: 1", "::1\n", "::1\0", "\0::1",
            "::1\t",
            "[::1]", "::1/64", "::1:80]", "1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4",
            "::1.2.3.04",
            "::1.2.3.4:5", "1.2.3.4::", "1.2.3.4::1", "::1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4",
            "1:2:3:4:5:6::1.2.3.4", "::.1.2.3", "::1.", "::1..2.3", "::a.2.3.4", "::1a.2.3.4", "::1.2.3.4%",
            "::ffff:1.2.3",
            "::12345.1.1.1", "::１", "::1\u{301}", "：：1", "::%", "%", "%1", "::1%1", "::%1", "2001:db8::1%1",
            "::ffff:1.2.3.4%1", "fe80::1%", "fe80::1%%", "fe80::1%1%", "fe80::1%1%1", "fe80::1%%1", "fe80::1%01",
            "fe80::1%00", "fe80::1%-1", "fe80::1%+1", "fe80::1% 1", "fe80::1%1 ", "fe80::1%0x1", "fe80::1%4294967296",
            "fe80::1%99999999999999999999", "fe80::1%no-such-link", "fe80::1%../../etc/pas", "fe80::1%a\0b",
            "fe80::1%1]", "fe80::1%1/64", "fe80::1%25eth0-not-here", "fe80::1%\u{e9}", "fec0::1%1", "fe7f::1%1",
            "ff0e::1%1", "ff00::1%1", "ff0f::1%1", "1:2:3:4:5:6:7:8:1:2:3:4:5:6:7:8:1:2:3:4:5:6:7:8:1:2:3:4:5:6:7:8",
            "00000000000000000000000000000000000000000000000001::",
        ])
    func refusing(_ text: String) {
        #expect(IPv6Address(text) == nil)
        #expect(IPAddress(text) == nil || text == "1.2.3.4")
    }

    @Test("Octets make an address when there are sixteen")
    func octets() {
        let octets: [UInt8] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]
        #expect(IPv6Address(octets: octets)?.description == "2001:db8::ff")
        #expect(IPv6Address("2001:db8::ff")?.octets == octets)
        #expect(IPv6Address(octets: octets.dropLast()) == nil)
        #expect(IPv6Address(octets: octets + [0]) == nil)
        #expect(IPv6Address(octets: []) == nil)
    }

    @Test("Loopback and unspecified addresses are known, also in their mapped form")
    func predicates() throws {
        #expect(IPv6Address.loopback.description == "::1" && IPv6Address.any.description == "::")
        #expect(IPv6Address.loopback.isLoopback && !IPv6Address.loopback.isAny)
        #expect(IPv6Address.any.isAny && !IPv6Address.any.isLoopback)
        #expect(try #require(IPv6Address("::ffff:127.3.2.1")).isLoopback)
        #expect(try #require(IPv6Address("::ffff:0.0.0.0")).isAny)
        for text in ["::2", "1::1", "::127.0.0.1", "::fffe:127.0.0.1", "::ffff:128.0.0.1", "1::", "::ffff:0.0.0.1"] {
            let address = try #require(IPv6Address(text))
            #expect(!address.isLoopback && !address.isAny, "\(text)")
        }
    }

    @Test("Only ::ffff:0:0/96 stands for IPv4 addresses")
    func mapped() throws {
        let address = try #require(IPv6Address("::ffff:192.0.2.1"))
        #expect(address.isIPv4Mapped && address.mappedIPv4 == IPv4Address("192.0.2.1"))
        for text in [
            "::192.0.2.1", "::1:ffff:192.0.2.1", "64:ff9b::192.0.2.1", "::ffff:0:192.0.2.1", "::", "1::ffff:1.2.3.4",
        ] {
            let address = try #require(IPv6Address(text))
            #expect(!address.isIPv4Mapped && address.mappedIPv4 == nil, "\(text)")
        }
    }

    @Test("Addresses are in the order of their numbers, then of their zones")
    func order() {
        let texts = [
            "::", "::2", "::10", "::ffff:0.0.0.1", "1::", "fe80::1", "fe80::1%4000000000", "fe80::1%4000000001",
            "fe80::2", "ffff::",
        ]
        #expect(texts.shuffled().compactMap(IPv6Address.init).sorted().map(\.description) == texts)
    }

    @Test("Random addresses survive their text and their octets, and the C library agrees")
    func roundTrips() {
        var random = AddressRandom(seed: 6)
        for _ in 0..<20_000 {
            let address = random.ipv6()
            let text = address.description
            // inet_ntop also prints the last 32 bits of the deprecated IPv4-compatible addresses dotted.
            let isCompatible = address.bits >> 32 == 0
            guard IPv6Address(text) == address, IPv6Address(octets: address.octets) == address,
                isCompatible || AddressOracle.text(address.octets) == text,
                AddressOracle.octets(text, family: AF_INET6) == address.octets,
                let printed = AddressOracle.text(address.octets), IPv6Address(printed) == address
            else {
                Issue.record("\(text) does not survive")
                return
            }
        }
    }

    @Test("What is read of damaged text, inet_pton reads alike")
    func damaged() {
        var random = AddressRandom(seed: 66)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = random.mutation(of: random.ipv6().description)
            guard let address = IPv6Address(text) else {
                #if canImport(Glibc)
                    // Equally strict, except that a C string ends at its first zero.
                    if !text.utf8.contains(0) {
                        #expect(AddressOracle.octets(text, family: AF_INET6) == nil, "\(text)")
                    }
                #endif
                continue
            }
            if address.zone != 0 || text.utf8.contains(UInt8(ascii: "%")) { continue }
            accepted += 1
            #expect(AddressOracle.octets(text, family: AF_INET6) == address.octets, "\(text)")
            #expect(IPv6Address(address.description) == address)
        }
        #expect(accepted > 1000 && accepted < 19_000)
    }

    @Test(
        "Every piece of a valid text is read as inet_pton reads it, and none traps",
        arguments: [
            "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234", "2001:db8::1:0:0:1", "::ffff:192.0.2.133", "::", "1::",
            "1:2:3:4:5:6:255.255.255.255", "fe80::1:2%12",
        ])
    func pieces(_ text: String) {
        for start in text.indices {
            for end in text.indices[start...] + [text.endIndex] {
                let piece = String(text[start..<end])
                let address = IPv6Address(piece)
                if let address { #expect(IPv6Address(address.description) == address) }
                if piece.contains("%") { continue }
                if let address { #expect(AddressOracle.octets(piece, family: AF_INET6) == address.octets, "\(piece)") }
                #if canImport(Glibc)
                    #expect((address == nil) == (AddressOracle.octets(piece, family: AF_INET6) == nil), "\(piece)")
                #endif
            }
        }
    }
}
