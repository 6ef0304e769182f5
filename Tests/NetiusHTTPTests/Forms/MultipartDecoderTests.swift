import Foundation
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Multipart: what is read")
struct MultipartDecoderTests {
    private static let head = "Content-Disposition: form-data; name=\"a\"\r\n"

    /// Whole forms with the boundary `b` and the contents of their parts.
    static let valid: [(form: String, contents: [String])] = [
        ("--b\r\n\(head)\r\nvalue\r\n--b--\r\n", ["value"]),
        ("--b\r\n\(head)\r\nvalue\r\n--b--", ["value"]),
        ("--b\r\n\(head)\r\none\r\n--b\r\n\(head)X: y\r\n\r\ntwo\r\n--b--\r\n", ["one", "two"]),
        // No parts at all, as a browser sends of a form without fields.
        ("--b--\r\n", []), ("--b--", []),
        // No content, with a line end for it and without.
        ("--b\r\n\(head)\r\n\r\n--b--\r\n", [""]),
        ("--b\r\n\(head)\r\n--b--\r\n", [""]),
        ("--b\r\n\r\n--b--\r\n", [""]),
        // What almost is a boundary.
        ("--b\r\n\r\n\r\r\n-\r\n--\r\n--c\n--b\r--b\r\n\r\n--b--", ["\r\r\n-\r\n--\r\n--c\n--b\r--b\r\n"]),
        ("--b\r\n\r\na--b\r\n-- b\r\n--b--", ["a--b\r\n-- b"]),
        ("--b\r\n\r\n--B\r\n--b--", ["--B"]),
        // Any octet may be content.
        ("--b\r\n\r\n\0\u{FF}\n\r\0\r\n--b--", ["\0\u{FF}\n\r\0"]),
        // Preamble, padding and epilogue.
        ("a preamble\r\n--b\r\n\r\nvalue\r\n--b--\r\nan epilogue\r\n--b\r\n", ["value"]),
        ("\r\n--b\r\n\r\nvalue\r\n--b--", ["value"]),
        ("--b \t \r\n\r\nvalue\r\n--b\t\r\n\r\nvalue\r\n--b-- \t", ["value", "value"]),
        ("x--b\r\n--b--", []),
    ]

    @Test("Valid forms are read", arguments: valid.map(\.form).indices)
    func reading(index: Int) {
        let (form, contents) = Self.valid[index]
        let transcript = MultipartTranscript(octets(form))
        #expect(transcript.error == nil && transcript.violation == nil, "\(form)")
        #expect(transcript.parts.map(\.content) == contents.map(octets), "\(form)")
        #expect(transcript.parts.allSatisfy { $0.isComplete })
    }

    @Test("However a form is cut, it reads the same", arguments: valid.map(\.form).indices)
    func cuts(index: Int) {
        let input = octets(Self.valid[index].form)
        let whole = MultipartTranscript(input)
        #expect(MultipartTranscript(input, pieces: Array(repeating: 1, count: input.count)) == whole)
        for first in 1..<input.count {
            #expect(MultipartTranscript(input, pieces: [first]) == whole, "cut at \(first)")
            for second in 1..<max(input.count - first, 2) {
                #expect(MultipartTranscript(input, pieces: [first, second]) == whole, "cut at \(first), \(second)")
            }
        }
    }

    @Test("A form that ends too early never looks whole", arguments: valid.map(\.form).indices)
    func truncation(index: Int) throws {
        let form = Self.valid[index].form
        let input = octets(form)
        // Behind the last boundary nothing is missing, but for half a line end.
        let end = try #require(form.range(of: "--b--", options: .backwards)).upperBound
        let length = form[..<end].unicodeScalars.count
        for count in 0..<length {
            let transcript = MultipartTranscript(Array(input[..<count]))
            #expect(transcript.error == .incomplete, "\(count) of \(form)")
        }
        #expect(MultipartTranscript(Array(input[..<length])).error == nil)
    }

    @Test(
        "Hostile forms are refused",
        arguments: [
            ("", .incomplete), ("nothing", .incomplete), ("--b", .incomplete), ("--b\r\n", .incomplete),
            ("--bx\r\n\r\n\r\n--b--", .invalidDelimiter), ("--b\n\r\n\r\n--b--", .invalidDelimiter),
            ("--b\r\r\n", .invalidDelimiter), ("--b-\r\n", .invalidDelimiter), ("--b --\r\n", .invalidDelimiter),
            ("--b--x", .invalidDelimiter), ("--b--\n", .invalidDelimiter), ("--b--\rx", .invalidDelimiter),
            ("--b---", .invalidDelimiter), ("--b--\r", .incomplete),
            ("--b\r\n\r\nvalue\r\n--bx\r\n--b--", .invalidDelimiter),
            ("--b\r\n\r\nvalue--b--", .incomplete), ("--b\r\n\r\nvalue\n--b--", .incomplete),
            ("--b\r\n\r\nvalue\r--b--\r\n", .incomplete), ("--b\r\n\r\nvalue\r\n -b--", .incomplete),
            // Header sections.
            ("--b\r\n--b--", .incomplete), ("--b\r\n--b--\r\n", .invalidPartHeader),
            ("--b\r\nA b: c\r\n\r\n", .invalidPartHeader),
            ("--b\r\nA : c\r\n\r\n", .invalidPartHeader), ("--b\r\n: c\r\n\r\n", .invalidPartHeader),
            ("--b\r\nA: c\n\r\n", .invalidPartHeader), ("--b\r\nA: c\n\n", .invalidPartHeader),
            ("--b\r\nA: \0\r\n\r\n", .invalidPartHeader), ("--b\r\nA: c\r\n d\r\n\r\n", .invalidPartHeader),
            ("--b\r\nA: c\rd\r\n\r\n", .invalidPartHeader), ("--b\r\nno colon\r\n\r\n", .invalidPartHeader),
            ("--b\r\nÄ: c\r\n\r\n", .invalidPartHeader), ("--b\r\n\n", .invalidPartHeader),
        ] as [(String, HTTPFormError)])
    func hostile(form: String, error: HTTPFormError) {
        let input = octets(form)
        let transcript = MultipartTranscript(input)
        #expect(transcript.error == error && transcript.violation == nil)
        #expect(transcript.parts.allSatisfy { !$0.isComplete })
        #expect(MultipartTranscript(input, pieces: Array(repeating: 1, count: input.count)) == transcript)
    }

    @Test(
        "A boundary is 1 to 70 of the allowed octets, the last no space",
        arguments: [
            ("b", true), ("", false), (" ", false), ("a b", true), ("b ", false), ("b\r\n", false), ("b\"", false),
            ("b;", false), ("b\0", false), ("'()+_,-./:=?", true), ("ü", false), ("*", false),
            (String(repeating: "-", count: 70), true), (String(repeating: "-", count: 71), false),
        ])
    func boundaries(boundary: String, isValid: Bool) {
        let form = octets("--\(boundary)\r\n\r\n--\(boundary)--")
        #expect(MultipartTranscript(form, boundary: boundary).error == (isValid ? nil : .invalidBoundary))
    }

    @Test("The shortest boundary and the longest are found among dashes")
    func dashes() {
        for boundary in ["-", "--", String(repeating: "-", count: 70)] {
            let content = "\r\n" + String(repeating: "-", count: boundary.count + 1)
            let form = octets("--\(boundary)\r\n\r\n\(content)\r\n--\(boundary)--")
            for pieces in [[], Array(repeating: 1, count: form.count)] {
                let transcript = MultipartTranscript(form, boundary: boundary, pieces: pieces)
                #expect(transcript.parts.map(\.content) == [octets(content)])
                #expect(transcript.error == nil)
            }
        }
    }
}
