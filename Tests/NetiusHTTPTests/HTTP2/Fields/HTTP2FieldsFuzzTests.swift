import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Random heads of HTTP/2")
struct HTTP2FieldsFuzzTests {
    private static let lines = [
        ":method: GET", ":method: POST", ":method: CONNECT", ":method: OPTIONS", ":scheme: http", ":scheme: https",
        ":scheme: x", ":path: /", ":path: *", ":path: /a?b", ":authority: a", ":authority: a:443", ":protocol: x",
        ":status: 200", ":status: 100", "host: a", "host: b", "host: a:443", "content-length: 3", "content-length: 4",
        "cookie: a", "cookie: ", "te: trailers", "priority: u=2", "x: y", "connection: close", "accept: x",
    ]

    private static let octets: [UInt8] = [0, 9, 10, 13, 32, 35, 44, 58, 65, 127, 128, 255]

    @Test("A request is refused or can be sent on by HTTP/1 as one request", arguments: 0..<8)
    func requests(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        var sink = HTTP2RequestSink(allowsExtendedConnect: seed.isMultiple(of: 2))
        var accepted = 0
        for round in 0..<4000 {
            let fields = Self.fields(&generator)
            let summary = sink.decode(.head, fields)
            guard summary.malformed == nil else { continue }
            accepted += 1
            guard Self.isSound(sink.head, fields, summary) else {
                Issue.record("seed \(seed), round \(round): \(fields)")
                return
            }
            if Bool.random(using: &generator) { sink.head = HTTPRequestHead() }
        }
        #expect(accepted > 20)
    }

    @Test("A response is refused or has a status and legal fields", arguments: 0..<8)
    func responses(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        var sink = HTTP2ResponseSink()
        var accepted = 0
        for round in 0..<4000 {
            let fields =
                (round.isMultiple(of: 3) ? [HPACKFieldList.Field(":status", "200")] : []) + Self.fields(&generator)
            sink.begin(.head)
            fields.add(to: &sink)
            let summary = sink.end(isTooLarge: false)
            guard summary.malformed == nil else { continue }
            accepted += 1
            #expect([100, 200].contains(sink.head.status.code))
            #expect(Self.areLegal(sink.head.fields))
        }
        #expect(accepted > 20)
    }

    private static func fields(_ generator: inout SeededGenerator) -> [HPACKFieldList.Field] {
        var chosen: [String] = []
        if Int.random(in: 0..<4, using: &generator) > 0 {
            chosen = [":method: GET", ":scheme: http", ":path: /", ":authority: a"].shuffled(using: &generator)
        }
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let position = Int.random(in: 0...chosen.count, using: &generator)
            chosen.insert(lines[Int.random(in: 0..<lines.count, using: &generator)], at: position)
        }
        if !chosen.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
            chosen.remove(at: Int.random(in: 0..<chosen.count, using: &generator))
        }
        var fields = http2Fields(chosen).map { HPACKFieldList.Field($0.0, $0.1) }
        if let index = fields.indices.randomElement(using: &generator), Int.random(in: 0..<3, using: &generator) == 0 {
            let octet = octets.randomElement(using: &generator) ?? 0
            let isName = Bool.random(using: &generator)
            let count = isName ? fields[index].name.count : fields[index].value.count
            let position = Int.random(in: 0...count, using: &generator)
            if isName {
                fields[index].name.insert(octet, at: position)
            } else {
                fields[index].value.insert(octet, at: position)
            }
        }
        return fields
    }

    /// Whether each stored line is what it says, and could not be read as more.
    private static func areLegal(_ fields: HTTPFields) -> Bool {
        guard let storage = fields.storage else { return true }
        return storage.entries.allSatisfy { entry in
            let (name, value) = (storage.bytes[entry.name], storage.bytes[entry.value])
            let text = String(decoding: name, as: UTF8.self)
            return HTTPField.Name(text)?.canonicalName == text && !["connection", "transfer-encoding"].contains(text)
                && value.allSatisfy(\.isFieldText) && value.first?.isWhitespace != true
                && value.last?.isWhitespace != true
                && Array(storage.bytes[entry.line]) == name + [58, 32] + value + [13, 10]
        }
    }

    private static func isSound(
        _ head: HTTPRequestHead, _ fields: [HPACKFieldList.Field], _ summary: HTTP2SectionSummary
    ) -> Bool {
        guard let authority = head.authority, head.fields[values: .host] == [authority] else { return false }
        guard areLegal(head.fields) else { return false }
        guard head.fields[values: .cookie].count <= 1 else { return false }
        guard head.fields[values: .contentLength] == (summary.contentLength.map { ["\($0)"] } ?? []) else {
            return false
        }
        return head.target.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            && fields.contains(HPACKFieldList.Field(":method", head.method.rawValue))
    }

    @Test("What a client writes a server reads, and the other way around", arguments: 0..<4)
    func roundTrips(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 9)
        var (encoder, decoder) = (HPACKEncoder(), HPACKDecoder(maximumListSize: .max))
        var (sink, responseSink) = (HTTP2RequestSink(allowsExtendedConnect: false), HTTP2ResponseSink())
        let output = OutputBuffer()
        for _ in 0..<500 {
            var fields = HTTPFields()
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let names = ["Accept", "X-A", "User-Agent", "Content-Type", "x-b", "Referer", "ETag"]
                let name = names[Int.random(in: 0..<names.count, using: &generator)]
                let value = String(Int.random(in: 0...20, using: &generator), radix: 2)
                fields.append(HTTPField.Name(name)!, value)
            }
            let length = Bool.random(using: &generator) ? Int.random(in: 0...100_000, using: &generator) : nil
            let path = "/\(Int.random(in: 0...5, using: &generator))"
            output.removeAll()
            encoder.beginBlock(to: output)
            HTTP2RequestEncoder.append(
                method: .put, scheme: "https", authority: "a:1", path: path, fields: fields, contentLength: length,
                hasContent: length != 0, with: &encoder, to: output)
            sink.begin(.head)
            let isWhole = try decoder.decode(output.bytes.span, into: &sink)
            let summary = sink.end(isTooLarge: !isWhole)
            #expect(summary.malformed == nil)
            #expect(summary.contentLength == length)
            #expect(sink.head.method == .put && sink.head.path == path && sink.head.scheme == "https")
            var expected: HTTPFields = [.host: "a:1"]
            expected.append(contentsOf: fields)
            if let length { expected.append(.contentLength, "\(length)") }
            #expect(sink.head.fields == expected)

            output.removeAll()
            encoder.beginBlock(to: output)
            HTTP2ResponseEncoder.append(
                .created, fields, contentLength: length, date: [], with: &encoder, to: output)
            responseSink.begin(.head)
            _ = try decoder.decode(output.bytes.span, into: &responseSink)
            let answer = responseSink.end(isTooLarge: false)
            #expect(answer.malformed == nil && answer.contentLength == length)
            #expect(responseSink.head.status == .created)
            expected.remove(.host)
            #expect(responseSink.head.fields == expected)
        }
    }
}
