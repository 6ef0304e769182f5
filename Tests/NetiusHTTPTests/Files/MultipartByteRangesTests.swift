import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Multipart byte ranges")
struct MultipartByteRangesTests {
    @Test("The whole is what RFC 9110 section 14.6 shows, to the octet")
    func example() async throws {
        try await withTemporaryDirectory { directory in
            let file = try makeFile(octets("0123456789abcdef"), in: directory)
            let multipart = MultipartByteRanges(
                [10..<16, 0..<2], of: 16, contentType: "text/plain", boundary: "THIS_STRING_SEPARATES")
            #expect(multipart.mediaType == "multipart/byteranges; boundary=THIS_STRING_SEPARATES")
            let expected = """
                --THIS_STRING_SEPARATES\r
                Content-Type: text/plain\r
                Content-Range: bytes 10-15/16\r
                \r
                abcdef\r
                --THIS_STRING_SEPARATES\r
                Content-Type: text/plain\r
                Content-Range: bytes 0-1/16\r
                \r
                01\r
                --THIS_STRING_SEPARATES--\r\n
                """
            #expect(try await content(multipart, file) == octets(expected))
            #expect(multipart.contentLength == expected.utf8.count)
        }
    }

    @Test("The length that is announced is the length")
    func length() async throws {
        try await withTemporaryDirectory { directory in
            let file = try makeFile(HTTPServerFileBodyTests.content(5000), in: directory)
            var generator = SeededGenerator(seed: 21)
            for _ in 0..<100 {
                let parts = (0..<Int.random(in: 1...16, using: &generator)).map { _ in
                    let first = Int.random(in: 0..<5000, using: &generator)
                    return first..<Int.random(in: first + 1...5000, using: &generator)
                }
                let multipart = MultipartByteRanges(parts, of: 5000, contentType: "image/png")
                #expect(try await content(multipart, file).count == multipart.contentLength)
            }
        }
    }

    @Test("What is longer than any number has no length")
    func overflow() {
        let parts = [0..<1, 100..<Int.max]
        #expect(MultipartByteRanges(parts, of: .max, contentType: "text/plain").contentLength == nil)
        #expect(MultipartByteRanges([0..<1, 1000..<Int.max], of: .max, contentType: "a/b").contentLength != nil)
    }

    @Test("Boundaries are 32 digits, and not the same twice")
    func boundaries() {
        let boundaries = (0..<100).map { _ in MultipartByteRanges.randomBoundary() }
        #expect(Set(boundaries).count == 100)
        #expect(boundaries.allSatisfy { $0.utf8.count == 32 && $0.utf8.allSatisfy { $0.hexadecimalValue != nil } })
    }

    private func content(_ multipart: MultipartByteRanges, _ file: File) async throws -> [UInt8] {
        let response = HTTPResponse(.ok) { try await multipart.write(file, to: $0) }
        return try await response.body.collect(upTo: 1 << 20)
    }
}
