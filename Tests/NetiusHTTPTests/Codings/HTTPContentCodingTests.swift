import Testing

@testable import NetiusHTTP

@Suite("Content codings: names")
struct HTTPContentCodingTests {
    @Test("Names are read without regard to case, and x-gzip is gzip")
    func names() {
        for name in ["gzip", "GZip", "x-gzip", "X-GZIP"] { #expect(HTTPContentCoding(name: name) == .gzip) }
        #expect(HTTPContentCoding(name: "Deflate") == .deflate)
        for name in ["", "br", "identity", "gzip ", "x-deflate", "zlib"] {
            #expect(HTTPContentCoding(name: name) == nil)
        }
        #expect(HTTPContentCoding.allCases.map(\.description) == ["gzip", "deflate"])
    }
}
