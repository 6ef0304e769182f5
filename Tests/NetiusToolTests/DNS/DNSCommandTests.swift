import Foundation
import Netius
import NetiusDNS
import Testing

@testable import NetiusTool

@Suite("netius dns", .timeLimit(.minutes(5)))
struct DNSCommandTests {
    private func command(_ line: String, _ variables: [String: String] = [:]) throws -> DNSCommand {
        let words = line.split(separator: " ").map(String.init)
        let parsed = try CommandLineParser.parse(words, for: DNSCommand.description)
        return try DNSCommand(CommandValues(parsed: parsed, environment: Environment(variables)))
    }

    private func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    @Test("Name, type and server are told apart by what they are, wherever they stand")
    func words() throws {
        for line in [
            "example.test MX @192.0.2.1", "@192.0.2.1 example.test mx", "example.test @192.0.2.1 MX",
            "mx example.test @192.0.2.1", "MX @192.0.2.1 example.test",
            "--type MX --server 192.0.2.1 --name example.test", "-q example.test -t MX -s 192.0.2.1:53",
        ] {
            let command = try command(line)
            #expect(try command.name == name("example.test") && command.type == .mx)
            #expect(command.server == DNSServerName("192.0.2.1"))
        }
        let plain = try command("example.test")
        #expect(plain.type == .a && plain.server == nil && plain.configuration.servers.isEmpty)
        #expect(plain.style == .lines && plain.configuration.usesTCP == nil && plain.configuration.timeout == nil)
        #expect(try command("example.test --timeout 60").configuration.totalTimeout == .seconds(120))
        let short = try command("mx a")
        #expect(try short.name == name("mx") && short.type == .a && command("mx").name == name("mx"))
        let options = try command("example.test TYPE65 --tcp --short --timeout 2")
        #expect(options.type == .https && options.style == .short && options.configuration.usesTCP == true)
        #expect(options.configuration.timeout == .seconds(2))
    }

    @Test("An address stands for its name in the reverse domain, unless it is asked for another type")
    func reverse() throws {
        for line in ["192.0.2.1", "192.0.2.1 PTR", "-x 192.0.2.1", "--reverse ::ffff:192.0.2.1"] {
            let command = try command(line)
            #expect(try command.name == name("1.2.0.192.in-addr.arpa") && command.type == .ptr)
        }
        #expect(try command("2001:db8::1").name.description.hasSuffix(".8.b.d.0.1.0.0.2.ip6.arpa"))
        #expect(try command("192.0.2.1 A").name == name("192.0.2.1"))
        #expect(try command("PTR 192.0.2.1").name == name("1.2.0.192.in-addr.arpa"))
    }

    @Test("The environment says what the command line does not")
    func variables() throws {
        let variables = [
            "DNS_NAME": "env.test", "DNS_TYPE": "TXT", "DNS_NS": "ns.test:5353", "NAMESERVERS": "192.0.2.53",
        ]
        let silent = try command("", variables)
        #expect(try silent.name == name("env.test") && silent.type == .txt)
        #expect(silent.server == DNSServerName("ns.test:5353"))
        #expect(silent.configuration.servers == [SocketAddress("192.0.2.53:53")])
        let said = try command("example.test MX @::1", variables)
        #expect(try said.name == name("example.test") && said.type == .mx && said.server == DNSServerName("::1"))
    }

    @Test("Servers are addresses or names, with or without a port")
    func servers() {
        for (text, host, port) in [
            ("192.0.2.1", "192.0.2.1", 53), ("192.0.2.1:5353", "192.0.2.1", 5353), ("::1", "::1", 53),
            ("[::1]:54", "::1", 54), ("ns.test", "ns.test", 53), ("ns.test:5353", "ns.test", 5353),
        ] as [(String, String, UInt16)] {
            #expect(DNSServerName(text)?.host == host && DNSServerName(text)?.port == port)
        }
        for text in ["", ":53", "ns.test:", "ns.test:0", "ns.test:65536", "a b", "[::1]", "a:b:c", "unix:/x"] {
            #expect(DNSServerName(text) == nil)
        }
    }

    @Test(
        "What cannot be understood is one clear line",
        arguments: [
            ("", "NAME is missing"), ("@192.0.2.1", "NAME is missing"),
            (
                "a..b",
                #"invalid value "a..b" for NAME: expected a domain name: labels of 1 to 63 characters, in ASCII (others as "#
                    + "xn--...)"
            ),
            ("a.test --timeout 0ms", #"invalid value "0" for --timeout: expected more than 0 seconds"#),
            ("a.test B", #"invalid value "B" for TYPE: expected a type of record, such as MX or TYPE65"#),
            ("a.test A MX", #"unexpected argument "MX""#),
            ("a.test @192.0.2.1 @192.0.2.2", #"unexpected argument "@192.0.2.2""#),
            ("a.test --name b.test", "NAME and --name exclude each other"),
            ("a.test MX -t A", "TYPE and --type exclude each other"),
            ("a.test @::1 -s ::1", "@SERVER and --server exclude each other"),
            ("a.test --short --json", "--short and --json exclude each other"),
            ("-x a.test", #""a.test" is not an IPv4 or IPv6 address"#),
            ("-x 192.0.2.1 A", "--reverse and TYPE exclude each other"),
        ])
    func wrong(_ line: String, _ message: String) throws {
        let error = #expect(throws: UsageError.self) { try command(line) }
        #expect(error?.description == message)
        let variable = #expect(throws: UsageError.self) { try command("a.test", ["NAMESERVERS": "x"]) }
        #expect(variable?.description.hasPrefix(#"invalid value "x" for NAMESERVERS"#) == true)
    }

    /// A server that knows one name, with an alias, and no other.
    private func withServer(_ body: (SocketAddress) async throws -> Void) async throws {
        let socket = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
        let (web, host) = (try name("www.example.test"), try name("example.test"))
        let lost = try name("lost.example.test")
        let serving = Task {
            for try await packet in socket {
                let query = try DNSMessage(decoding: packet.bytes)
                var answer = DNSMessage(answering: query)
                if let question = query.questions.first, question.name == web {
                    answer.answers = [DNSRecord(name: web, timeToLive: 60, data: .cname(host))]
                    if question.type == .mx {
                        answer.answers.append(
                            DNSRecord(name: host, timeToLive: 3600, data: .mx(preference: 10, exchange: web)))
                    }
                } else {
                    answer.responseCode = .noSuchName
                    if let question = query.questions.first, question.name == lost {
                        answer.answers = [DNSRecord(name: lost, timeToLive: 60, data: .cname(host))]
                    }
                }
                try await socket.send(answer.encoded(), to: packet.sender)
            }
        }
        try await body(socket.address)
        await socket.close()
        try await serving.value
    }

    @Test("The program prints records as a zone file has them, their data alone, or one object")
    func program() async throws {
        try await withServer { (address) async throws in
            let lines = try await RunningTool(["dns", "www.example.test", "MX", "@\(address)"]).end()
            let expected = """
                www.example.test.  60    IN  CNAME  example.test.
                example.test.      3600  IN  MX     10 www.example.test.
                ; from \(address) in
                """
            #expect(lines.output.hasPrefix(expected) && lines.errors.isEmpty && lines.status == 0)
            let short = try await RunningTool(
                ["dns", "--short"], ["DNS_NAME": "www.example.test", "DNS_TYPE": "mx", "NAMESERVERS": "\(address)"]
            ).end()
            #expect(short.output == "example.test.\n10 www.example.test.\n" && short.status == 0)

            let json = try await RunningTool(["dns", "www.example.test", "MX", "@\(address)", "--json"]).end()
            let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(object["status"] as? String == "NOERROR" && object["server"] as? String == "\(address)")
            let records = try #require(object["records"] as? [[String: Any]])
            #expect(records.count == 1 && records[0]["ttl"] as? Int == 3600)
            #expect(records[0]["data"] as? String == "10 www.example.test." && records[0]["type"] as? String == "MX")
        }
    }

    @Test("It ends with 1 where there is no such name, or no server answers, and with 2 for nonsense")
    func failures() async throws {
        try await withServer { (address) async throws in
            let missing = try await RunningTool(["dns", "gone.test", "@\(address)"]).end()
            #expect(missing.status == 1 && missing.output.isEmpty)
            #expect(missing.errors == "netius: there is no name \"gone.test\"\n")
            let lost = try await RunningTool(["dns", "lost.example.test", "@\(address)"]).end()
            #expect(lost.status == 1 && lost.output.isEmpty)
            #expect(
                lost.errors == "netius: there is no name \"example.test\", which \"lost.example.test\" is an alias of\n"
            )
            let json = try await RunningTool(["dns", "gone.test", "@\(address)", "--json"]).end()
            #expect(json.status == 1 && json.output.contains(#""status": "NXDOMAIN""#) && json.errors.isEmpty)
            let refused = try await RunningTool(["dns", "www.example.test", "--tcp", "@\(address)"]).end()
            #expect(refused.status == 1 && refused.errors.hasPrefix("netius: no answer for \"www.example.test\""))
            let usage = try await RunningTool(["dns", "a..b"]).end()
            #expect(usage.status == 2)
        }
        let silent = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
        let late = try await RunningTool(["dns", "a.test", "@\(silent.address)", "--timeout", "50ms"]).end()
        #expect(late.status == 1 && late.output.isEmpty)
        #expect(late.errors == "netius: no answer for \"a.test\": \(silent.address) did not answer in time\n")
        await silent.close()
        let local = try await RunningTool(["dns", "localhost"]).end()
        #expect(local.output == "localhost.  0  IN  A  127.0.0.1\n; a name that no server is asked for\n")
    }
}
