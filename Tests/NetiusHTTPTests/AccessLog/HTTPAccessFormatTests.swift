import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Access log: formats")
struct HTTPAccessFormatTests {
    private static let request =
        "GET /x HTTP/1.1\r\nHost: a\r\nReferer: http://b/\r\nUser-Agent: curl/8.5\r\n\r\n"

    private func text(_ format: HTTPAccessLog.Format, _ record: HTTPAccessRecord) -> String {
        String(decoding: accessLine(format, record), as: UTF8.self)
    }

    @Test("Common Log Format is that of Apache, nginx and the predecessor")
    func common() throws {
        let record = try HTTPAccessRecord.answered(Self.request, user: "frank")
        #expect(
            text(.common, record)
                == "127.0.0.1 - frank [20/Nov/2026:23:55:45 +0000] \"GET /x HTTP/1.1\" 200 2000\n")
    }

    @Test("Combined Log Format has the referer and the user agent as well")
    func combined() throws {
        let record = try HTTPAccessRecord.answered(Self.request)
        #expect(
            text(.combined, record)
                == "127.0.0.1 - - [20/Nov/2026:23:55:45 +0000] \"GET /x HTTP/1.1\" 200 2000 "
                + "\"http://b/\" \"curl/8.5\"\n")
    }

    @Test("JSON has them by name, the time to the millisecond and the duration to the microsecond")
    func json() throws {
        let record = try HTTPAccessRecord.answered(Self.request, user: "frank", id: "7f")
        #expect(
            text(.json, record)
                == #"{"time":"2026-11-20T23:55:45.678Z","client":"127.0.0.1","user":"frank","method":"GET","#
                + #""target":"/x","version":"HTTP/1.1","status":200,"bytes":2000,"duration":0.001234,"#
                + #""referer":"http://b/","userAgent":"curl/8.5","id":"7f"}"# + "\n")
    }

    @Test("What is not known is a dash, or left out")
    func unknown() throws {
        let none = HTTPAccessRecord(status: 408, contentSent: 0, ended: MonotonicTime(nanoseconds: 9_000_000_000))
        #expect(text(.common, none) == "- - - [20/Nov/2026:23:55:45 +0000] \"-\" 408 0\n")
        #expect(text(.combined, none) == "- - - [20/Nov/2026:23:55:45 +0000] \"-\" 408 0 \"-\" \"-\"\n")
        #expect(text(.json, none) == #"{"time":"2026-11-20T23:55:45.678Z","status":408,"bytes":0}"# + "\n")
        // A head that has begun, without a target.
        var begun = none
        begun.head = HTTPRequestHead()
        #expect(text(.common, begun) == text(.common, none))
        #expect(text(.json, begun) == text(.json, none))
    }

    @Test("A connection that ended before its answer has the status 000")
    func unanswered() throws {
        let record = try HTTPAccessRecord.answered(Self.request, status: 0, contentSent: 0)
        #expect(text(.common, record).hasSuffix("\" 000 0\n"))
        #expect(text(.json, record).contains(#""status":0,"bytes":0"#))
    }

    @Test("What was received in place of a request line is logged as such")
    func refused() throws {
        let record = HTTPAccessRecord(
            refusedLine: octets("\u{16}\u{3}\u{1} \"\\x\u{FF}"), peer: IPAddress("192.0.2.1"), status: 400,
            contentSent: 3, ended: MonotonicTime(nanoseconds: 9_000_000_000))
        #expect(
            text(.common, record)
                == #"192.0.2.1 - - [20/Nov/2026:23:55:45 +0000] "\x16\x03\x01 \x22\x5Cx\xFF" 400 3"# + "\n")
        #expect(text(.json, record).contains(#""request":"\u0016\u0003\u0001 \"\\x"# + "\u{FFFD}\",\"status\":400"))
    }

    @Test(
        "A user's name can be no more than one word",
        arguments: [
            ("frank", "frank"), ("", "-"), ("-", #"\x2D"#), ("a b", #"a\x20b"#), ("a\"b\\", #"a\x22b\x5C"#),
            ("x\n127.0.0.1 - - [", #"x\x0A127.0.0.1\x20-\x20-\x20["#), ("J\u{FC}rgen", #"J\xC3\xBCrgen"#),
        ])
    func users(user: String, logged: String) throws {
        let line = text(.common, try .answered(Self.request, user: user))
        #expect(line.hasPrefix("127.0.0.1 - \(logged) [20/Nov/2026"))
        #expect(try AccessLine(Array(line.utf8), isCombined: false).user == logged)
    }

    @Test(
        "Addresses are as they print themselves, mapped ones as IPv4",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("255.0.10.200", "255.0.10.200"), ("::", "::"), ("::1", "::1"),
            ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:0:0:2::", "1:0:0:2::"), ("0:0:1::", "0:0:1::"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("::ffff:10.1.2.3", "10.1.2.3"), ("fe80::a0bc%7", "fe80::a0bc%7"),
            ("ffff:0fff:00ff:000f::", "ffff:fff:ff:f::"),
        ])
    func addresses(address: String, logged: String) throws {
        #expect(text(.common, try .answered(Self.request, peer: address)).hasPrefix(logged + " - "))
    }

    @Test("Random addresses are as they print themselves")
    func randomAddresses() {
        var random = SeededGenerator(seed: 11)
        let buffer = OutputBuffer()
        for _ in 0..<20_000 {
            var bits: UInt128 = 0
            for _ in 0..<8 {
                let group: UInt128 = Bool.random(using: &random) ? 0 : UInt128.random(in: 0...0xFFFF, using: &random)
                bits = bits << 16 | group >> UInt128.random(in: 0...12, using: &random)
            }
            let v6 = IPAddress.v6(IPv6Address(bits: bits))
            let v4 = IPAddress.v4(IPv4Address(bits: UInt32(truncatingIfNeeded: bits)))
            buffer.removeAll()
            buffer.append(v6)
            buffer.append(v4)
            #expect(String(decoding: buffer.bytes, as: UTF8.self) == v6.unmapped.description + v4.description)
        }
    }

    @Test("What a trusted proxy said of the client wins over the peer's address")
    func client() throws {
        let record = try HTTPAccessRecord.answered(Self.request)
        record.head?.context.withLock { $0.clientAddress = IPAddress("203.0.113.9") }
        #expect(text(.common, record).hasPrefix("203.0.113.9 - "))
        #expect(text(.json, record).contains(#""client":"203.0.113.9""#))
    }

    @Test("A request that has no octets of a request line is logged by its parts")
    func components() throws {
        let request = HTTPRequest(method: .get, scheme: "https", authority: "a", path: "/p\"q")
        let record = HTTPAccessRecord(
            head: request.head, status: 200, contentSent: 1, ended: MonotonicTime(nanoseconds: 9_000_000_000))
        #expect(text(.common, record).contains(#""GET /p\x22q HTTP/1.1" 200 1"#))
        #expect(text(.json, record).contains(#""target":"/p\"q""#))
    }

    @Test("Parts whose length is up to the client are cut, and say so")
    func long() throws {
        let request =
            "GET /\(String(repeating: "a", count: 99)) HTTP/1.0\r\nReferer: \(String(repeating: "\u{80}", count: 101))\r\n"
            + "User-Agent: \(String(repeating: "u", count: 100))\r\n\r\n"
        let record = try HTTPAccessRecord.answered(request, user: String(repeating: "n", count: 101))
        let line = try AccessLine(accessLine(.combined, record, maximumPartLength: 100), isCombined: true)
        #expect(line.user == String(repeating: "n", count: 100) + "...")
        #expect(line.request == octets("GET /\(String(repeating: "a", count: 99)) HTTP/1.0"))
        #expect(line.referer == octets(String(repeating: "\u{80}", count: 100) + "..."))
        #expect(line.userAgent == octets(String(repeating: "u", count: 100)))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(accessLine(.json, record, maximumPartLength: 50)))
                as? [String: Any])
        #expect(object["target"] as? String == "/" + String(repeating: "a", count: 49) + "...")
        #expect(object["userAgent"] as? String == String(repeating: "u", count: 50) + "...")
    }

    @Test("Numbers are written in full")
    func numbers() throws {
        let record = try HTTPAccessRecord.answered(Self.request, contentSent: .max)
        #expect(try AccessLine(accessLine(.common, record), isCombined: false).count == .max)
        let buffer = OutputBuffer()
        for number in [0, 9, 10, 99, 100, 999, 1000] {
            buffer.append(decimal: number, digits: 3)
            buffer.append(.space)
        }
        buffer.append(seconds: .nanoseconds(61_000_007_999))
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "000 009 010 099 100 999 1000 61.000007")
    }
}
