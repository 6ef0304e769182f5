import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Authorities")
struct HTTPAuthorityTests {
    private func isValid(_ text: String, count: Int? = nil, portIsRequired: Bool = false) -> Bool {
        let input = octets(text)
        return HTTPAuthority.isValid(input.span, 0..<(count ?? input.count), portIsRequired: portIsRequired)
    }

    @Test(
        "Hosts with and without a port are accepted",
        arguments: [
            "a", "example.com", "example.com:80", "example.com:", "127.0.0.1:65535", "a_b", "xn--bcher-kva.example",
            "a%2Fb",
            "a:00080", "1.2.3.4.5", "-", "a,b;c=(d)!", "[::]", "[::1]", "[1::]", "[::1]:80",
            "[2001:db8::8a2e:370:7334]",
            "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[::ffff:192.0.2.1]",
            "[1:2:3:4:5:6:1.2.3.4]",
            "[ABCD:ef01::]", "[v1.a:b]", "[V1F.~]",
        ])
    func accepted(text: String) {
        #expect(isValid(text))
    }

    @Test(
        "Only a port satisfies where one is required",
        arguments: [("a:80", true), ("a:", false), ("a", false), ("[::1]", false), ("[::1]:1", true)])
    func port(text: String, isValid: Bool) {
        #expect(self.isValid(text, portIsRequired: true) == isValid)
    }

    @Test("Only the octets of the range count")
    func range() {
        #expect(!isValid("[::1]", count: 4))
        #expect(!isValid("a%20", count: 3))
        #expect(!isValid("a", count: 0))
        #expect(isValid("a b", count: 1))
    }
}
