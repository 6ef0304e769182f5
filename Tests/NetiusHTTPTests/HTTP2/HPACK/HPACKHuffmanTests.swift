import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("The Huffman code of HPACK")
struct HPACKHuffmanTests {
    private func encoded(_ text: [UInt8]) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: HPACKHuffmanEncoding.count(of: text.span))
        var target = octets.mutableSpan
        HPACKHuffmanEncoding.encode(text.span, into: &target)
        return octets
    }

    private func decoded(_ octets: [UInt8]) throws(HPACKError) -> [UInt8] {
        var text = [UInt8](repeating: 0, count: HPACKHuffmanDecoding.largestCount(of: octets.count))
        var target = text.mutableSpan
        let count = try HPACKHuffmanDecoding.decode(octets.span, 0..<octets.count, into: &target, at: 0)
        return Array(text[..<count])
    }

    @Test(
        "The examples of RFC 7541 Appendix C are written and read",
        arguments: [
            ("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"), ("no-cache", "a8eb10649cbf"),
            ("custom-key", "25a849e95ba97d7f"), ("custom-value", "25a849e95bb8e8b4bf"), ("302", "6402"),
            ("private", "aec3771a4b"),
            ("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"),
            ("https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3"), ("307", "640eff"), ("gzip", "9bd9ab"),
            (
                "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
                "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
            ), ("", ""),
        ])
    func examples(text: String, code: String) throws {
        #expect(hexadecimal(encoded(Array(text.utf8))) == code)
        #expect(try decoded(fromHexadecimal(code)) == Array(text.utf8))
    }

    @Test("Some codes are those of RFC 7541 Appendix B")
    func codes() {
        let expected: [(Int, UInt32, UInt8)] = [
            (0, 0x1FF8, 13), (10, 0x3FFF_FFFC, 30), (32, 0x14, 6), (48, 0, 5), (92, 0x7FFF0, 19), (97, 3, 5),
            (122, 0x7B, 7), (127, 0xFFF_FFFC, 28), (128, 0xFFFE6, 20), (199, 0x1FF_FFEC, 25), (249, 0xFFF_FFFE, 28),
            (255, 0x3FF_FFEE, 26), (256, 0x3FFF_FFFF, 30),
        ]
        for (symbol, code, length) in expected {
            #expect(HPACKHuffmanCode.codes[symbol] == code)
            #expect(HPACKHuffmanCode.lengths[symbol] == length)
        }
    }

    @Test("Every pair of octets is read as it was written")
    func pairs() throws {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                guard try decoded(encoded([first, second])) == [first, second] else {
                    Issue.record("\(first) \(second)")
                    return
                }
            }
        }
    }

    @Test("Random text is read as it was written, and a beginning of it never as more", arguments: 0..<8)
    func random(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 1)
        for _ in 0..<500 {
            let highest: UInt8 = Bool.random(using: &generator) ? 0x7E : 0xFF
            let text = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                UInt8.random(in: highest == 0xFF ? 0...0xFF : 0x20...0x7E, using: &generator)
            }
            let octets = encoded(text)
            #expect(octets.count == (text.reduce(0) { $0 + Int(HPACKHuffmanCode.lengths[Int($1)]) } + 7) / 8)
            #expect(try decoded(octets) == text)
            for end in 0..<min(octets.count, 40) {
                guard let part = try? decoded(Array(octets[..<end])) else { continue }
                #expect(text.starts(with: part))
            }
        }
    }

    @Test(
        "Padding of zeros, of more than seven bits, and EOS are refused",
        arguments: [
            // '0' is 00000, '&' is 11111000.
            ("00", HPACKError.invalidPadding), ("06", .invalidPadding), ("03", .invalidPadding),
            ("ff", .invalidPadding), ("07ff", .invalidPadding), ("f8ff", .invalidPadding), ("ffff", .invalidPadding),
            ("f8ffff", .invalidPadding), ("ffffff", .invalidPadding), ("fffffe", .invalidPadding),
            ("ffffffff", .endOfString), ("fffffffc", .endOfString), ("07ffffffff", .endOfString),
            ("f8ffffffff", .endOfString), ("fffffffffff8", .endOfString),
            // 29 ones, a beginning of EOS, and of '\n' with one bit less than it has.
            ("fffffff8", .invalidPadding), ("ffffff", .invalidPadding),
        ])
    func refused(code: String, error: HPACKError) throws {
        #expect(throws: error) { try decoded(fromHexadecimal(code)) }
        #expect(try decoded([0x07]) == [0x30])
        #expect(try decoded([0xF8]) == [0x26])
        #expect(try decoded(fromHexadecimal("fffffff3")) == [0x0A])
    }

    @Test("Whatever octets come, they are refused or are the only code of a text", arguments: 0..<4)
    func canonical(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 100)
        for _ in 0..<20_000 {
            let code = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                UInt8.random(in: 0...0xFF, using: &generator) | UInt8.random(in: 0...0xFF, using: &generator)
            }
            guard let text = try? decoded(code) else { continue }
            #expect(encoded(text) == code)
        }
    }
}
