import Testing

@testable import NetiusHTTP

@Suite("Entity tags")
struct HTTPEntityTagTests {
    @Test(
        "A tag is read as it stands in a field",
        arguments: [
            ("\"xyzzy\"", "xyzzy", false), ("W/\"xyzzy\"", "xyzzy", true), ("\"\"", "", false), ("W/\"\"", "", true),
            ("\"a,b;c\"", "a,b;c", false), ("\"W/\"", "W/", false), ("\"é\"", "é", false), ("\"a\\\"", "a\\", false),
        ])
    func read(text: String, opaque: String, isWeak: Bool) throws {
        let tag = try #require(HTTPEntityTag(text))
        #expect(tag.opaqueTag == opaque)
        #expect(tag.isWeak == isWeak)
        #expect(tag.description == text)
    }

    @Test(
        "What is no tag is none",
        arguments: [
            "", "\"", "xyzzy", "'xyzzy'", "w/\"xyzzy\"", "W\"xyzzy\"", "W/xyzzy", "W/", "W", "\"a b\"", "\"a\"b\"",
            "\"a\tb\"", "\"a\u{7F}\"", " \"a\"", "\"a\" ", "\"a\",\"b\"", "*", "W/ \"a\"", "\"a",
        ])
    func refused(text: String) {
        #expect(HTTPEntityTag(text) == nil)
    }

    @Test("A tag is not made of what it cannot contain", arguments: ["\"", "a b", "a\n", "\u{7F}", "\u{1}"])
    func refusedOpaque(text: String) {
        #expect(HTTPEntityTag(opaqueTag: text) == nil)
    }

    /// The table of RFC 9110 section 8.8.3.2.
    @Test(
        "Tags compare as in the table of the RFC",
        arguments: [
            ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true),
            ("\"1\"", "\"1\"", true, true),
        ])
    func comparison(first: String, second: String, strongly: Bool, weakly: Bool) throws {
        let (first, second) = (try #require(HTTPEntityTag(first)), try #require(HTTPEntityTag(second)))
        #expect(first.matchesStrongly(second) == strongly)
        #expect(second.matchesStrongly(first) == strongly)
        #expect(first.matchesWeakly(second) == weakly)
        #expect(second.matchesWeakly(first) == weakly)
    }

    @Test(
        "A list has tags, or is a star",
        arguments: [
            ("*", ["*"]), (" * ", ["*"]), ("\"a\"", ["\"a\""]), ("\"a\", W/\"b\"", ["\"a\"", "W/\"b\""]),
            ("\"a\",\"b\"", ["\"a\"", "\"b\""]), (",, \"a\" ,\t, \"b\",", ["\"a\"", "\"b\""]),
            ("\"a,b\"", ["\"a,b\""]), ("\"*\"", ["\"*\""]),
        ])
    func lists(text: String, expected: [String]) throws {
        switch try #require(HTTPEntityTagList(text)) {
        case .any: #expect(expected == ["*"])
        case .tags(let tags): #expect(tags.map(\.description) == expected)
        }
    }

    @Test(
        "What is no list is none",
        arguments: [
            "", " ", ",", "a", "\"a\", b", "\"a\" \"b\"", "\"a\"\"b\"", "*, \"a\"", "\"a\", *", "**", "\"a",
            "\"a\";q=1",
            "W/\"a\", w/\"b\"",
        ])
    func refusedLists(text: String) {
        #expect(HTTPEntityTagList(text) == nil)
    }

    @Test("Whatever is read as a list, it is its tags joined")
    func fuzz() throws {
        var generator = SeededGenerator(seed: 11)
        let pieces = ["\"", "a", ",", " ", "W/", "*", "\\", "b", "\t", "\"x\"", "W/\"y\""]
        var count = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...8, using: &generator)
            let text = (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            guard case .tags(let tags) = HTTPEntityTagList(text) else { continue }
            count += 1
            #expect(HTTPEntityTagList(tags.map(\.description).joined(separator: ", ")) == .tags(tags))
        }
        #expect(count > 500)
    }
}
