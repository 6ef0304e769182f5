import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Access log: whatever is sent is one line")
struct HTTPAccessFuzzTests {
    private static let corpus = ValidRequests.all.map(octets) + HostileRequests.all.map { octets($0.text) }

    /// What a driver would record of the octets of a connection.
    private func record(of input: [UInt8], user: String?) -> HTTPAccessRecord {
        let head = HTTPRequestHead()
        var decoder = HTTP1RequestDecoder(limits: HTTP1Limits())
        _ = try? decoder.decodeHead(input.span, into: head)
        head.context.withLock { $0.user = user }
        return HTTPAccessRecord(
            head: head, refusedLine: Array(input.prefix { $0 != 10 }), peer: .v4(.loopback), status: 200,
            contentSent: 5, ended: MonotonicTime(nanoseconds: 9_000_000_000))
    }

    /// A request, with octets in it that tend to break lines and quotes.
    private func input(_ random: inout SeededGenerator) -> [UInt8] {
        var input = Self.corpus[Int.random(in: 0..<Self.corpus.count, using: &random)]
        let tricks = octets("\"\\\n\r\t\0 \u{1B}\u{7F}\u{80}\u{FF}\u{C3}\u{E2}x0A")
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let trick = tricks[Int.random(in: 0..<tricks.count, using: &random)]
            input.insert(trick, at: Int.random(in: 0...input.count, using: &random))
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            let agent = (0..<20).map { _ in UInt8.random(in: 0x20...0xFF, using: &random) }
            input = Array("GET /%22?q=\\\" HTTP/1.1\r\nHost: a\r\nUser-Agent: ".utf8) + agent + [13, 10, 13, 10]
        }
        return input
    }

    private func user(_ random: inout SeededGenerator) -> String? {
        guard Bool.random(using: &random) else { return nil }
        let scalars: [Character] = ["a", " ", "\"", "\\", "\n", "-", "\u{0}", "\u{E9}", "\u{202E}", "]", "["]
        return String((0..<4).map { _ in scalars[Int.random(in: 0..<scalars.count, using: &random)] })
    }

    @Test("Common and Combined Log Format are read back as what was received", arguments: 0..<4)
    func common(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 77)
        for _ in 0..<5000 {
            let record = record(of: input(&random), user: user(&random))
            let line = try AccessLine(accessLine(.combined, record, maximumPartLength: 1 << 20), isCombined: true)
            _ = try AccessLine(accessLine(.common, record, maximumPartLength: 1 << 20), isCombined: false)
            guard let head = record.head, record.hasRequestLine else {
                #expect(line.request == (record.refusedLine.isEmpty ? [UInt8(ascii: "-")] : record.refusedLine))
                continue
            }
            #expect(line.request == octets("\(head.method) ") + head.target + octets(" \(head.version)"))
            #expect(line.referer == head.fields.bytes(of: .referer) ?? [UInt8(ascii: "-")])
            #expect(line.userAgent == head.fields.bytes(of: .userAgent) ?? [UInt8(ascii: "-")])
        }
    }

    @Test("JSON is one object in one line of UTF-8, and is read back as what was received", arguments: 0..<4)
    func json(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 99)
        for _ in 0..<2000 {
            let record = record(of: input(&random), user: user(&random))
            let line = accessLine(.json, record, maximumPartLength: 1 << 20)
            #expect(line.firstIndex(of: 10) == line.count - 1)
            #expect(line.allSatisfy { $0 >= 0x20 || $0 == 10 })
            #expect(String(validating: line, as: UTF8.self) != nil)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            #expect(object["user"] as? String == record.head?.context.withLock { $0.user })
            guard let head = record.head, record.hasRequestLine else {
                #expect(
                    object["request"] as? String ?? "" == String(decoding: record.refusedLine, as: UTF8.self))
                continue
            }
            #expect(object["method"] as? String == head.method.rawValue)
            #expect(object["target"] as? String == String(decoding: head.target, as: UTF8.self))
            #expect(object["userAgent"] as? String == head.fields[values: .userAgent].first)
            #expect(object["referer"] as? String == head.fields[values: .referer].first)
        }
    }
}
