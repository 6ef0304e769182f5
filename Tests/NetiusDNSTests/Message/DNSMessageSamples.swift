import Netius
import TestSupport

@testable import NetiusDNS

/// Messages with every kind of record.
enum DNSMessageSamples {
    static func name(_ text: String) -> DNSName { DNSName(text) ?? .root }

    static let everyKind: [DNSRecordData] = [
        .a(.loopback), .aaaa(.loopback), .cname(name("alias.example.com")), .ns(name("ns.example.com")),
        .ptr(name("host.example.com")), .mx(preference: 10, exchange: name("mail.example.com")),
        .txt([Array("v=spf1 -all".utf8), []]),
        .soa(DNSStartOfAuthority(primary: name("ns.example.com"), responsible: name("root.example.com"), serial: 1)),
        .srv(DNSService(priority: 1, weight: 2, port: 5060, target: name("sip.example.com"))),
        .caa(DNSCertificationAuthority(flags: 128, tag: "issue", value: Array("ca.example.com".utf8))),
        .tlsa(DNSCertificateAssociation(usage: 3, selector: 1, matching: 1, data: [1, 2, 3, 4])),
        .https(
            DNSServiceBinding(
                priority: 1, target: .root,
                parameters: [.init(key: 1, value: [2, 0x68, 0x32]), .init(key: 4, value: [192, 0, 2, 1])])),
        .svcb(DNSServiceBinding(priority: 0, target: name("pool.example.com"))),
        .other(DNSRecordType(rawValue: 65280), [1, 2, 3]),
    ]

    static var small: DNSMessage {
        var message = DNSMessage(id: 1, question: DNSQuestion(name: name("www.test"), type: .a))
        message.isResponse = true
        message.answers = [.cname("www.test", "host.test"), .a("host.test", "192.0.2.1")]
        message.edns = DNSExtension(payloadSize: 1232)
        return message
    }

    static var full: DNSMessage {
        var message = DNSMessage(id: 0xBEEF, question: DNSQuestion(name: name("example.com"), type: .any))
        message.isResponse = true
        message.isAuthoritative = true
        message.isRecursionAvailable = true
        message.isAuthentic = true
        message.answers = everyKind.map { DNSRecord(name: name("example.com"), timeToLive: 300, data: $0) }
        message.authorities = [DNSRecord(name: name("example.com"), data: .ns(name("ns.example.com")))]
        message.additionals = [DNSRecord(name: name("ns.example.com"), data: .a(.loopback))]
        message.edns = DNSExtension(payloadSize: 1232, isSecurityWanted: true, options: [0, 10, 0, 1, 7])
        message.responseCode = .badVersion
        return message
    }
}
