import Netius
import TestSupport

@testable import NetiusHTTP

/// A line of Common or Combined Log Format, read back by the letter.
struct AccessLine: Equatable {
    var host = ""
    var user = ""
    var date = ""
    /// As it was before it was escaped.
    var request: [UInt8] = []
    var status = 0
    var count = 0
    var referer: [UInt8]?
    var userAgent: [UInt8]?

    enum Malformed: Error, Equatable {
        case at(Int)
    }

    /// Reads one line, which must be all of the octets.
    init(_ octets: [UInt8], isCombined: Bool) throws {
        var reader = Reader(octets: octets)
        host = try reader.word()
        try reader.take(" - ")
        user = try reader.word()
        try reader.take(" [")
        date = try reader.date()
        try reader.take("] ")
        request = try reader.quoted()
        try reader.take(" ")
        status = try reader.number(digits: 3)
        try reader.take(" ")
        count = try reader.number()
        if isCombined {
            try reader.take(" ")
            referer = try reader.quoted()
            try reader.take(" ")
            userAgent = try reader.quoted()
        }
        try reader.take("\n")
        guard reader.position == octets.count else { throw Malformed.at(reader.position) }
    }

    private struct Reader {
        let octets: [UInt8]
        var position = 0

        mutating func next() throws -> UInt8 {
            guard position < octets.count else { throw Malformed.at(position) }
            position += 1
            return octets[position - 1]
        }

        mutating func take(_ text: String) throws {
            for expected in text.utf8 {
                guard try next() == expected else { throw Malformed.at(position) }
            }
        }

        mutating func word() throws -> String {
            let start = position
            while position < octets.count, octets[position] > 0x20, octets[position] < 0x7F, octets[position] != 0x22 {
                position += 1
            }
            guard position > start else { throw Malformed.at(position) }
            return String(decoding: octets[start..<position], as: UTF8.self)
        }

        mutating func number(digits: Int? = nil) throws -> Int {
            let text = try word()
            guard let number = Int(text), number >= 0, digits == nil || text.utf8.count == digits else {
                throw Malformed.at(position)
            }
            return number
        }

        mutating func date() throws -> String {
            let pattern = "dd/Aaa/dddd:dd:dd:dd +0000"
            let start = position
            for expected in pattern.utf8 {
                let octet = try next()
                let isRight =
                    switch expected {
                    case UInt8(ascii: "d"): octet.isDigit
                    case UInt8(ascii: "A"): octet.isLetter && octet < UInt8(ascii: "a")
                    case UInt8(ascii: "a"): octet.isLetter && octet >= UInt8(ascii: "a")
                    default: octet == expected
                    }
                guard isRight else { throw Malformed.at(position) }
            }
            return String(decoding: octets[start..<position], as: UTF8.self)
        }

        mutating func quoted() throws -> [UInt8] {
            try take("\"")
            var value: [UInt8] = []
            while true {
                switch try next() {
                case UInt8(ascii: "\""): return value
                case UInt8(ascii: "\\"):
                    try take("x")
                    guard let high = try next().hexadecimalValue, let low = try next().hexadecimalValue else {
                        throw Malformed.at(position)
                    }
                    value.append(high << 4 | low)
                case let octet where octet >= 0x20 && octet < 0x7F: value.append(octet)
                default: throw Malformed.at(position)
                }
            }
        }
    }
}

/// The line that a format makes of a record, at 23:55:45.678 of 20 November 2026.
func accessLine(_ format: HTTPAccessLog.Format, _ record: HTTPAccessRecord, maximumPartLength: Int = 8192) -> [UInt8] {
    let buffer = OutputBuffer()
    var clock = HTTPAccessClock(format: format)
    clock.set(to: Timestamp(seconds: 1_795_218_945, nanoseconds: 678_000_000), at: record.ended)
    HTTPAccessFormatter(format: format, maximumPartLength: maximumPartLength).append(record, clock, to: buffer)
    return buffer.bytes
}

extension HTTPAccessRecord {
    /// A record of an answered request, of which a head was read from the octets.
    static func answered(
        _ request: String, user: String? = nil, id: String? = nil, peer: String = "127.0.0.1", status: Int = 200,
        contentSent: Int = 2000
    ) throws -> HTTPAccessRecord {
        let head = HTTPRequestHead()
        var decoder = HTTP1RequestDecoder(limits: HTTP1Limits())
        let input = octets(request)
        _ = try decoder.decodeHead(input.span, into: head)
        head.context.withLock { context in
            context.user = user
            context.id = id
        }
        return HTTPAccessRecord(
            head: head, peer: IPAddress(peer), status: status, contentSent: contentSent,
            began: MonotonicTime(nanoseconds: 5_000_000_000), ended: MonotonicTime(nanoseconds: 5_001_234_567))
    }
}
