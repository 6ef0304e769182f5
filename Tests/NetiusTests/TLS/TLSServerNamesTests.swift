import TestSupport
import Testing

@testable import Netius

@Suite("Server names")
struct TLSServerNamesTests {
    private func names(_ names: String...) throws -> TLSServerNames<String> {
        try TLSServerNames(Dictionary(uniqueKeysWithValues: names.map { ($0, $0) }))
    }

    @Test(
        "An exact name is found, whatever its case and with a dot at its end",
        arguments: [
            "www.example.com", "WWW.Example.COM", "www.example.com.", "wWw.EXAMPLE.com.",
        ])
    func exact(name: String) throws {
        #expect(try names("www.example.com", "example.com")[name] == "www.example.com")
        #expect(try names("WWW.EXAMPLE.com.")[name] == "WWW.EXAMPLE.com.")
    }

    @Test("A wildcard stands for exactly one label")
    func wildcard() throws {
        let names = try names("*.example.com")
        #expect(names["www.example.com"] == "*.example.com")
        #expect(names["WWW.example.com."] == "*.example.com")
        #expect(names["xn--bcher-kva.example.com"] == "*.example.com")
        for name in [
            "example.com", "a.b.example.com", ".example.com", "wwwexample.com", "www.example.org", "", ".", "..", "com",
            "www.example.com..", "*", "example.com.www",
        ] {
            #expect(names[name] == nil, "\(name)")
        }
    }

    @Test("An exact name wins over a wildcard, and a wildcard is no name for its own parent's wildcard")
    func precedence() throws {
        let names = try names("*.example.com", "www.example.com", "*.www.example.com", "*.internal")
        #expect(names["www.example.com"] == "www.example.com")
        #expect(names["api.example.com"] == "*.example.com")
        #expect(names["a.www.example.com"] == "*.www.example.com")
        #expect(names["machine.internal"] == "*.internal")
        #expect(names["a.b.internal"] == nil)
    }

    @Test(
        "A name that no client can ask for is refused, with a reason",
        arguments: [
            "", ".", "*", "*.", "a.*.example.com", "w*.example.com", "*w.example.com", "**.example.com",
            "*.*.example.com",
            "www..example.com", ".example.com", "www.exa mple.com", "www.exämple.com", "www.example.com\0",
            "127.0.0.1", "::1", "www/example.com", "www.example.com:443", "*.example.com..",
        ])
    func refused(name: String) throws {
        #expect(throws: TLSConfigurationError.self) { try names(name) }
    }

    @Test("Labels and names have their greatest lengths")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label).\(label).\(label.dropLast(2))"
        #expect(longest.utf8.count == 253)
        #expect(try names(longest)[longest] == longest)
        #expect(throws: TLSConfigurationError.self) { try names(longest + "a") }
        #expect(throws: TLSConfigurationError.self) { try names(label + "a.com") }
    }

    @Test("Two names that are one are refused")
    func duplicates() throws {
        #expect(throws: TLSConfigurationError("server name \"example.com.\": given twice")) {
            try names("EXAMPLE.com", "example.com.")
        }
        #expect(throws: TLSConfigurationError.self) { try names("*.example.com", "*.EXAMPLE.com") }
    }

    @Test("Letters beyond ASCII are not folded into it")
    func kelvin() throws {
        // KELVIN SIGN, whose lower case is "k".
        #expect(try names("k.example.com")["\u{212A}.example.com"] == nil)
    }

    @Test("Whatever a client asks for is looked up without a trap")
    func garbage() throws {
        let names = try names("*.example.com", "example.com")
        var random = SeededRandom(seed: 6066)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<40, using: &random)
            var bytes = random.bytes(count)
            for index in bytes.indices where bytes[index] % 3 == 0 { bytes[index] = UInt8(ascii: ".") }
            _ = names[String(decoding: bytes, as: UTF8.self)]
        }
    }
}
