import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("DNS messages", .timeLimit(.minutes(5)))
struct DNSMessageTests {
    private func name(_ text: String) -> DNSName { DNSMessageSamples.name(text) }

    @Test("A query is the octets of RFC 1035, with EDNS's record after it")
    func query() throws {
        let question = DNSQuestion(name: name("example.com"), type: .mx)
        var query = DNSMessage(id: 0x1234, question: question)
        let head: [UInt8] = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        let body = [7] + Array("example".utf8) + [3] + Array("com".utf8) + [0, 0, 15, 0, 1]
        #expect(try query.encoded() == head + body)
        query.edns = DNSExtension(payloadSize: 1232)
        let extended = try query.encoded()
        #expect(extended == head.dropLast() + [1] + body + [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0])
        #expect(try DNSMessage(decoding: extended) == query)
    }

    @Test("A message with every kind of record is read back as it was written")
    func everything() throws {
        let message = DNSMessageSamples.full
        let bytes = try message.encoded()
        #expect(try DNSMessage(decoding: bytes) == message)
        #expect(try DNSMessage(decoding: bytes).encoded() == bytes)
    }

    @Test("Names are compressed as in RFC 1035 section 4.1.4, and keep their case")
    func compression() throws {
        // The section's example: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root, here after a header.
        var message = DNSMessage(id: 0)
        message.questions = ["F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", ".", "f.isi.arpa"].map {
            DNSQuestion(name: name($0), type: .a)
        }
        let bytes = try message.encoded()
        let first: [UInt8] = [1, 0x46, 3, 0x49, 0x53, 0x49, 4, 0x41, 0x52, 0x50, 0x41, 0, 0, 1, 0, 1]
        let second: [UInt8] = [3, 0x46, 0x4F, 0x4F, 0xC0, 12, 0, 1, 0, 1]
        let others: [UInt8] = [0xC0, 18, 0, 1, 0, 1, 0, 0, 1, 0, 1]
        let expected = first + second + others
        #expect(Array(bytes[12..<12 + expected.count]) == expected)
        #expect(
            try DNSMessage(decoding: bytes).questions.map(\.name.description)
                == message.questions.map(\.name.description))
    }

    @Test("Names in the data of newer types are not compressed")
    func uncompressed() throws {
        var message = DNSMessage(id: 0)
        let service = DNSService(priority: 0, weight: 0, port: 1, target: name("a.test"))
        message.answers = [DNSRecord(name: name("a.test"), data: .srv(service))]
        let expected: [UInt8] = [0, 14, 0, 0, 0, 0, 0, 1, 1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0]
        #expect(try message.encoded().suffix(16) == expected)
    }

    @Test("A message cut at any place is refused, and one with more after it")
    func cut() throws {
        let bytes = try DNSMessageSamples.full.encoded()
        for count in 0..<bytes.count {
            #expect(throws: DNSMessageError.self, "\(count)") { try DNSMessage(decoding: Array(bytes[..<count])) }
        }
        #expect(throws: DNSMessageError.excess) { try DNSMessage(decoding: bytes + [0]) }
    }

    @Test("One that says that it is truncated may end anywhere after its question")
    func truncated() throws {
        var message = DNSMessageSamples.full
        message.isTruncated = true
        let bytes = try message.encoded()
        let afterQuestion = 12 + 13 + 4
        for count in 0..<bytes.count {
            let part = Array(bytes[..<count])
            if count < afterQuestion {
                #expect(throws: DNSMessageError.self) { try DNSMessage(decoding: part) }
            } else {
                #expect(try DNSMessage(decoding: part).questions == message.questions)
            }
        }
    }

    @Test("What is too long for a message is not written")
    func tooLong() throws {
        var message = DNSMessage(id: 0)
        message.answers = [DNSRecord(name: .root, data: .txt([[UInt8](repeating: 0, count: 256)]))]
        #expect(throws: DNSMessageError.tooLong) { try message.encoded() }
        let long = DNSRecord(
            name: .root, data: .other(DNSRecordType(rawValue: 999), [UInt8](repeating: 0, count: 40_000)))
        message.answers = [long]
        #expect(try message.encoded().count > 40_000)
        message.answers = [long, long]
        #expect(throws: DNSMessageError.tooLong) { try message.encoded() }
        message.answers = [
            DNSRecord(name: .root, data: .other(DNSRecordType(rawValue: 999), [UInt8](repeating: 0, count: 65_536)))
        ]
        #expect(throws: DNSMessageError.tooLong) { try message.encoded() }
    }

    @Test("A time to live with the highest bit counts as none")
    func timeToLive() throws {
        var message = DNSMessage(id: 0)
        message.answers = [DNSRecord(name: .root, timeToLive: 0x8000_0000, data: .a(.loopback))]
        #expect(try DNSMessage(decoding: message.encoded()).answers.first?.timeToLive == 0)
    }

    @Test("The data of a record of another class than the Internet's is left as it is")
    func otherClass() throws {
        var message = DNSMessage(id: 0)
        message.answers = [DNSRecord(name: .root, timeToLive: 1, data: .other(.a, [1, 2]), recordClass: 3)]
        #expect(try DNSMessage(decoding: message.encoded()) == message)
    }
}
