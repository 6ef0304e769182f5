import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Whose mail a relay takes") struct RelayPolicyTests {
    @Test("domains are compared by the letters of ASCII alone, as addresses are read")
    func letters() throws {
        var policy = RelayPolicy()
        policy.allowedSenders["frank"] = ["@Example.COM"]
        #expect(policy.allows(try mail("a@EXAMPLE.com"), user: "frank"))
        // A Kelvin sign is no K, as it would be by the rules of Unicode.
        policy.allowedSenders["frank"] = ["@\u{212A}.example"]
        #expect(!policy.allows(try mail("a@k.example"), user: "frank"))
        #expect(policy.allows(try mail("a@\u{212A}.example"), user: "frank"))
        #expect("\u{212A}\u{C4}Kk.Example".lowercasedASCII == "\u{212A}\u{C4}kk.example")
    }

    @Test("a policy of TLS names hosts so too")
    func hosts() {
        let policy = SMTPTLSPolicy(.required, mailExchangers: ["MX.k.example", "*.\u{212A}.example"])
        #expect(policy.allows("mx.K.example"))
        #expect(!policy.allows("other.k.example"))
    }
}
