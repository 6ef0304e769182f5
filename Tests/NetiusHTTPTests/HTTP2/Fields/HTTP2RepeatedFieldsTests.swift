import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// Both ends of a connection, one response after the other.
private struct Ends {
    var encoder = HPACKEncoder()
    var decoder = HPACKDecoder(maximumListSize: .max)
    /// How many octets the last head took.
    var size = 0

    mutating func send(_ fields: HTTPFields, date: [UInt8] = [], keepsLength: Bool = false) throws -> [String] {
        let output = OutputBuffer()
        encoder.beginBlock(to: output)
        HTTP2ResponseEncoder.append(
            .ok, fields, contentLength: nil, keepsLength: keepsLength, date: date, with: &encoder, to: output)
        size = output.count
        return try decoder.fields(output.bytes).lines
    }
}

@Suite("Fields of HTTP/2 that are written again")
struct HTTP2RepeatedFieldsTests {
    private static let first: HTTPFields = [.contentType: "text/plain", .server: "S", .location: "/x"]
    private static let lines = [":status: 200", "content-type: text/plain", "server: S", "location: /x"]

    @Test("Fields that are shared are the same each time, and cost little from the second time on")
    func repeated() throws {
        var ends = Ends()
        #expect(try ends.send(Self.first) == Self.lines)
        let size = ends.size
        for _ in 0..<5 {
            #expect(try ends.send(Self.first) == Self.lines)
            #expect(ends.size < size)
        }
    }

    @Test("Fields that are changed where they are come as they are then")
    func changed() throws {
        var ends = Ends()
        var fields: HTTPFields = [.server: "0"]
        for number in 1...20 {
            for _ in 0..<3 { #expect(try ends.send(fields) == [":status: 200", "server: \(number - 1)"]) }
            fields[.server] = "\(number)"
        }
    }

    @Test("What is added to the table, or driven out of it, changes how fields are written and not what they are")
    func table() throws {
        var ends = Ends()
        for number in 0..<200 {
            #expect(try ends.send(Self.first) == Self.lines)
            #expect(try ends.send(Self.first) == Self.lines)
            #expect(try ends.send(Self.first) == Self.lines)
            let long = String(repeating: "v", count: number) + "\(number)"
            #expect(try ends.send([.server: long]) == [":status: 200", "server: \(long)"])
            if number == 100 { ends.encoder.setPeerTableSize(60) }
            if number == 150 { ends.encoder.setPeerTableSize(0) }
        }
    }

    @Test("In any order of fields, dates, lengths and sizes of the table each head is what was sent")
    func random() throws {
        for seed in 0..<20 {
            var random = SeededGenerator(seed: UInt64(seed))
            var ends = Ends()
            let known: [HTTPFields] = (0..<4).map { [.server: "s\($0)", .eTag: "e\($0)", .contentLength: "\($0)"] }
            for _ in 0..<300 {
                let index = Int.random(in: 0..<4, using: &random)
                let date = Int.random(in: 0..<3, using: &random)
                let keepsLength = Bool.random(using: &random)
                if Int.random(in: 0..<40, using: &random) == 0 {
                    ends.encoder.setPeerTableSize(Int.random(in: 0...300, using: &random))
                }
                let lines = try ends.send(
                    known[index], date: Array("Date: day \(date)\r\n".utf8), keepsLength: keepsLength)
                #expect(
                    lines == [":status: 200", "server: s\(index)", "etag: e\(index)"]
                        + (keepsLength ? ["content-length: \(index)"] : []) + ["date: day \(date)"])
            }
        }
    }
}
