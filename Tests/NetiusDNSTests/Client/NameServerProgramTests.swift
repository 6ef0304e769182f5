import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("Name servers of others", .timeLimit(.minutes(5)))
struct NameServerProgramTests {
    private func client(_ address: SocketAddress) -> DNSClient {
        var configuration = DNSClient.Configuration(servers: [address])
        configuration.timeout = .seconds(20)
        return DNSClient(configuration)
    }

    @Test("Records of common types, aliases, and what is not there", arguments: NameServerProgram.allCases)
    func common(_ program: NameServerProgram) async throws {
        try await program.run { (address) async throws in
            let client = client(address)
            #expect(
                try await client.mailExchangers(of: "example.test") == [
                    DNSMailExchanger(preference: 10, host: "mail.example.test"),
                    DNSMailExchanger(preference: 20, host: "backup.example.test"),
                ])
            let expected: Set<IPAddress> = try [
                .v4(#require(IPv4Address("192.0.2.1"))), .v6(#require(IPv6Address("2001:db8::1"))),
            ]
            #expect(try await Set(client.addresses(of: "mail.example.test")) == expected)
            #expect(try await Set(client.addresses(of: "WWW.Example.Test")) == expected)
            #expect(try await client.texts(of: "example.test").contains(Array("v=spf1 -all".utf8)))
            let service = try await client.records(of: "_sip._tcp.example.test", type: .srv).first
            guard case .srv(let found) = service?.data else {
                Issue.record("there is no service")
                return
            }
            #expect(found.port == 5060 && found.target == DNSName("mail.example.test"))
            let authority = try await client.records(of: "example.test", type: .caa).first
            guard case .caa(let property) = authority?.data else {
                Issue.record("there is no authority")
                return
            }
            #expect(property.tag == "issue" && property.value == Array("ca.example.test".utf8))
            #expect(try await client.records(of: "mail.example.test", type: .mx) == [])
            await #expect(throws: DNSError.noSuchName("gone.example.test")) {
                try await client.records(of: "gone.example.test", type: .a)
            }
        }
    }

    @Test("All types, long answers over TCP, wildcards", arguments: [NameServerProgram.knotd, .nsd])
    func all(_ program: NameServerProgram) async throws {
        try await program.run { (address) async throws in
            let client = client(address)
            func data(_ name: String, _ type: DNSRecordType) async throws -> [String] {
                try await client.records(of: "\(name)example.test", type: type).map { "\($0.data)" }.sorted()
            }
            #expect(
                try await data("", .soa) == ["ns.example.test. hostmaster.example.test. 1 7200 3600 1209600 60"])
            #expect(try await data("", .ns) == ["ns.example.test."])
            #expect(try await data("", .txt) == [#""two " "parts""#, #""v=spf1 -all""#])
            #expect(try await data("", .caa) == [#"128 issue "ca.example.test""#])
            #expect(try await data("www.", .cname) == ["web.example.test."])
            #expect(try await data("www.", .a) == ["192.0.2.1"])
            #expect(try await data("null.", .mx) == ["0 ."])
            #expect(try await data("_sip._tcp.", .srv) == ["2 1 5060 mail.example.test."])
            let digest = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
            #expect(try await data("_443._tcp.", .tlsa) == ["3 1 1 \(digest)"])
            #expect(try await data("svc.", .https) == [#"1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1"#])
            #expect(try await data("odd.", DNSRecordType(rawValue: 65280)) == [##"\# 3 010203"##])
            #expect(try await data("any.wild.", .a) == ["192.0.2.77"])
            // 40 texts do not fit into a packet.
            #expect(try await client.texts(of: "big.example.test").count == 40)
            // It is not the server's to answer for others.
            let error = await #expect(throws: DNSError.self) {
                try await client.records(of: "elsewhere.test", type: .a)
            }
            #expect(error?.description.hasSuffix("answered REFUSED") == true)
        }
    }

    @Test("The reverse domain, and TCP alone")
    func dnsmasq() async throws {
        try await NameServerProgram.dnsmasq.run { (address) async throws in
            #expect(
                try await client(address).names(of: .v4(#require(IPv4Address("192.0.2.1")))) == ["mail.example.test"])
            var configuration = DNSClient.Configuration(servers: [address])
            configuration.usesTCP = true
            let found = try await DNSClient(configuration).mailExchangers(of: "example.test")
            #expect(found.map(\.preference) == [10, 20])
        }
    }
}
