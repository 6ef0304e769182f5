import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("How events are written")
struct EventEncoderTests {
    private func text(
        _ data: String, event: String? = nil, id: String? = nil, retry: Duration? = nil
    ) throws -> String {
        String(
            decoding: try HTTPEventEncoder.event(data, event: event, id: id, retry: retry), as: UTF8.self)
    }

    @Test("Every field has its line")
    func fields() throws {
        #expect(try text("a") == "data: a\n\n")
        #expect(
            try text("a", event: "note", id: "7", retry: .seconds(2))
                == "event: note\nid: 7\nretry: 2000\ndata: a\n\n")
        #expect(try text("", id: "") == "id: \ndata: \n\n")
    }

    @Test(
        "Every line of the data has a field",
        arguments: [
            ("a\nb", "data: a\ndata: b\n\n"), ("a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n"),
            ("a\n", "data: a\ndata: \n\n"), ("\n\n", "data: \ndata: \ndata: \n\n"), (" a", "data:  a\n\n"),
            ("a\r", "data: a\ndata: \n\n"), ("\r\n", "data: \ndata: \n\n"), ("id: x", "data: id: x\n\n"),
            ("\n\r", "data: \ndata: \ndata: \n\n"), ("a\u{2028}b", "data: a\u{2028}b\n\n"),
            ("a\r\n\r\nevent: x", "data: a\ndata: \ndata: event: x\n\n"), ("a\0", "data: a\0\n\n"),
        ])
    func lines(data: String, expected: String) throws {
        #expect(try text(data) == expected)
    }

    @Test("Names cannot break out of their lines", arguments: ["a\nb", "a\r", "\r\n", "\n"])
    func injection(name: String) {
        #expect(throws: HTTPEventError.invalidEvent) { try text("", event: name) }
        #expect(throws: HTTPEventError.invalidID) { try text("", id: name) }
    }

    @Test("A NUL is no part of an id")
    func nul() throws {
        #expect(throws: HTTPEventError.invalidID) { try text("", id: "a\0b") }
        #expect(try text("", event: "a\0b") == "event: a\0b\ndata: \n\n")
    }

    @Test("Times of any size can be written")
    func times() throws {
        #expect(try text("", retry: .milliseconds(1500) + .microseconds(900)).hasPrefix("retry: 1500\n"))
        #expect(try text("", retry: .seconds(-1)).hasPrefix("retry: 0\n"))
        #expect(try text("", retry: .milliseconds(-1500)).hasPrefix("retry: 0\n"))
        #expect(try text("", retry: .seconds(Int64.max)).hasPrefix("retry: \(Int64.max)\n"))
    }

    @Test("A comment has a colon before each line")
    func comments() {
        #expect(String(decoding: HTTPEventEncoder.comment("a\ndata: b"), as: UTF8.self) == ": a\n: data: b\n\n")
    }

    @Test("What is sent is what a client reads", arguments: 0..<4)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 110)
        let pieces = ["a", ":", " ", "\n", "\r", "\r\n", "data", "id: 1", "ü", "\0", "\u{FEFF}"]
        func make(_ count: Int, without banned: [String] = []) -> String {
            (0..<Int.random(in: 0...count, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.filter { !banned.contains($0) }.joined()
        }
        for _ in 0..<500 {
            let lineEnds = ["\n", "\r", "\r\n"]
            let (data, event, id) = (make(8), make(4, without: lineEnds), make(4, without: lineEnds + ["\0"]))
            let sent = try HTTPEventEncoder.event(data, event: event, id: id, retry: nil)
            let received = EventReader.read(HTTPEventStream.heartbeat + sent + HTTPEventEncoder.comment(data))
            var lines: [UInt8] = []
            var previous: UInt8 = 0
            for octet in data.utf8 {
                if octet != 10 || previous != 13 { lines.append(octet == 13 ? 10 : octet) }
                previous = octet
            }
            #expect(received == [EventReader.Event(kind: event, id: id, data: lines)])
        }
    }
}

/// Reads an event stream as the standard says, naively.
enum EventReader {
    struct Event: Equatable {
        var kind = ""
        var id = ""
        var data: [UInt8] = []
    }

    static func read(_ octets: [UInt8]) -> [Event] {
        var events: [Event] = []
        var event = Event()
        var lines: [[UInt8]] = []
        for line in octets.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                if line.isEmpty {
                    event.data = Array(lines.joined(separator: [10]))
                    if !lines.isEmpty { events.append(event) }
                    (event, lines) = (Event(), [])
                }
                continue
            }
            var value = line[(colon + 1)...]
            if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
            switch String(decoding: line[..<colon], as: UTF8.self) {
            case "event": event.kind = String(decoding: value, as: UTF8.self)
            case "id": event.id = String(decoding: value, as: UTF8.self)
            case "data": lines.append(Array(value))
            default: break
            }
        }
        return events
    }
}
