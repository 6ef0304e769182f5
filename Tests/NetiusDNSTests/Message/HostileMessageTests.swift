import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("Hostile DNS messages", .timeLimit(.minutes(5)))
struct HostileMessageTests {
    /// A message with one question, whose name is these octets.
    private func message(name: [UInt8], padding: [UInt8] = []) -> [UInt8] {
        [0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 1, 0, 1] + padding
    }

    /// A message with one answer at the root.
    private func answer(_ type: UInt16, length: Int? = nil, _ data: [UInt8]) -> [UInt8] {
        let length = length ?? data.count
        return [0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, UInt8(type >> 8), UInt8(type & 255), 0, 1, 0, 0, 0, 1]
            + [UInt8(length >> 8), UInt8(length & 255)] + data
    }

    @Test(
        "Pointers to themselves, to what follows, in circles or into the header are refused",
        arguments: [
            [0xC0, 12], [0xC0, 14], [0xC0, 255], [0xFF, 0xFF], [1, 0x61, 0xC0, 12], [1, 0x61, 0xC0, 14], [0xC0, 0],
            [0xC0, 11], [0x40, 0], [0x80, 1, 0x61], [0x3F],
        ] as [[UInt8]])
    func pointers(_ name: [UInt8]) {
        #expect(throws: DNSMessageError.self) { try DNSMessage(decoding: message(name: name)) }
    }

    @Test("A chain of pointers is followed as far as a name can have labels, and no further")
    func chains() throws {
        // The data of a record of an unknown type holds a name and pointers, each to the one before; then a name
        // points to the last.
        func chain(_ count: Int) -> [UInt8] {
            let start = 23
            var data: [UInt8] = [1, 0x61, 0]
            var last = start
            for _ in 0..<count {
                let place = start + data.count
                data += [0xC0 | UInt8(last >> 8), UInt8(last & 255)]
                last = place
            }
            var bytes = answer(65280, data)
            bytes[7] = 2
            return bytes + [0xC0 | UInt8(last >> 8), UInt8(last & 255), 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        }
        #expect(try DNSMessage(decoding: chain(126)).answers.last?.name == DNSName("a"))
        #expect(throws: DNSMessageError.invalidName) { try DNSMessage(decoding: chain(127)) }
        #expect(throws: DNSMessageError.invalidName) { try DNSMessage(decoding: chain(7000)) }
    }

    @Test("A name that grows too long by its pointers is refused")
    func longNames() throws {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        // Three long labels; then one of 62, whose name ends in them.
        let first = label + label + label + [0]
        func second(_ length: UInt8) -> [UInt8] {
            [length] + [UInt8](repeating: 0x62, count: Int(length)) + [0xC0, 12, 0, 1, 0, 1]
        }
        func bytes(_ length: UInt8) -> [UInt8] {
            var bytes = message(name: first, padding: second(length))
            bytes[5] = 2
            return bytes
        }
        #expect(try DNSMessage(decoding: bytes(61)).questions.last?.name.wire.count == 255)
        #expect(throws: DNSMessageError.invalidName) { try DNSMessage(decoding: bytes(62)) }
    }

    @Test(
        "Data that is not what its type asks for is left as it is, and known as such",
        arguments: [
            (1, [1, 2, 3]), (1, [1, 2, 3, 4, 5]), (28, [1]), (15, [0]), (15, [0, 1]), (15, [0, 1, 0, 0]), (16, []),
            (16, [5, 1]), (6, [0, 0, 0, 0, 0, 1]), (33, [0, 0, 0, 0, 0, 0]), (257, [0]), (257, [0, 0]),
            (257, [0, 1, 0x20]), (52, [1, 2]), (65, [0, 1]), (65, [0, 1, 0, 0, 1]), (65, [0, 1, 0, 0, 1, 0, 1]),
            (65, [0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0]), (65, [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0]), (2, [1, 0x61]),
        ] as [(UInt16, [UInt8])])
    func data(_ type: UInt16, _ data: [UInt8]) throws {
        let found = try DNSMessage(decoding: answer(type, data)).answers.first?.data
        #expect(found == .other(DNSRecordType(rawValue: type), data) && found?.isUnread == true)
    }

    @Test("A record cannot read beyond its length, nor leave some of it")
    func lengths() throws {
        #expect(throws: DNSMessageError.excess) { try DNSMessage(decoding: answer(2, length: 2, [1, 0x61, 0])) }
        for data in [[1, 0x61], [1, 0x61, 0, 0]] as [[UInt8]] {
            #expect(try DNSMessage(decoding: answer(2, data)).answers.first?.data == .other(.ns, data))
        }
        #expect(throws: DNSMessageError.truncated) { try DNSMessage(decoding: answer(999, length: 9, [1])) }
    }

    @Test("Counts that promise more than there is are refused")
    func counts() {
        for index in stride(from: 4, to: 12, by: 2) {
            var bytes = [UInt8](repeating: 0, count: 12)
            bytes[index] = 0xFF
            bytes[index + 1] = 0xFF
            #expect(throws: DNSMessageError.truncated) { try DNSMessage(decoding: bytes) }
        }
    }

    @Test("EDNS's record belongs among the additional ones, at the root, once")
    func edns() throws {
        let record: [UInt8] = [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]
        func bytes(_ counts: [UInt8], _ records: [UInt8]) -> [UInt8] {
            [0, 0, 0x80, 0, 0, 0] + counts.flatMap { [0, $0] } + records
        }
        #expect(try DNSMessage(decoding: bytes([0, 0, 1], record)).edns?.payloadSize == 1232)
        #expect(throws: DNSMessageError.misplacedExtension) {
            try DNSMessage(decoding: bytes([0, 0, 2], record + record))
        }
        #expect(throws: DNSMessageError.misplacedExtension) { try DNSMessage(decoding: bytes([1, 0, 0], record)) }
        #expect(throws: DNSMessageError.misplacedExtension) { try DNSMessage(decoding: bytes([0, 1, 0], record)) }
        #expect(throws: DNSMessageError.misplacedExtension) {
            try DNSMessage(decoding: bytes([0, 0, 1], [1, 0x61] + record))
        }
    }

    @Test(
        "Whatever is done to a message, it is read or refused; and what is read can be written and read again",
        arguments: [(DNSMessageSamples.small, 160_000), (DNSMessageSamples.full, 40_000)])
    func mutations(_ message: DNSMessage, _ count: Int) throws {
        var random = SeededRandom(seed: 1035)
        let original = try message.encoded()
        var accepted = 0
        for _ in 0..<count {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                default: bytes.remove(at: index)
                }
            }
            guard let message = try? DNSMessage(decoding: bytes) else { continue }
            accepted += 1
            // Every tenth: that takes its time. Names in data that is left as it is may point elsewhere afterwards.
            let records = message.answers + message.authorities + message.additionals
            guard accepted.isMultiple(of: 10), !records.contains(where: \.data.isUnread) else { continue }
            #expect(try DNSMessage(decoding: message.encoded()) == message)
            #expect(message.answers.allSatisfy { !$0.description.isEmpty })
        }
        #expect(accepted > 1000)
    }

    @Test("Octets at random are read or refused")
    func noise() {
        var random = SeededRandom(seed: 53)
        for _ in 0..<20_000 {
            var bytes = random.bytes(Int.random(in: 0...80, using: &random))
            // Few records, so that some are read.
            for index in [4, 6, 8, 10] where index + 1 < bytes.count {
                bytes[index] = 0
                bytes[index + 1] &= 1
            }
            if let message = try? DNSMessage(decoding: bytes) { #expect(message.questions.count <= 1) }
        }
    }
}
