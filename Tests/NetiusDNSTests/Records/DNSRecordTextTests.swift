import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("The text of DNS records", .timeLimit(.minutes(5)))
struct DNSRecordTextTests {
    @Test("Types have names, and numbers where they have none")
    func types() {
        for name in ["A", "AAAA", "MX", "TXT", "SRV", "CNAME", "NS", "SOA", "PTR", "CAA", "TLSA", "HTTPS", "SVCB"] {
            #expect(DNSRecordType(name)?.description == name && DNSRecordType(name.lowercased())?.description == name)
        }
        #expect(
            DNSRecordType("TYPE65280")?.rawValue == 65280 && DNSRecordType(rawValue: 65280).description == "TYPE65280")
        #expect(DNSRecordType("TYPE1") == .a && DNSRecordType("type15") == .mx)
        for text in ["", "B", "TYPE", "TYPE-1", "TYPE65536", "TYPE1 "] { #expect(DNSRecordType(text) == nil) }
    }

    @Test("Data is printed as zone files have it")
    func data() throws {
        let name = try #require(DNSName("a.test"))
        let expected: [(DNSRecordData, String)] = [
            (.mx(preference: 10, exchange: name), "10 a.test."), (.mx(preference: 0, exchange: .root), "0 ."),
            (.txt([Array("a \"b\"\\".utf8), [0, 0xE9]]), #""a \"b\"\\" "\000\233""#),
            (
                .soa(DNSStartOfAuthority(primary: name, responsible: name, serial: 7)),
                "a.test. a.test. 7 7200 3600 1209600 3600"
            ),
            (.srv(DNSService(priority: 1, weight: 2, port: 3, target: name)), "1 2 3 a.test."),
            (.caa(DNSCertificationAuthority(tag: "issue", value: Array("ca.test".utf8))), #"0 issue "ca.test""#),
            (.tlsa(DNSCertificateAssociation(usage: 3, selector: 1, matching: 1, data: [0xAB, 1])), "3 1 1 AB01"),
            (.other(DNSRecordType(rawValue: 999), [0xDE, 0xAD]), ##"\# 2 dead"##),
            (.other(DNSRecordType(rawValue: 999), []), ##"\# 0"##),
        ]
        for (data, text) in expected { #expect(data.description == text) }
        #expect(DNSRecord.mx("a.test", 10, "b.test").description == "a.test. 3600 IN MX 10 b.test.")
    }

    @Test("Parameters of services are printed by name where their values make sense, else as octets")
    func parameters() {
        let parameters: [(UInt16, [UInt8], String)] = [
            (0, [0, 1, 0, 4], "mandatory=alpn,ipv4hint"), (1, [2, 0x68, 0x32, 2, 0x68, 0x33], #"alpn="h2,h3""#),
            (2, [], "no-default-alpn"), (3, [0x20, 0xFB], "port=8443"), (4, [192, 0, 2, 1], "ipv4hint=192.0.2.1"),
            (5, [1, 2, 3], "ech=AQID"), (6, [UInt8](repeating: 0, count: 15) + [1], "ipv6hint=::1"),
            (7, Array("/q{?dns}".utf8), #"dohpath="/q{?dns}""#), (667, Array("hello".utf8), #"key667="hello""#),
            (3, [1], #"port="\001""#), (1, [9, 0x68], #"alpn="\009h""#), (4, [1, 2, 3], #"ipv4hint="\001\002\003""#),
        ]
        for (key, value, text) in parameters {
            #expect(DNSServiceBinding.Parameter(key: key, value: value).description == text)
        }
        let binding = DNSServiceBinding(priority: 1, target: .root, parameters: [.init(key: 3, value: [1, 187])])
        #expect(DNSRecordData.https(binding).description == "1 . port=443")
    }

    @Test("Text longer than a character string is cut into several")
    func longText() {
        guard case .txt(let strings) = DNSRecordData.txt(String(repeating: "a", count: 600)) else {
            Issue.record("it is no TXT")
            return
        }
        #expect(strings.map(\.count) == [255, 255, 90])
        #expect(DNSRecordData.txt("") == .txt([[]]))
    }
}
