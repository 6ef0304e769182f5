import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Priorities of HTTP/2")
struct HTTP2PriorityTests {
    private static func read(_ text: String) -> HTTP2Priority {
        let value = octets(text)
        return HTTP2Priority(parsing: value.span)
    }

    @Test(
        "The RFC's examples, and others that are well-formed",
        arguments: [
            // RFC 9218 §4, §5 and §9.
            ("u=0", 0, false), ("u=5, i", 5, true), ("u=5,i", 5, true), ("u=1", 1, false), ("u=2, i", 2, true),
            ("i", 3, true), ("", 3, false), ("   ", 3, false),
            ("u=7", 7, false), ("i, u=7", 7, true), (" u=6 ", 6, false), ("u=6 \t,\t i", 6, true), ("u=6\t", 6, false),
            ("i=?1", 3, true), ("i=?0", 3, false), ("u=1;a=b;c, i;d", 1, true), ("u=00001", 1, false),
            ("u=-0", 0, false),
            // What is unknown is ignored.
            ("x", 3, false), ("a=1.5, u=2, b=\"x, y\", c=(1 2;q \"z\");v=1, d=:aGk=:, e=tok/en:x, i", 2, true),
            ("u=2, urgency=5, U-x=1", 3, false), ("ui, iu=4, u=1", 1, false), ("*=1, u=4", 4, false),
            // The last one counts.
            ("u=1, u=2", 2, false), ("i, i=?0", 3, false), ("i=?0, u=4, i", 4, true),
        ])
    func wellFormed(text: String, urgency: Int, isIncremental: Bool) {
        #expect(Self.read(text) == HTTP2Priority(urgency: urgency, isIncremental: isIncremental))
    }

    @Test(
        "Members out of range or of another type are ignored, and the others count",
        arguments: [
            ("u=8, i", 3, true), ("u=-1, i", 3, true), ("u=999999999999999, i", 3, true), ("u=1.0, i", 3, true),
            ("u, i", 3, true), ("u=?1, i", 3, true), ("u=\"1\", i", 3, true), ("u=one, i", 3, true),
            ("u=(1), i", 3, true),
            ("u=:MQ==:, i", 3, true), ("i=1, u=5", 5, false), ("i=true, u=5", 5, false), ("i=(), u=5", 5, false),
            ("i=\"?1\", u=5", 5, false), ("u=5, u=9", 3, false), ("i, i=1", 3, false),
        ])
    func ignored(text: String, urgency: Int, isIncremental: Bool) {
        #expect(Self.read(text) == HTTP2Priority(urgency: urgency, isIncremental: isIncremental))
    }

    @Test(
        "What is no dictionary says nothing at all",
        arguments: [
            "u=1,", "u=1, ", ",u=1", "u=1,,i", "u=1 i", "u=1;", "u=1; ", "u=", "u=1,i=", "=1", "u =1", "u= 1", "U=1",
            "1", "?1",
            "\tu=1", "u=1,I", "u=1, i=?", "u=1, i=?2", "u=1, i=??1", "u=1234567890123456", "u=1, a=1.", "u=1, a=1.2345",
            "u=1, a=1234567890123.1", "u=1, a=-", "u=1, a=--1", "u=1, a=+1", "u=1, a=.5", "u=1, a=\"", "u=1, a=\"\\a\"",
            "u=1, a=\"\u{7F}\"", "u=1, a=\"é\"", "u=1, a=:a", "u=1, a=:a b:", "u=1, a=(", "u=1, a=(1", "u=1, a=(1 2",
            "u=1, a=(1,2)", "u=1, a=((1))", "u=1, a=(1)b", "u=1, a=(\"x\"\"y\")", "u=1, a={}", "u=1, a=@1", "u=1\0",
            "u=1\n",
            "u=1\r\ni", "\0", "é", "u=1, a;=1", "u=1, a; ;b", "u=1, a;b=", "u=1, a;b=(1)", "u=1 ;a", "u=1;\ta",
        ])
    func malformed(text: String) {
        #expect(Self.read(text) == HTTP2Priority())
    }

    @Test("The text of a priority reads as that priority")
    func text() {
        for urgency in 0...7 {
            for isIncremental in [false, true] {
                let priority = HTTP2Priority(urgency: urgency, isIncremental: isIncremental)
                #expect(Self.read(priority.description) == priority)
            }
        }
        #expect(HTTP2Priority().description == "u=3")
        #expect(HTTP2Priority(urgency: 1, isIncremental: true).description == "u=1, i")
    }

    @Test("Huge values take no longer than their length")
    func huge() {
        #expect(Self.read(String(repeating: "u=1, ", count: 100_000) + "u=2") == HTTP2Priority(urgency: 2))
        #expect(Self.read("u=1, a=" + String(repeating: "(", count: 100_000)) == HTTP2Priority())
        #expect(Self.read("u=2, a=(" + String(repeating: "1 ", count: 100_000) + ")") == HTTP2Priority(urgency: 2))
        #expect(Self.read("u=1, a=" + String(repeating: "9", count: 100_000)) == HTTP2Priority())
        #expect(Self.read("u=1, a=1." + String(repeating: "9", count: 100_000)) == HTTP2Priority())
    }
}
