import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Dictionaries of structured fields")
struct StructuredDictionaryTests {
    /// The members; nil if the octets are no dictionary, or reading does not come to an end.
    private static func members(of value: [UInt8]) -> [(String, StructuredDictionary.Value)]? {
        var reader = StructuredDictionary()
        var members: [(String, StructuredDictionary.Value)] = []
        do throws(StructuredDictionary.Malformed) {
            while let member = try reader.next(in: value.span) {
                members.append((String(decoding: value[member.key], as: UTF8.self), member.value))
                guard members.count <= value.count else { return nil }
            }
            return members
        } catch {
            return nil
        }
    }

    @Test("Keys come in their order with integers and booleans, the rest is of other types")
    func members() {
        let members = Self.members(of: octets("a=1, b=-15;x=?0;y, c, d=?0, e=1.5, *f-g_h.1=\"a,b\\\"=\", g=(1 t)"))
        #expect(members?.map(\.0) == ["a", "b", "c", "d", "e", "*f-g_h.1", "g"])
        #expect(
            members?.map(\.1) == [
                .integer(1), .integer(-15), .boolean(true), .boolean(false), .other, .other, .other,
            ])
        #expect(Self.members(of: octets("a=999999999999999"))?.map(\.1) == [.integer(999_999_999_999_999)])
        #expect(Self.members(of: octets("a=-999999999999999"))?.map(\.1) == [.integer(-999_999_999_999_999)])
    }

    /// RFC 8941's grammar, with the whitespace that its parser accepts.
    private static func grammar() throws -> Regex<AnyRegexOutput> {
        let key = #"[a-z*][a-z0-9_\-.*]*"#
        let number = #"-?(?:[0-9]{1,12}\.[0-9]{1,3}|[0-9]{1,15})"#
        let string = #""(?:[\x20\x21\x23-\x5B\x5D-\x7E]|\\["\\])*""#
        let token = #"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:\/]*"#
        let item = #"(?:"# + number + "|" + string + "|" + token + #"|:[A-Za-z0-9+\/=]*:|\?[01])"#
        let parameters = #"(?:; *"# + key + "(?:=" + item + ")?)*"
        let list = #"\( *(?:"# + item + parameters + "(?: +" + item + parameters + #")*)? *\)"#
        let member = key + "(?:=(?:" + list + "|" + item + "))?" + parameters
        return try Regex(#" *(?:"# + member + #"(?:[ \t]*,[ \t]*"# + member + #")*[ \t]*)?"#)
            .matchingSemantics(.unicodeScalar)
    }

    private static let fragments = [
        "a", "u", "i", "*", "A", "1", "15", "-", ".", "=", "=", ",", ",", ", ", ";", " ", "\t", "(", ")", "\"", "\"x\"",
        "\\", ":", ":aGk=:", "?0", "?1", "?", "_", "/", "é", "\0", "u=1", "i, ", "a=(1 2)", ";q=1", "999999999999",
    ]

    @Test("Random texts are dictionaries if the grammar says so", arguments: 0..<4 as Range)
    func random(seed: Int) throws {
        let grammar = try Self.grammar()
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var wellFormed = 0
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &random)]
            }.joined()
            let expected = try grammar.wholeMatch(in: text) != nil
            #expect((Self.members(of: Array(text.utf8)) != nil) == expected, "\(text.debugDescription)")
            if expected { wellFormed += 1 }
        }
        // Both happen.
        #expect(wellFormed > 100 && wellFormed < 3900)
    }

    @Test("Random octets are read to an end", arguments: 0..<4 as Range)
    func garbage(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        let alphabet = octets("ui=,;()\"\\:?01-.* \t") + [0, 0x7F, 0x80, 0xFF]
        for _ in 0..<20_000 {
            let value = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let priority = HTTP2Priority(parsing: value.span)
            #expect(0...7 ~= priority.urgency)
            if Self.members(of: value) == nil { #expect(priority == HTTP2Priority()) }
        }
    }
}
