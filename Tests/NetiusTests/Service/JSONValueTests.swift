import Foundation
import TestSupport
import Testing

@testable import Netius

@Suite("JSON")
struct JSONValueTests {
    @Test("Values of every kind are read")
    func kinds() throws {
        let text = #" { "a" : [ null , true,false, -0.5e+10, "x" , {} ,[] ] , "" : "" } "#
        #expect(
            try JSONValue(parsing: text)
                == .object([
                    "a": .array([
                        .null, .boolean(true), .boolean(false), .number("-0.5e+10"), .string("x"), .object([:]),
                        .array([]),
                    ]),
                    "": .string(""),
                ]))
        #expect(try JSONValue(parsing: "\t\r\n 0 ") == .number("0"))
    }

    @Test("Escapes stand for what RFC 8259 says")
    func escapes() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83D\uDe00é😀""#
        #expect(try JSONValue(parsing: text) == .string("\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{20AC}😀é😀"))
        #expect(try JSONValue(parsing: #""\u0000""#) == .string("\0"))
    }

    @Test(
        "Numbers are read as they are written",
        arguments: [
            "0", "-0", "10", "0.10", "1e9", "1E-9", "1e+99999", "123456789012345678901234567890",
        ])
    func numbers(text: String) throws {
        #expect(try JSONValue(parsing: text) == .number(text))
    }

    @Test(
        "What the grammar does not have is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "NaN", "Infinity", "'a'", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10",
            "1 2", "[1,]", "[,1]", "[1 2]", "[", "]", "[1", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
            "{\"a\":1 \"b\":2}", "{1:2}", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"",
            "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800\\n\"", "\"\n\"", "\"\u{0}\"", "\"\u{1F}\"", "\u{FEFF}1",
            "// a\n1", "1 /* a */", "[1]]", "\u{A0}1", "\"\\", "\"\\u", "tru", "{\"a\":1}{", "--1", "1.e5", "\"a\" b",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("A name that occurs twice is refused, however it is written")
    func duplicates() {
        #expect(throws: JSONError(offset: 7, reason: #"the name "a" a second time"#)) {
            try JSONValue(parsing: #"{"a":1,"a":2}"#)
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a":1,"\u0061":2}"#) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: #"[{"a":{"b":1,"b":1}}]"#) }
    }

    @Test("Depth and size have their limits")
    func limits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(32))
        #expect(throws: JSONError(offset: 32, reason: "more than 32 levels")) { try JSONValue(parsing: nested(33)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
        _ = try JSONValue(parsing: "\"\(String(repeating: "a", count: 8))\"", maximumSize: 10)
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: "\"\(String(repeating: "a", count: 9))\"", maximumSize: 10)
        }
    }

    @Test("Whatever is written is read again; cut anywhere it is refused")
    func roundTrip() throws {
        var random = SeededRandom(seed: 8259)
        for _ in 0..<300 {
            let value = Self.value(depth: 0, &random)
            let text = Self.text(of: value, &random)
            #expect(try JSONValue(parsing: text) == value, "\(text)")
            let whole = "[\(text)]"
            for count in 0..<min(whole.unicodeScalars.count, 60) {
                let cut = String(String.UnicodeScalarView(whole.unicodeScalars.prefix(count)))
                #expect(throws: JSONError.self, "\(cut)") { try JSONValue(parsing: cut) }
            }
        }
    }

    @Test("What is read, Foundation reads too")
    func parity() throws {
        var random = SeededRandom(seed: 4627)
        var read = 0
        for _ in 0..<3000 {
            var scalars = Array(Self.text(of: Self.value(depth: 0, &random), &random).unicodeScalars)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0...scalars.count, using: &random)
                let choices = Array("{}[]:,\"\\0123456789-+.eEtruefalsn u\n".unicodeScalars)
                let scalar = choices[Int.random(in: choices.indices, using: &random)]
                if index < scalars.count, Bool.random(using: &random) {
                    scalars[index] = scalar
                } else {
                    scalars.insert(scalar, at: index)
                }
            }
            let text = String(String.UnicodeScalarView(scalars))
            guard let value = try? JSONValue(parsing: text) else { continue }
            // Numbers beyond what a Double holds are for whoever wants them.
            guard !Self.hasLargeNumber(value) else { continue }
            read += 1
            #expect(throws: Never.self, "\(text)") {
                try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            }
        }
        #expect(read > 500)
    }

    private static func hasLargeNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let text): text.count > 15 || text.contains { $0 == "e" || $0 == "E" }
        case .array(let elements): elements.contains(where: hasLargeNumber)
        case .object(let members): members.values.contains(where: hasLargeNumber)
        default: false
        }
    }

    private static func value(depth: Int, _ random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0...(depth < 4 ? 7 : 4), using: &random) {
        case 0: .null
        case 1: .boolean(Bool.random(using: &random))
        case 2: .number(["0", "-1", "12.5", "1e3", "-0.25E-2"][Int.random(in: 0..<5, using: &random)])
        case 3, 4: .string(string(&random))
        case 5, 6: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1, &random) })
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &random)).reduce(into: [:]) { members, _ in
                    members[string(&random)] = value(depth: depth + 1, &random)
                })
        }
    }

    private static func string(_ random: inout SeededRandom) -> String {
        let scalars: [Unicode.Scalar] = ["a", "b", "\"", "\\", "/", "\n", "\u{1}", "é", "€", "😀", " ", "{", ","]
        return (0..<Int.random(in: 0...6, using: &random)).reduce(into: "") { text, _ in
            text.unicodeScalars.append(scalars[Int.random(in: scalars.indices, using: &random)])
        }
    }

    private static func text(of value: JSONValue, _ random: inout SeededRandom) -> String {
        let space = Bool.random(using: &random) ? " " : ""
        switch value {
        case .null: return "null"
        case .boolean(let flag): return flag ? "true" : "false"
        case .number(let text): return text
        case .string(let text): return quoted(text, &random)
        case .array(let elements):
            return "[" + elements.map { text(of: $0, &random) }.joined(separator: "\(space),") + "]"
        case .object(let members):
            return "{"
                + members.map { "\(quoted($0.key, &random))\(space):\(text(of: $0.value, &random))" }
                .joined(separator: ",\(space)") + "}"
        }
    }

    private static func quoted(_ text: String, _ random: inout SeededRandom) -> String {
        text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
            if scalar == "\"" || scalar == "\\" || scalar.value < 0x20 || Int.random(in: 0..<4, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        } + "\""
    }
}
