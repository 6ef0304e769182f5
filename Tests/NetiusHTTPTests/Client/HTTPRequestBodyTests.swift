import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Bodies that a client sends")
struct HTTPRequestBodyTests {
    /// A sequence that can be iterated once.
    private static func stream(_ chunks: [[UInt8]]) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish()
        }
    }

    @Test("What is there can be read again, and has a length; of a sequence both are as it was made")
    func kinds() async throws {
        try await withTemporaryDirectory { directory async throws in
            let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            let file = try makeFile(bytes, in: directory)
            let bodies: [(HTTPRequestBody, length: Int?, isReplayable: Bool, content: [UInt8])] = [
                (.none, 0, true, []),
                (.bytes([1, 2]), 2, true, [1, 2]),
                (.text("ä"), 2, true, [0xC3, 0xA4]),
                (.file(file), 200_000, true, bytes),
                (.file(file, range: 10..<20), 10, true, Array(bytes[10..<20])),
                (.file(file, range: 199_999..<300_000), 1, true, [bytes[199_999]]),
                (HTTPRequestBody { Self.stream([[1], [], [2]]) }, nil, true, [1, 2]),
                (HTTPRequestBody(contentLength: 2) { Self.stream([[1], [2]]) }, 2, true, [1, 2]),
                (HTTPRequestBody(contentLength: -5) { Self.stream([]) }, 0, true, []),
                (HTTPRequestBody(Self.stream([[1], [2]])), nil, false, [1, 2]),
                (HTTPRequestBody(Self.stream([[3]]), contentLength: 1), 1, false, [3]),
            ]
            for (index, body) in bodies.enumerated() {
                #expect(body.0.contentLength == body.length, "\(index)")
                #expect(body.0.isReplayable == body.isReplayable, "\(index)")
                let content = try await body.0.collect(upTo: 200_000)
                #expect(content == body.content, "\(index)")
                if body.isReplayable {
                    let again = try await body.0.collect(upTo: 200_000)
                    #expect(again == body.content, "\(index)")
                }
            }
        }
    }

    @Test("A file that has become shorter is an error, not an end")
    func truncated() async throws {
        try await withTemporaryDirectory { directory async throws in
            let file = try makeFile([UInt8](repeating: 1, count: 100_000), in: directory)
            try makeTruncated(directory + "/file", 70_000)
            await #expect(throws: FileError.truncated) {
                _ = try await HTTPRequestBody.file(file).collect(upTo: 200_000)
            }
        }
    }
}
