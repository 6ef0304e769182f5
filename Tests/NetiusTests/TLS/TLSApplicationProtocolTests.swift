import TestSupport
import Testing

@testable import Netius

@Suite("Application protocols")
struct TLSApplicationProtocolTests {
    private func choose(_ own: [String], from bytes: [UInt8]) throws -> String? {
        try TLSApplicationProtocols(own).choose(from: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test("The server's preference counts")
    func preference() throws {
        let offered = try TLSApplicationProtocols(["http/1.1", "h2", "acme-tls/1"]).encoded
        #expect(try choose(["h2", "http/1.1"], from: offered) == "h2")
        #expect(try choose(["http/1.1", "h2"], from: offered) == "http/1.1")
        #expect(try choose(["spdy", "acme-tls/1"], from: offered) == "acme-tls/1")
        #expect(try choose(["spdy"], from: offered) == nil)
        #expect(try choose([], from: offered) == nil)
        #expect(try choose(["h"], from: offered) == nil)
    }

    @Test("Names have 1 to 255 octets, and all of them fit into a message")
    func names() throws {
        #expect(try TLSApplicationProtocols([]).encoded == [])
        #expect(try TLSApplicationProtocols(["h2"]).encoded == [2, 0x68, 0x32])
        #expect(throws: TLSConfigurationError.self) { try TLSApplicationProtocols([""]) }
        let longest = String(repeating: "a", count: 255)
        #expect(try TLSApplicationProtocols([longest]).encoded.count == 256)
        #expect(throws: TLSConfigurationError.self) { try TLSApplicationProtocols([longest + "a"]) }
        #expect(throws: TLSConfigurationError.self) {
            try TLSApplicationProtocols([String](repeating: longest, count: 256))
        }
    }

    @Test("A list that is cut or garbage is read within its bounds")
    func garbage() throws {
        let whole = try TLSApplicationProtocols(["http/1.1", "h2"]).encoded
        for count in whole.indices { #expect(try choose(["h2"], from: Array(whole[..<count])) == nil) }
        var random = SeededRandom(seed: 7301)
        for _ in 0..<5_000 {
            let bytes = random.bytes(Int.random(in: 0..<32, using: &random)).map { $0 % 6 }
            let chosen = try choose(["\u{1}\u{2}", "\u{3}"], from: bytes)
            #expect(chosen == nil || chosen == "\u{1}\u{2}" || chosen == "\u{3}")
        }
    }
}
