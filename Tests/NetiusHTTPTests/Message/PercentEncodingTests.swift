import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test("Text is encoded octet by octet of its UTF-8, and comes back")
    func roundTrip() {
        #expect(PercentEncoding.encode("a-b.c_d~1") == "a-b.c_d~1")
        #expect(PercentEncoding.encode("a b/c") == "a%20b%2Fc")
        #expect(PercentEncoding.encode("ü\u{0}%") == "%C3%BC%00%25")
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...20, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator))
            }
            let text = String(String.UnicodeScalarView(scalars))
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)).map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test("A malformed escape is refused", arguments: ["%", "%4", "a%", "%G0", "%0G", "%%41", "%4%31", "% 41"])
    func malformed(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test("What is not UTF-8 is no text", arguments: ["%FF", "%C3", "a%C0%AF", "%ED%A0%80"])
    func notText(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
        let input = octets(text)
        #expect(PercentEncoding.decode(input.span, 0..<input.count) != nil)
    }

    @Test("Digits may be of either case, and are decoded once")
    func decoding() {
        #expect(PercentEncoding.decode("%c3%BC%2541") == "ü%41")
        #expect(PercentEncoding.decode("a+b") == "a+b")
        #expect(PercentEncoding.decode("") == "")
    }

    @Test("Only the octets of the range are read")
    func ranges() {
        let input = octets("%41%4142")
        #expect(PercentEncoding.decode(input.span, 3..<6) == octets("A"))
        #expect(PercentEncoding.decode(input.span, 3..<5) == nil)
        #expect(PercentEncoding.decodeForm(input.span, 3..<5) == octets("%4"))
    }

    @Test(
        "Forms are decoded leniently",
        arguments: [("a+b%20c", "a b c"), ("%", "%"), ("%4", "%4"), ("%zz%41", "%zzA"), ("%%41", "%A"), ("%2B", "+")])
    func forms(encoded: String, decoded: String) {
        let input = octets(encoded)
        #expect(PercentEncoding.decodeForm(input.span, 0..<input.count) == octets(decoded))
    }

    @Test("The sets are those of their grammars")
    func sets() {
        let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        for (set, others) in [
            (OctetSet.unreserved, "-._~"), (.formUnescaped, "*-._"), (.boundary, "'()+_,-./:=? "),
            (.cookie, "!#$%&'()*+-./:<=>?@[]^_`{|}~"),
        ] {
            let members = Set((alphanumeric + others).utf8)
            for octet in UInt8.min...UInt8.max { #expect(set.contains(octet) == members.contains(octet)) }
        }
    }
}
