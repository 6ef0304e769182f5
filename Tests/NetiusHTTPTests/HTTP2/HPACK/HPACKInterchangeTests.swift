import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// Python's hpack, written by others, on the other side.
@Suite("Interchange of header blocks with Python")
struct HPACKInterchangeTests {
    /// Each line of input is a table's size or a block; each line of output has the block's fields.
    private static let decoding = """
        import hpack, sys
        decoder = hpack.Decoder(max_header_list_size=1 << 30)
        for line in sys.stdin:
            kind, text = line.rstrip("\\n").split(" ")
            if kind == "size":
                decoder.max_allowed_table_size = int(text)
                continue
            fields = decoder.decode(bytes.fromhex(text), raw=True)
            print(" ".join(name.hex() + ":" + value.hex() for name, value in fields))
        """

    /// Lines as above, but what is put in is the fields, and what comes out the block.
    private static let encoding = """
        import hpack, sys
        encoder = hpack.Encoder()
        for line in sys.stdin:
            kind, *words = line.rstrip("\\n").split(" ")
            if kind == "size":
                encoder.header_table_size = int(words[0])
                continue
            fields = [tuple(bytes.fromhex(part) for part in word.split(":")) for word in words if word]
            fields = [hpack.NeverIndexedHeaderTuple(*field) if field[1][:1] == b"n" else field for field in fields]
            print(encoder.encode(fields, huffman=kind == "huffman").hex())
        """

    /// Runs the program with the first Python that has hpack; nil, with a message, where there is none.
    private func run(_ program: String, _ input: [String]) async throws -> [String]? {
        guard let environment = ChildProcess("env") else { return nil }
        for python in ["python3", "/usr/bin/python3"] {
            guard try await environment.run([python, "-c", "import hpack"]).status == 0 else { continue }
            let result = try await environment.run(
                [python, "-c", program], input: input.joined(separator: "\n") + "\n")
            #expect(result.status == 0, "\(result.errors)")
            return result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        print("skipped: Python has no hpack")
        return nil
    }

    private func text(_ fields: [HPACKFieldList.Field]) -> String {
        fields.map { "\(hexadecimal($0.name)):\(hexadecimal($0.value))" }.joined(separator: " ")
    }

    @Test("What we write Python reads", arguments: 0..<3)
    func decoded(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        var source = HPACKRandomFields()
        var encoder = HPACKEncoder()
        var (input, expected): ([String], [String]) = ([], [])
        for round in 0..<150 {
            if round % 20 == 19 {
                let size = [0, 100, 1000, 4096, 8192][Int.random(in: 0..<5, using: &generator)]
                encoder.setPeerTableSize(size)
                input.append("size \(size)")
            }
            let fields = source.list(&generator)
            input.append("block \(hexadecimal(encoder.block(fields)))")
            expected.append(text(fields.map { HPACKFieldList.Field($0.name.map(\.lowercased), $0.value) }))
        }
        guard let output = try await run(Self.decoding, input) else { return }
        #expect(Array(output.dropLast()) == expected)
    }

    @Test("What Python writes we read", arguments: 0..<3)
    func encoded(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 10)
        var source = HPACKRandomFields()
        var input: [String] = []
        var expected: [[HPACKFieldList.Field]] = []
        var sizes: [Int: Int] = [:]
        for round in 0..<150 {
            if round % 20 == 19 {
                let size = [0, 100, 1000, 4096, 8192][Int.random(in: 0..<5, using: &generator)]
                input.append("size \(size)")
                sizes[round] = size
            }
            let fields = source.list(&generator)
            expected.append(fields)
            input.append("\(Bool.random(using: &generator) ? "huffman" : "plain") \(text(fields))")
        }
        guard let output = try await run(Self.encoding, input) else { return }
        try #require(output.count == expected.count + 1)
        var decoder = HPACKDecoder(maximumListSize: .max)
        for (round, fields) in expected.enumerated() {
            if let size = sizes[round] { decoder.setMaximumTableSize(size) }
            let list = try decoder.fields(fromHexadecimal(output[round]))
            #expect(list.fields == fields)
        }
    }
}
