import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Forwarded: who the client is")
struct ForwardedClientTests {
    private static func network(_ texts: String...) throws -> IPNetworkSet { try IPNetworkSet(parsing: texts) }

    private func client(
        _ fields: HTTPFields, peer: String = "10.0.0.1", reading: HTTPForwardedFields = .any
    ) throws -> ForwardedClient {
        let trusted = try Self.network("10.0.0.0/8", "fd00::/8")
        return ForwardedClient(
            peer: IPAddress(peer), fields: fields, reading: reading, isTrusted: trusted.contains)
    }

    /// What a client may send, and what the proxies at 10.0.0.0/8 made of it; and who the client is.
    private static let forwardedRows: [(String, String)] = [
        ("for=203.0.113.9", "203.0.113.9"),
        ("for=192.0.2.1, for=203.0.113.9", "203.0.113.9"),
        ("for=10.0.0.7, for=203.0.113.9", "203.0.113.9"),
        ("for=127.0.0.1, for=203.0.113.9, for=10.0.0.2", "203.0.113.9"),
        ("for=203.0.113.9, for=10.0.0.3, for=10.0.0.2", "203.0.113.9"),
        ("for=10.0.0.4, for=10.0.0.3", "10.0.0.4"),
        ("for=\"[2001:db8::9]:1234\", for=\"[fd00::1]\"", "2001:db8::9"),
        ("for=\"[::ffff:203.0.113.9]\"", "203.0.113.9"),
        ("for=\"[::ffff:10.0.0.2]\", for=10.0.0.3", "10.0.0.2"),
        // A quote left open.
        ("for=\", for=203.0.113.9", "203.0.113.9"),
        ("for=\"10.0.0.9, for=\"203.0.113.9\"", "203.0.113.9"),
        ("\\\", for=\"203.0.113.9\"", "203.0.113.9"),
        ("for=\"\\\", for=203.0.113.9", "203.0.113.9"),
        ("for=a\\, for=203.0.113.9", "203.0.113.9"),
        // Empty elements.
        (", ,for=203.0.113.9, ,", "203.0.113.9"),
        // The walk ends at what is malformed, hidden or not said: the nearest node that is known counts.
        ("for=192.0.2.1, for=_hidden, for=10.0.0.2", "10.0.0.2"),
        ("for=192.0.2.1, for=unknown, for=10.0.0.2", "10.0.0.2"),
        ("for=192.0.2.1, proto=https, for=10.0.0.2", "10.0.0.2"),
        ("for=192.0.2.1, for=10.0.0.300, for=10.0.0.2", "10.0.0.2"),
        ("for=192.0.2.1, for=10.0.0.2;for=10.0.0.2", "10.0.0.1"),
        ("garbage", "10.0.0.1"), ("", "10.0.0.1"), (",,,", "10.0.0.1"), ("for=_x", "10.0.0.1"),
        ("203.0.113.9", "10.0.0.1"), ("for=203.0.113.9 ; proto=http", "10.0.0.1"),
    ]

    @Test("Forwarded: the first address from the end that is not a trusted proxy's", arguments: forwardedRows)
    func forwarded(value: String, address: String) throws {
        #expect(try client([.forwarded: value]).address == IPAddress(address))
    }

    private static let xForwardedRows: [(String, String)] = [
        ("203.0.113.9", "203.0.113.9"), ("192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.7, 203.0.113.9,10.0.0.2", "203.0.113.9"), ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"), ("[2001:db8::9]:80, fd00::2", "2001:db8::9"),
        ("10.0.0.4, 10.0.0.3", "10.0.0.4"), ("\"203.0.113.9\"", "10.0.0.1"), ("\", 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"), ("192.0.2.1, 10.0.0.300, 10.0.0.2", "10.0.0.2"),
        ("localhost", "10.0.0.1"), ("", "10.0.0.1"), ("203.0.113.9,", "203.0.113.9"), ("_x, 10.0.0.5", "10.0.0.5"),
        ("192.0.2.1 203.0.113.9", "10.0.0.1"), ("for=203.0.113.9", "10.0.0.1"), ("fe80::1%1", "10.0.0.1"),
    ]

    @Test("X-Forwarded-For: the same", arguments: xForwardedRows)
    func xForwarded(value: String, address: String) throws {
        #expect(try client([.xForwardedFor: value]).address == IPAddress(address))
    }

    @Test("Several fields of a name are one list")
    func severalFields() throws {
        #expect(
            try client([.forwarded: "for=192.0.2.1", .host: "a", .forwarded: "for=203.0.113.9", .accept: "b"]).address
                == IPAddress("203.0.113.9"))
        #expect(
            try client([.forwarded: "for=\"", .forwarded: "for=203.0.113.9, for=10.0.0.2", .forwarded: "for=10.0.0.3"])
                .address == IPAddress("203.0.113.9"))
        #expect(
            try client([.xForwardedFor: "192.0.2.1", .xForwardedFor: "203.0.113.9", .xForwardedFor: "10.0.0.9"])
                .address == IPAddress("203.0.113.9"))
    }

    @Test("Forwarded wins over the others, even if it is malformed, unless one kind alone is to be read")
    func which() throws {
        let both: HTTPFields = [
            .xForwardedFor: "198.51.100.1", .xForwardedProto: "http", .xForwardedHost: "x",
            .forwarded: "for=203.0.113.9;proto=https;host=f",
        ]
        for reading in [HTTPForwardedFields.any, .forwarded] {
            let client = try client(both, reading: reading)
            #expect(client.address == IPAddress("203.0.113.9") && client.scheme == "https" && client.host == "f")
        }
        let x = try client(both, reading: .xForwarded)
        #expect(x.address == IPAddress("198.51.100.1") && x.scheme == "http" && x.host == "x")
        let malformed = try client([.forwarded: "?", .xForwardedFor: "198.51.100.1", .xForwardedProto: "http"])
        #expect(malformed.address == IPAddress("10.0.0.1") && malformed.scheme == nil)
        #expect(try client([.xForwardedFor: "198.51.100.1"], reading: .forwarded).address == IPAddress("10.0.0.1"))
        #expect(try client([:]).address == IPAddress("10.0.0.1"))
    }

    @Test("Scheme and host are those that the farthest trusted proxy received")
    func schemeAndHost() throws {
        let far = try client([
            .forwarded:
                "for=1.1.1.1;proto=ftp, for=203.0.113.9;proto=HTTPS;host=\"a.example:8443\", for=10.0.0.2;proto=http"
        ])
        #expect(far.scheme == "https" && far.host == "a.example:8443")
        // Nothing said there is nothing known, whatever a nearer proxy said.
        #expect(try client([.forwarded: "for=203.0.113.9, for=10.0.0.2;proto=http"]).scheme == nil)
        let hidden = try client([.forwarded: "for=1.1.1.1;proto=ftp, for=_x;proto=https;host=a, for=10.0.0.2"])
        #expect(hidden.scheme == "https" && hidden.host == "a")
        let bad = try client([.forwarded: "for=203.0.113.9;host=\"/\", for=10.0.0.2;proto=http;host=b"])
        #expect(bad.address == IPAddress("10.0.0.2") && bad.scheme == "http" && bad.host == "b")
    }

    @Test("Of X-Forwarded-Proto and X-Forwarded-Host the last element counts, if it is well-formed")
    func xSchemeAndHost() throws {
        let last = try client([.xForwardedProto: "ftp, HTTPS", .xForwardedHost: "evil, a.example:80"])
        #expect(last.scheme == "https" && last.host == "a.example:80" && last.address == IPAddress("10.0.0.1"))
        let malformed = try client([.xForwardedProto: "https, h t", .xForwardedHost: "good, a/b"])
        #expect(malformed.scheme == nil && malformed.host == nil)
    }

    @Test("Of a list no more than 32 elements are read")
    func limit() throws {
        let proxies = repeatElement("for=10.0.0.2", count: 31).joined(separator: ", ")
        #expect(try client([.forwarded: "for=203.0.113.9, \(proxies)"]).address == IPAddress("203.0.113.9"))
        #expect(try client([.forwarded: "for=203.0.113.9, for=10.0.0.3, \(proxies)"]).address == IPAddress("10.0.0.3"))
        let commas = String(repeating: ",", count: 32)
        #expect(try client([.xForwardedFor: "203.0.113.9\(commas)"]).address == IPAddress("10.0.0.1"))
    }

    @Test("Whatever the client sends, what the proxies append to it is what counts", arguments: 0..<4)
    func spoofing(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 31)
        let tricks = [
            "\"", "\\", ",", ";", "=", "for=", "10.0.0.1", "for=10.0.0.9", "[", "]", ":", " ", "\t", "proto=https",
            "\\\"", "\\\\", "for=\"", "\"\"", "unknown", "_x", "\u{FF}", "host=a",
        ]
        for _ in 0..<4000 {
            let sent = (0..<Int.random(in: 0...12, using: &random))
                .map { _ in tricks[Int.random(in: 0..<tricks.count, using: &random)] }.joined()
            let real = IPAddress.v4(IPv4Address(bits: UInt32.random(in: 0xC000_0000...0xDFFF_FFFF, using: &random)))
            let hops = Int.random(in: 0...3, using: &random)
            let nodes = ["\(real)"] + (0..<hops).map { "10.1.0.\($0)" }
            let appended = nodes.map { Bool.random(using: &random) ? "for=\($0);host=h" : "for=\"\($0)\";host=\"h\"" }
            let separators = [", ", ",", " ,\t"]
            let joined = ([sent] + appended).joined(separator: separators[Int.random(in: 0..<3, using: &random)])
            let found = try client([.forwarded: joined])
            #expect(found.address == real && found.host == "h", "\(joined)")
            #expect(try client([.xForwardedFor: ([sent] + nodes).joined(separator: ", ")]).address == real)
        }
    }

    @Test("Random octets are read without harm, and lead to a trusted proxy or to one who is named")
    func random() throws {
        var random = SeededGenerator(seed: 5)
        let alphabet = octets("\"\\,;=:[]for=by proto10.\t\u{80}%_")
        for _ in 0..<10_000 {
            let value = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            var fields = HTTPFields()
            fields.append(.forwarded, String(decoding: value, as: UTF8.self))
            fields.append(.xForwardedFor, String(decoding: value, as: UTF8.self))
            for reading in [HTTPForwardedFields.forwarded, .xForwarded] {
                #expect(try client(fields, reading: reading).address != nil)
            }
        }
    }
}
