import Foundation
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Content codings: against Python's zlib", .timeLimit(.minutes(2)))
struct CodingPeerTests {
    /// How Python's modules are called for a coding.
    private static func functions(_ coding: HTTPContentCoding) -> String {
        coding == .gzip ? "gzip" : "zlib"
    }

    /// Runs Python over the files `in` and `out` of a directory; nil where it is not installed.
    private func python(_ program: String, _ input: [UInt8], in directory: String) async throws -> [UInt8]? {
        guard let python = ChildProcess("python3") else { return nil }
        let paths = ["in", "out"].map { "\(directory)/\($0)" }
        try Data(input).write(to: URL(fileURLWithPath: paths[0]))
        let result = try await python.run(["-c", "import sys, zlib, gzip; " + program] + paths)
        #expect(result.status == 0, "\(result.errors)")
        return try Array(Data(contentsOf: URL(fileURLWithPath: paths[1])))
    }

    @Test("Python decodes what is coded here", arguments: HTTPContentCoding.allCases)
    func encode(coding: HTTPContentCoding) async throws {
        let program =
            "open(sys.argv[2], 'wb').write(\(Self.functions(coding)).decompress(open(sys.argv[1], 'rb').read()))"
        try await withTemporaryDirectory { directory in
            for sample in CodedSamples.all {
                let decoded = try await python(program, coded(sample, coding), in: directory)
                #expect(decoded == nil || decoded == sample)
            }
        }
    }

    @Test("What Python codes is decoded here", arguments: HTTPContentCoding.allCases)
    func decode(coding: HTTPContentCoding) async throws {
        let program =
            "open(sys.argv[2], 'wb').write(\(Self.functions(coding)).compress(open(sys.argv[1], 'rb').read()))"
        try await withTemporaryDirectory { directory in
            for sample in CodedSamples.all {
                guard let coded = try await python(program, sample, in: directory) else { return }
                #expect(try decoded(coded, Inflater(coding, limits: Inflater.Limits(ratio: 2000))) == sample)
            }
        }
    }
}
