import Netius
import Testing

@Suite struct SocketAddressTests {
    @Test(
        "An address survives its text",
        arguments: [
            "127.0.0.1:80", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:80", "[::]:0", "[fe80::1%2]:80",
            "[fe80::1%4294967295]:80", "[::ffff:192.0.2.1]:443", "[2001:db8::1]:65535", "unix:/run/x", "unix:",
            "unix:@name",
            "unix:relative", "unix:/a path/with:colons/[and]/brackets", "unix:/é/漢字", "unix:\u{301}", "unix:unix:",
            "unix:@",
        ])
    func roundTrip(_ text: String) throws {
        #expect(try #require(SocketAddress(text)).description == text)
    }

    @Test("The parts are what was written")
    func parts() throws {
        let first = try #require(SocketAddress("127.0.0.1:80"))
        #expect(first == .ip(.v4(.loopback), port: 80))
        #expect(first.ipAddress == .v4(.loopback) && first.port == 80)
        let second = try #require(SocketAddress("[0:0::1]:8080"))
        #expect(second == .ip(.v6(.loopback), port: 8080))
        #expect(second.ipAddress == .v6(.loopback) && second.port == 8080)
        #expect(second.description == "[::1]:8080")
        let third = try #require(SocketAddress("unix:/run/x"))
        #expect(third == .unix(path: "/run/x"))
        #expect(third.ipAddress == nil && third.port == nil)
        #expect(SocketAddress("[fe80::1%2]:80")?.ipAddress == .v6(IPv6Address(bits: 0xfe80 << 112 | 1, zone: 2)))
    }

    @Test("A zone is printed as its index, and its name is read")
    func zone() throws {
        guard let interface = AddressOracle.interface else { return }
        let address = try #require(SocketAddress("[fe80::1%\(interface.name)]:80"))
        #expect(address.description == "[fe80::1%\(interface.index)]:80")
        #expect(SocketAddress(address.description) == address)
    }

    @Test(
        "Any other text is refused",
        arguments: [
            "", ":", "80", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:99999999999999999999",
            "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1:080", "127.0.0.1:00", "127.0.0.1: 80", "127.0.0.1:80 ",
            " 127.0.0.1:80", "127.0.0.1 :80", "127.0.0.1:80\n", "127.0.0.1:80\0", "127.0.0.1:http", "127.0.0.1:0x50",
            "127.0.0.1:８０", "127.0.0.1::80", "127.0.0.1:80:80", "127.1:80", "[127.0.0.1]:80", "::1:80", "::1", "[::1]",
            "[::1]80", "[::1]:", "[::1]::80", "[::1]:080", "[::1]:65536", "[::1]x:80", "x[::1]:80", "[[::1]]:80",
            "[::1:80", "::1]:80", "[]:80", "[:80", "]:80", "[ ::1]:80", "[::1%2]:80", "[fe80::1%]:80",
            "[fe80::1%02]:80",
            "[fe80::1]%2:80", "localhost:80", "*:80", "unix", "UNIX:/x", " unix:/x", "unix/x", "unix:/x\0", "unix:\0x",
            "tcp:127.0.0.1:80", "http://127.0.0.1:80", "127.0.0.1:80/", "/run/x",
        ])
    func refusing(_ text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test(
        "No piece of a valid text traps, and what is read is read again",
        arguments: ["192.168.100.123:65535", "[2001:db8::1:0:0:1]:8080", "[fe80::1%12]:443", "unix:/run/x:[::1]:80"])
    func pieces(_ text: String) {
        for start in text.indices {
            for end in text.indices[start...] + [text.endIndex] {
                guard let address = SocketAddress(String(text[start..<end])) else { continue }
                #expect(SocketAddress(address.description) == address)
            }
        }
    }

    @Test("Random addresses survive their text")
    func random() {
        var random = AddressRandom(seed: 80)
        for _ in 0..<20_000 {
            let port = UInt16.random(in: 0...UInt16.max, using: &random)
            let address = SocketAddress.ip(
                Bool.random(using: &random) ? .v4(random.ipv4()) : .v6(random.ipv6()), port: port)
            guard SocketAddress(address.description) == address else {
                Issue.record("\(address) does not survive")
                return
            }
            // Damaged text is refused or read, and never traps.
            _ = SocketAddress(random.mutation(of: address.description))
        }
    }
}
