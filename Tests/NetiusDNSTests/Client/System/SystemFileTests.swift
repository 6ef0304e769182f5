import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("The system's files for name resolution", .timeLimit(.minutes(5)))
struct SystemFileTests {
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test("Servers, search domains and options are read from resolv.conf")
    func resolver() throws {
        let file = ResolverFile(
            """
            # comment
            ; comment
            nameserver 192.0.2.53
            nameserver\t2001:db8::53   trailing words
            domain ignored.test
            search one.test  two.test
            options ndots:2 timeout:3 attempts:4 rotate use-vc edns0 trust-ad
            sortlist 192.0.2.0/24
            """)
        let expected = try [SocketAddress.ip(address("192.0.2.53"), port: 53), .ip(address("2001:db8::53"), port: 53)]
        #expect(file.servers == expected)
        #expect(file.searchDomains == ["one.test", "two.test"])
        #expect(file.minimumDots == 2 && file.timeout == .seconds(3) && file.attempts == 4)
        #expect(file.rotatesServers && file.usesTCP)
        let many = ResolverFile((1...9).map { "nameserver 192.0.2.\($0)\n" }.joined())
        #expect(many.servers.map(\.description) == ["192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"])
        #expect(ResolverFile("search a.test\ndomain b.test\n").searchDomains == ["b.test"])
    }

    @Test("What makes no sense is passed over, and numbers keep to their bounds")
    func nonsense() throws {
        let file = ResolverFile(
            "nameserver\nnameserver x\nnameserver 1.2.3\noptions ndots timeout:x attempts:-1\n\u{0}\n \nsearch\n")
        #expect(file == ResolverFile(""))
        let bounds = ResolverFile("options ndots:99 timeout:0 attempts:9999 timeout:99999\r\nnameserver 192.0.2.1\r\n")
        #expect(bounds.minimumDots == 15 && bounds.timeout == .seconds(1) && bounds.attempts == 5)
        #expect(bounds.servers.count == 1)
    }

    @Test("Names and their addresses are read from the file of hosts")
    func hosts() throws {
        let file = HostsFile(
            """
            127.0.0.1 localhost # comment
            192.0.2.1\tHost.Test alias. alias
            2001:db8::1 host.test
            #192.0.2.2 host.test
            nonsense host.test
            192.0.2.3
            192.0.2.4 a..b good
            """)
        #expect(
            try file.addresses == [
                "localhost": [address("127.0.0.1")], "host.test": [address("192.0.2.1"), address("2001:db8::1")],
                "alias": [address("192.0.2.1")], "good": [address("192.0.2.4")],
            ])
    }

    @Test("What the configuration says counts before the files, and without either there are the defaults")
    func precedence() throws {
        let file = ResolverFile("nameserver 192.0.2.1\nsearch file.test\noptions timeout:9 rotate")
        var configuration = DNSClient.Configuration(servers: [])
        let plain = DNSSettings(configuration, ResolverFile(""), HostsFile(""))
        #expect(plain.servers == [.ip(.v4(.loopback), port: 53)] && plain.timeout == .seconds(5))
        #expect(plain.attempts == 2 && plain.minimumDots == 1 && !plain.rotatesServers && !plain.usesTCP)
        let fromFile = DNSSettings(configuration, file, HostsFile(""))
        #expect(fromFile.servers == file.servers && fromFile.timeout == .seconds(9) && fromFile.rotatesServers)
        configuration.servers = [.ip(try address("192.0.2.2"), port: 5353)]
        configuration.timeout = .seconds(1)
        configuration.searchDomains = []
        configuration.rotatesServers = false
        let given = DNSSettings(configuration, file, HostsFile(""))
        #expect(given.servers == configuration.servers && given.timeout == .seconds(1))
        #expect(given.searchDomains.isEmpty && !given.rotatesServers)
    }

    @Test("Files that change are read again, and what other servers said is forgotten")
    func changes() async throws {
        let first = try await DNSTestServer.start([.a("host.test", "192.0.2.1")])
        let second = try await DNSTestServer.start([.a("host.test", "192.0.2.2")])
        try await withTemporaryDirectory { directory in
            let path = directory + "/resolv.conf"
            func write(_ server: DNSTestServer) throws {
                try "nameserver \(server.address)\n".write(toFile: path, atomically: true, encoding: .utf8)
            }
            var configuration = DNSClient.Configuration(servers: [])
            configuration.resolverFile = path
            configuration.hostsFile = directory + "/hosts"
            try write(first)
            let client = DNSClient(configuration)
            #expect(try await client.records(of: "host.test", type: .a) == [.a("host.test", "192.0.2.1")])
            try write(second)
            try await eventually("the other server is asked") {
                try await client.records(of: "host.test", type: .a) == [.a("host.test", "192.0.2.2")]
            }
            try "192.0.2.9 host.test".write(toFile: directory + "/hosts", atomically: true, encoding: .utf8)
            try await eventually("the file of hosts counts") {
                try await client.addresses(of: "host.test") == [address("192.0.2.9")]
            }
            try FileManager.default.removeItem(atPath: directory + "/hosts")
            try await eventually("it counts no longer") {
                try await client.addresses(of: "host.test") == [address("192.0.2.2")]
            }
        }
        await first.stop()
        await second.stop()
    }

    @Test("Nobody waits for files that are read again, but who comes when nobody has for long")
    func waiting() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = DNSClient.Configuration(servers: [])
            configuration.hostsFile = directory + "/hosts"
            func write(_ host: String) throws {
                try "192.0.2.1 \(host)".write(toFile: directory + "/hosts", atomically: true, encoding: .utf8)
            }
            let pool = BlockingPool(maximumThreads: 1)
            let settings = DNSSystemSettings(configuration, pool: pool)
            let start = MonotonicTime.now
            func hosts(after duration: Duration) async throws -> [String] {
                Array(try await settings.current(at: start + duration).settings.hosts.keys)
            }
            try write("one.test")
            #expect(try await hosts(after: .zero) == ["one.test"])
            try write("two.test")
            #expect(try await hosts(after: .milliseconds(999)) == ["one.test"])

            let (begun, end) = (Gate(), Gate())
            let working = Task {
                try await pool.run {
                    begun.open()
                    end.waitBlocking(1)
                }
            }
            await begun.wait()
            #expect(try await hosts(after: .seconds(9)) == ["one.test"])
            end.open()
            try await working.value
            try await eventually("what has been read counts") { try await hosts(after: .seconds(9)) == ["two.test"] }
            try write("three.test")
            #expect(try await hosts(after: .seconds(19)) == ["three.test"])
        }
    }

    @Test("A file that cannot be read now holds as it was, and one that is gone says nothing")
    func unreadable() async throws {
        try await withTemporaryDirectory { directory in
            let (resolver, hosts) = (directory + "/resolv.conf", directory + "/hosts")
            var configuration = DNSClient.Configuration(servers: [])
            (configuration.resolverFile, configuration.hostsFile) = (resolver, hosts)
            let settings = DNSSystemSettings(configuration, pool: BlockingPool(maximumThreads: 1))
            let start = MonotonicTime.now
            try "nameserver 192.0.2.53".write(toFile: resolver, atomically: true, encoding: .utf8)
            try "192.0.2.1 one.test".write(toFile: hosts, atomically: true, encoding: .utf8)
            let first = try await settings.current(at: start)
            #expect(try first.settings.servers == [.ip(address("192.0.2.53"), port: 53)])

            // There is a link to itself, which can be opened as little as anything where descriptors have run out.
            try FileManager.default.removeItem(atPath: resolver)
            try FileManager.default.createSymbolicLink(atPath: resolver, withDestinationPath: resolver)
            try "192.0.2.1 another.test".write(toFile: hosts, atomically: true, encoding: .utf8)
            let second = try await settings.current(at: start + .seconds(20))
            #expect(second.settings.servers == first.settings.servers && second.generation == first.generation)
            // The other file counts all the same.
            #expect(Array(second.settings.hosts.keys) == ["another.test"])

            try FileManager.default.removeItem(atPath: resolver)
            let third = try await settings.current(at: start + .seconds(40))
            #expect(third.settings.servers == [.ip(.v4(.loopback), port: 53)])
            #expect(third.generation == first.generation + 1)
        }
    }

    @Test("What servers say that are asked no longer is no answer for whoever asks later, and is not remembered")
    func changesMeanwhile() async throws {
        let gate = Gate()
        let first = try await DNSTestServer.start { query, _ in
            await gate.wait()
            return .message(DNSTestServer.answer(to: query, from: [.a("host.test", "192.0.2.1")]))
        }
        let second = try await DNSTestServer.start([.a("host.test", "192.0.2.2")])
        try await withTemporaryDirectory { directory in
            let path = directory + "/resolv.conf"
            func write(_ server: DNSTestServer) throws {
                try "nameserver \(server.address)\noptions timeout:30\n"
                    .write(toFile: path, atomically: true, encoding: .utf8)
            }
            var configuration = DNSClient.Configuration(servers: [])
            configuration.resolverFile = path
            configuration.totalTimeout = .seconds(120)
            try write(first)
            let client = DNSClient(configuration)
            let early = Task { try await client.records(of: "host.test", type: .a) }
            try await eventually("the first server is asked") { !first.asked.isEmpty }
            try write(second)
            try await eventually("the second server is asked for another name") {
                let asking = Task { try? await client.records(of: "\(UInt64.random(in: 0 ... .max)).test", type: .a) }
                try await Task.sleep(for: .milliseconds(20))
                asking.cancel()
                _ = await asking.value
                return !second.asked.isEmpty
            }
            #expect(try await client.records(of: "host.test", type: .a) == [.a("host.test", "192.0.2.2")])
            gate.open()
            #expect(try await early.value == [.a("host.test", "192.0.2.1")])
            #expect(try await client.records(of: "host.test", type: .a) == [.a("host.test", "192.0.2.2")])
        }
        await first.stop()
        await second.stop()
    }

    @Test("Name servers are taken from the environment, strictly")
    func environment() throws {
        func servers(_ variables: [String: String]) throws -> [String] {
            try DNSClient.Configuration.system(environment: Environment(variables)).servers.map(\.description)
        }
        #expect(try servers([:]) == [])
        #expect(
            try servers(["NAMESERVERS": "192.0.2.1; 192.0.2.2:5353,2001:db8::1;[::1]:54"]) == [
                "192.0.2.1:53", "192.0.2.2:5353", "[2001:db8::1]:53", "[::1]:54",
            ])
        #expect(
            try servers(["NAMESERVERS_IP4": "192.0.2.1", "NAMESERVERS_IP6": "::1"]) == ["192.0.2.1:53", "[::1]:53"])
        for (name, value) in [
            ("NAMESERVERS", "x"), ("NAMESERVERS", "192.0.2.1:70000"), ("NAMESERVERS", "unix:/x"),
            ("NAMESERVERS_IP4", "::1"), ("NAMESERVERS_IP6", "127.0.0.1"), ("NAMESERVERS", ";"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try servers([name: value]) }
            #expect(error?.name == name)
        }
    }
}
