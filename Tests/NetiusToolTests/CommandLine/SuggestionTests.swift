import Testing

@testable import NetiusTool

@Suite struct SuggestionTests {
    @Test("The nearest candidate within two edits is suggested")
    func nearest() {
        #expect(suggestion(for: "helo", among: ["echo", "hello", "help"]) == "hello")
        #expect(suggestion(for: "hallo", among: ["echo", "hello", "help"]) == "hello")
        #expect(suggestion(for: "ecoh", among: ["hello", "echo"]) == "echo")
        #expect(suggestion(for: "hello", among: ["hello"]) == "hello")
    }

    @Test("Of equally near candidates the first is")
    func ties() {
        #expect(suggestion(for: "bat", among: ["cat", "rat"]) == "cat")
    }

    @Test("Nothing is suggested at three edits, or where no letter would be kept")
    func far() {
        #expect(suggestion(for: "serve", among: ["hello", "echo"]) == nil)
        #expect(suggestion(for: "hexyz", among: ["hello"]) == nil)
        #expect(suggestion(for: "ab", among: ["xy", "a"]) == nil)
        #expect(suggestion(for: "", among: ["a"]) == nil)
        #expect(suggestion(for: "x", among: [""]) == nil)
        #expect(suggestion(for: "x", among: []) == nil)
    }
}
