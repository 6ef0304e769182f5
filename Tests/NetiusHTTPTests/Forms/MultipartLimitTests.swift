import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Multipart: limits and tricks")
struct MultipartLimitTests {
    private func form(_ heads: [String], content: String = "value") -> [UInt8] {
        octets(heads.map { "--b\r\n\($0)\r\n\(content)\r\n" }.joined() + "--b--\r\n")
    }

    private func check(
        _ input: [UInt8], _ limits: HTTPMultipart.Limits, _ error: HTTPFormError?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for pieces in [[], Array(repeating: 1, count: input.count)] {
            #expect(
                MultipartTranscript(input, limits: limits, pieces: pieces).error == error,
                sourceLocation: sourceLocation)
        }
    }

    @Test("All octets count, also those between the parts")
    func bytes() {
        var limits = HTTPMultipart.Limits()
        let input = octets("pre\r\n") + form(["", ""]) + octets("post")
        limits.bytes = input.count
        check(input, limits, nil)
        limits.bytes -= 1
        check(input, limits, .tooLarge)
        check(octets(String(repeating: "x", count: 2000)), limits, .tooLarge)
        check(octets("--b--\r\n" + String(repeating: "x", count: 2000)), limits, .tooLarge)
        check(octets("--b" + String(repeating: " ", count: 2000)), limits, .tooLarge)
    }

    @Test("Parts are counted")
    func parts() {
        var limits = HTTPMultipart.Limits()
        limits.parts = 3
        check(form(["", "", ""]), limits, nil)
        check(form(["", "", "", ""]), limits, .tooManyFields)
        limits.parts = -1
        check(form([""]), limits, .tooManyFields)
    }

    @Test("The header section of a part is bounded, with an end or without")
    func partHeader() {
        var limits = HTTPMultipart.Limits()
        limits.partHeader = 20
        check(form(["A: 3456789012345\r\n", "A: 3456789012345\r\n"]), limits, nil)
        check(form(["A: 34567890123456\r\n"]), limits, .partHeaderTooLarge)
        check(form(["A: b\r\nA: b\r\nA: b\r\nA: b\r\n"]), limits, .partHeaderTooLarge)
        check(octets("--b\r\n" + String(repeating: "a", count: 1000)), limits, .partHeaderTooLarge)
    }

    @Test("The fields of a part are counted")
    func partFields() {
        var limits = HTTPMultipart.Limits()
        limits.partFields = 2
        check(form(["A: b\r\nC: d\r\n"]), limits, nil)
        check(form(["A: b\r\nC: d\r\nE: f\r\n"]), limits, .partHeaderTooLarge)
    }

    @Test("Of content no more is kept than a boundary is long, whatever it is made of")
    func keepsLittle() {
        let boundary = String(repeating: "b", count: 70)
        let almost = "\r\n--" + String(repeating: "b", count: 69)
        let content = octets(String(repeating: almost + "\r", count: 100))
        let input = octets("--\(boundary)\r\n\r\n") + content + octets("\r\n--\(boundary)--")
        for size in [1, 7, 74] {
            let pieces = Array(repeating: size, count: input.count)
            let transcript = MultipartTranscript(input, boundary: boundary, pieces: pieces)
            #expect(transcript.parts.map(\.content) == [content])
            #expect(transcript.error == nil)
            #expect(transcript.mostKept <= 74 + size)
        }
    }
}
