import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Header blocks that are written")
struct HPACKEncoderTests {
    private func written(_ encoder: inout HPACKEncoder, _ body: (inout HPACKEncoder, OutputBuffer) -> Void) -> String {
        let output = OutputBuffer()
        body(&encoder, output)
        return hexadecimal(output.bytes)
    }

    @Test("A field that is remembered costs one octet the second time, whatever the case of its name")
    func repeated() throws {
        var encoder = HPACKEncoder()
        let first = encoder.block([("Server", "x"), ("X-Custom", "1"), ("x-CUSTOM", "2")])
        // The name of the third is taken from the second.
        #expect(hexadecimal(first) == "76 01 78 40 86 f2b12d424f4f 01 31 7e 01 32".filter { $0 != " " })
        #expect(encoder.block([("server", "x"), ("x-custom", "1"), ("X-Custom", "2")]) == [0xC0, 0xBF, 0xBE])
        var decoder = HPACKDecoder(maximumListSize: .max)
        #expect(try decoder.fields(first).lines == ["server: x", "x-custom: 1", "x-custom: 2"])
        #expect(try decoder.fields([0xC0, 0xBF, 0xBE]).lines == ["server: x", "x-custom: 1", "x-custom: 2"])
    }

    @Test("Values are compared with regard to case, and kept as they are")
    func values() throws {
        var encoder = HPACKEncoder()
        let block = encoder.block([("server", "a"), ("server", "A"), ("server", "a")])
        #expect(hexadecimal(block) == "760161760141bf")
    }

    @Test(
        "Secrets are sent as never to be indexed and leave nothing in the table",
        arguments: [
            ("authorization", "Basic QWxhZGRpbg=="), ("proxy-authorization", "x"), ("set-cookie", "id=1; Secure"),
            ("cookie", "id=short"), ("X-Api-Key", "abc"), ("x-auth-token", "abc"), ("x-csrf-token", "abc"),
            ("token", "abc"), ("api-key", "abc"), ("X-Amz-Security-Token", "abc"), ("client-secret", "abc"),
        ])
    func secrets(name: String, value: String) throws {
        var encoder = HPACKEncoder()
        let block = encoder.block([(name, value)])
        #expect(block[0] & 0xF0 == 0x10)
        #expect(encoder.tableSize == 0)
        #expect(encoder.block([(name, value)]) == block)
    }

    @Test(
        "What is another value each time is not indexed",
        arguments: [
            ":path", "age", "content-length", "content-location", "content-range", "etag", "if-match",
            "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "location",
            "range", "referer", "x-request-id", "x-correlation-id", "traceparent", "sec-websocket-key",
            "sec-websocket-accept", "last-event-id",
        ])
    func variables(name: String) throws {
        var encoder = HPACKEncoder()
        let block = encoder.block([(name, "0123456789")])
        #expect(block[0] & 0xF0 == 0)
        #expect(encoder.tableSize == 0)
    }

    @Test("A long cookie is remembered")
    func longCookie() {
        var encoder = HPACKEncoder()
        _ = encoder.block([("cookie", "12345678901234567890")])
        #expect(encoder.block([("cookie", "12345678901234567890")]) == [0xBE])
    }

    @Test("What would take more than half of the table is not remembered")
    func large() throws {
        var encoder = HPACKEncoder()
        _ = encoder.block([("server", "x")])
        let value = String(repeating: "\u{1}", count: 2048 - 32)
        #expect(encoder.block([("x", value)])[0] == 0)
        #expect(encoder.tableSize == 39)
        _ = encoder.block([("x", String(value.dropLast()))])
        #expect(encoder.tableSize == 39 + 2048)
    }

    @Test("Text is Huffman-coded where that is shorter")
    func huffman() {
        var encoder = HPACKEncoder()
        #expect(hexadecimal(encoder.block([(":path", "/aaaa")])) == "0484606318ff")
        #expect(hexadecimal(encoder.block([(":path", "/\u{1}")])) == "04022f01")
        #expect(hexadecimal(encoder.block([(":path", "&&")])) == "04022626")
    }

    @Test(
        "A status is one octet if the static table has it, and three digits if not",
        arguments: [
            (200, "88"), (204, "89"), (206, "8a"), (304, "8b"), (400, "8c"), (404, "8d"), (500, "8e"),
            (100, "4803313030"), (302, "48826402"), (999, "4803393939"),
        ])
    func status(code: Int, block: String) throws {
        var encoder = HPACKEncoder()
        let first = written(&encoder) { $0.appendStatus(code, to: $1) }
        var decoder = HPACKDecoder(maximumListSize: .max)
        #expect(try decoder.fields(fromHexadecimal(first)).lines == [":status: \(code)"])
        #expect(first.count == 2 ? first == block : first.hasPrefix("48"))
        #expect(written(&encoder) { $0.appendStatus(code, to: $1) } == (first.count == 2 ? first : "be"))
    }

    @Test("A content-length is its digits", arguments: [0, 9, 10, 99, 100, 12345, 999_999, Int.max])
    func contentLength(count: Int) throws {
        var encoder = HPACKEncoder()
        let block = written(&encoder) { $0.appendContentLength(count, to: $1) }
        var decoder = HPACKDecoder(maximumListSize: .max)
        #expect(try decoder.fields(fromHexadecimal(block)).lines == ["content-length: \(count)"])
        #expect(encoder.tableSize == 0)
    }

    @Test("A literal name is as good as one in octets")
    func literals() {
        var encoder = HPACKEncoder()
        let value = Array("Mon, 21 Oct 2013 20:13:21 GMT".utf8)
        let first = written(&encoder) { $0.append("date", value.span, to: $1) }
        #expect(first == "6196d07abe941054d444a8200595040b8166e082a62d1bff")
        #expect(written(&encoder) { $0.append("date", value.span, to: $1) } == "be")
        #expect(encoder.block([("Date", "Mon, 21 Oct 2013 20:13:21 GMT")]) == [0xBE])
    }

    @Test("The size of the peer's table is confirmed by the next block, the smallest first")
    func sizeUpdates() {
        var encoder = HPACKEncoder()
        encoder.setPeerTableSize(4096)
        encoder.setPeerTableSize(65_536)
        #expect(encoder.block([("server", "x")]) == [0x76, 1, 0x78])
        encoder.setPeerTableSize(100)
        #expect(hexadecimal(encoder.block([("server", "x")])) == "3f45be")
        encoder.setPeerTableSize(0)
        encoder.setPeerTableSize(50)
        #expect(
            hexadecimal(encoder.block([("server", "x")]))
                == "203f130f270178")
        encoder.setPeerTableSize(0)
        #expect(hexadecimal(encoder.block([(":method", "GET")])) == "2082")
        encoder.setPeerTableSize(5000)
        #expect(hexadecimal(encoder.block([(":method", "GET")])) == "3fe11f82")
        encoder.setPeerTableSize(100)
        encoder.setPeerTableSize(4096)
        #expect(hexadecimal(encoder.block([(":method", "GET")])) == "3f453fe11f82")
        #expect(hexadecimal(encoder.block([(":method", "GET")])) == "82")
    }

    @Test("A table of our own size is announced if it is smaller, and used if the peer allows it")
    func ownSize() {
        var small = HPACKEncoder(maximumTableSize: 0)
        #expect(hexadecimal(small.block([("server", "x")])) == "200f270178")
        #expect(hexadecimal(small.block([("server", "x")])) == "0f270178")
        var large = HPACKEncoder(maximumTableSize: 8192)
        #expect(large.block([(":method", "GET")]) == [0x82])
        large.setPeerTableSize(10_000)
        #expect(hexadecimal(large.block([(":method", "GET")])) == "3fe13f82")
    }
}
