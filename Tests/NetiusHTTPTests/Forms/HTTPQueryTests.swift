import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Queries and forms")
struct HTTPQueryTests {
    private func pairs(_ text: String) throws -> [String] {
        try HTTPQuery(parsing: text).map { "\($0.name)|\($0.value)" }
    }

    @Test(
        "A form is read as the URL standard says",
        arguments: [
            ("", []), ("a=b", ["a|b"]), ("a=b&c=d", ["a|b", "c|d"]), ("a", ["a|"]), ("=", ["|"]), ("=b", ["|b"]),
            ("a=", ["a|"]), ("&&a=b&&", ["a|b"]), ("a=b=c", ["a|b=c"]), ("a=1&a=2", ["a|1", "a|2"]),
            ("a+b=c+d%2B", ["a b|c d+"]), ("%=%4&%zz=%41", ["%|%4", "%zz|A"]), ("a;b=c", ["a;b|c"]),
            ("%C3%BC=%FF", ["ü|\u{FFFD}"]), ("a%26b%3D=c", ["a&b=|c"]), ("a=\u{0}", ["a|\u{0}"]), ("ü=ß", ["ü|ß"]),
        ] as [(String, [String])])
    func reading(text: String, expected: [String]) throws {
        #expect(try pairs(text) == expected)
    }

    @Test("Values are looked up by name, octet for octet")
    func lookup() throws {
        var query = try HTTPQuery(parsing: "a=1&b=2&a=3&e\u{301}=4")
        #expect(query["a"] == "1")
        #expect(query[values: "a"] == ["1", "3"])
        #expect(query["A"] == nil)
        #expect(query["é"] == nil)
        #expect(query["e\u{301}"] == "4")
        query["a"] = "5"
        #expect(query.description == "a=5&b=2&e%CC%81=4")
        query["b"] = nil
        query[values: "c"] = ["6", "7"]
        query.append("a", "8")
        #expect(query.description == "a=5&e%CC%81=4&c=6&c=7&a=8")
    }

    @Test("What is written reads the same")
    func roundTrip() throws {
        #expect((["a b": "c&d", "*-._": "~é+"] as HTTPQuery).description == "a+b=c%26d&*-._=%7E%C3%A9%2B")
        var generator = SeededGenerator(seed: 8)
        let pieces = ["a", "=", "&", "+", "%", "%41", " ", "ü", "\u{0}", "\r\n", ";", "?", "#", "𝄞"]
        for _ in 0..<500 {
            let text = { (generator: inout SeededGenerator) in
                (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                    pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                }.joined()
            }
            var query = HTTPQuery()
            for _ in 0..<Int.random(in: 0...5, using: &generator) { query.append(text(&generator), text(&generator)) }
            #expect(try HTTPQuery(parsing: query.description) == query)
        }
    }

    @Test("Nothing that arrives is lost or stops the reader", arguments: 0..<4)
    func random(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 60)
        let alphabet = octets("ab%=&+4F\u{FF}\u{C3}")
        for _ in 0..<2_000 {
            let input = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let query = try HTTPQuery(parsing: input)
            let parts = input.split(separator: UInt8(ascii: "&"))
            #expect(query.count == parts.count)
            for (pair, part) in zip(query, parts) {
                let name = part.prefix { $0 != UInt8(ascii: "=") }
                let value = part.dropFirst(name.count + 1)
                #expect(pair.name == model(name) && pair.value == model(value))
            }
        }
    }

    /// Decodes with nothing but the standard library's means.
    private func model(_ octets: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = octets.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }[...]
        while let first = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if first == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy(\.isHexDigit),
                let octet = UInt8(digits, radix: 16)
            {
                result.append(octet)
                rest = rest.dropFirst(2)
            } else {
                result.append(first)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    @Test("Limits are kept")
    func limits() throws {
        var limits = HTTPQuery.Limits()
        limits.bytes = 7
        limits.pairs = 2
        #expect(try HTTPQuery(parsing: "a=1&b=2", limits: limits).count == 2)
        #expect(throws: HTTPFormError.tooLarge) { try HTTPQuery(parsing: "a=1&b=23", limits: limits) }
        #expect(throws: HTTPFormError.tooManyFields) { try HTTPQuery(parsing: "a&b&c", limits: limits) }
        #expect(try HTTPQuery(parsing: "a&b&&&&", limits: limits).count == 2)
    }

    @Test("A request's query is what follows the first question mark")
    func requests() {
        func query(_ path: String?) -> HTTPQuery {
            HTTPRequest(method: .get, scheme: nil, authority: nil, path: path).query
        }
        #expect(query("/a?b=c?d&e=f").description == "b=c%3Fd&e=f")
        #expect(query("/a").isEmpty)
        #expect(query("/a?").isEmpty)
        #expect(query(nil).isEmpty)
        #expect(query("/?" + String(repeating: "a&", count: 3000)).count == 3000)
    }
}
