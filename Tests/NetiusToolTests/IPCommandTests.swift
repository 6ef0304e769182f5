import Foundation
import Netius
import Testing

@testable import NetiusTool

@Suite("netius ip", .timeLimit(.minutes(5)))
struct IPCommandTests {
    private func report(_ line: String) throws -> IPReport {
        let words = line.split(separator: " ").map(String.init)
        let parsed = try CommandLineParser.parse(words, for: IPCommand.description)
        return try IPCommand(CommandValues(parsed: parsed, environment: Environment([:]))).report
    }

    private func value(_ name: String, _ line: String) throws -> String? {
        switch try report(line).rows.first(where: { $0.name == name })?.value {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .list(let texts): texts.joined(separator: " ")
        case nil: nil
        }
    }

    @Test("An IPv4 address is explained in aligned lines")
    func address4() throws {
        #expect(
            try report("192.0.2.1").text == """
                  kind            IPv4 address
                  compressed      192.0.2.1
                  exploded        192.0.2.1
                  integer         3221225985
                  hexadecimal     0xc0000201
                  reverse name    1.2.0.192.in-addr.arpa
                  classification  private
                  mapped          ::ffff:192.0.2.1
                  6to4            2002:c000:201::/48

                """)
    }

    @Test("An IPv6 address is explained in aligned lines, without the forms that it is not of")
    func address6() throws {
        #expect(
            try report("2001:DB8::1").text == """
                  kind            IPv6 address
                  compressed      2001:db8::1
                  exploded        2001:0db8:0000:0000:0000:0000:0000:0001
                  integer         42540766411282592856903984951653826561
                  hexadecimal     0x20010db8000000000000000000000001
                  reverse name    1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa
                  classification  private

                """)
    }

    @Test("A network is explained in aligned lines, in whatever notation it is given")
    func network() throws {
        for argument in ["192.0.2.0/28", "192.0.2.0/255.255.255.240", "192.0.2.0/0.0.0.15"] {
            #expect(
                try report(argument).text == """
                      kind            IPv4 network
                      compressed      192.0.2.0/28
                      exploded        192.0.2.0/28
                      network         192.0.2.0
                      netmask         255.255.255.240
                      hostmask        0.0.0.15
                      prefix length   28
                      broadcast       192.0.2.15
                      first host      192.0.2.1
                      last host       192.0.2.14
                      addresses       16
                      hosts           14
                      reverse name    0/28.2.0.192.in-addr.arpa
                      classification  private

                    """)
        }
    }

    @Test("The forms of transition addresses are found")
    func transition() throws {
        #expect(try value("mapped", "::ffff:10.1.2.3") == "10.1.2.3")
        #expect(try value("mapped", "::ffff:10.0.0.0/104") == "10.0.0.0/8")
        #expect(try value("mapped", "2001:db8::/32") == nil)
        #expect(try value("6to4", "2002:c000:204::") == "192.0.2.4")
        #expect(try value("6to4", "2001:db8::") == nil)
        #expect(try value("teredo server", "2001:0:4136:e378:8000:63bf:3fff:fdd2") == "65.54.227.120")
        #expect(try value("teredo client", "2001:0:4136:e378:8000:63bf:3fff:fdd2") == "192.0.2.45")
    }

    @Test(
        "Classes are listed",
        arguments: [
            ("8.8.8.8", "global"), ("0.0.0.0", "private unspecified"), ("127.0.0.1", "private loopback"),
            ("169.254.1.1", "private link-local"), ("224.0.0.1", "global multicast"), ("100.64.0.1", "shared"),
            ("255.255.255.255", "private reserved"), ("fec0::1", "global site-local"),
            ("::1", "private loopback reserved"),
            ("10.0.0.0/8", "private"), ("::/0", "global"),
        ])
    func classes(_ argument: String, _ classes: String) throws {
        #expect(try value("classification", argument) == classes)
    }

    @Test("All of IPv6 is counted exactly")
    func everything() throws {
        #expect(try value("addresses", "::/0") == "340282366920938463463374607431768211456")
        #expect(try value("hosts", "::/0") == "340282366920938463463374607431768211455")
        #expect(try value("hosts", "0.0.0.0/0") == "4294967294")
    }

    @Test("JSON is one object on one line, with the same values")
    func json() throws {
        for argument in ["192.0.2.1", "fe80::1%1", "::ffff:10.1.2.3", "192.0.2.0/24", "::/0"] {
            let report = try report("--json \(argument)")
            #expect(report.json.hasSuffix("}\n") && report.json.filter(\.isNewline).count == 1)
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
            #expect(object.count == report.rows.count)
            for row in report.rows {
                let value = object[row.name.replacing(" ", with: "_")]
                switch row.value {
                case .text(let text): #expect(value as? String == text)
                case .number(let number): #expect(value as? Int == number)
                case .list(let texts): #expect(value as? [String] == texts)
                }
            }
        }
    }

    @Test(
        "A wrong value is one clear line",
        arguments: [
            ("10.0.0.1/8", "10.0.0.1/8 has host bits set"), ("x", #""x" is not an IPv4 or IPv6 address"#),
            ("01.2.3.4", #""01.2.3.4" is not an IPv4 or IPv6 address"#),
            ("1.2.3.4/33", #""1.2.3.4/33" is not an IPv4 or IPv6 network"#),
            ("-- -1", #""-1" is not an IPv4 or IPv6 address"#), ("", "ADDRESS|NETWORK is missing"),
            ("1.2.3.4 5.6.7.8", #"unexpected argument "5.6.7.8""#),
            (#"a"\b"#, #""a\"\\b" is not an IPv4 or IPv6 address"#),
        ])
    func wrong(_ line: String, _ message: String) throws {
        let error = #expect(throws: UsageError.self) { try report(line) }
        #expect(error?.description == message)
    }

    @Test("The program prints the lines or the object, and ends with 0, or with 2 for a wrong value")
    func program() async throws {
        let text = try await RunningTool(["ip", "192.0.2.0/28"]).end()
        #expect(try text.output == report("192.0.2.0/28").text && text.errors.isEmpty && text.status == 0)
        let json = try await RunningTool(["ip", "--json", "::1"]).end()
        #expect(try json.output == report("::1").json && json.errors.isEmpty && json.status == 0)
        let wrong = try await RunningTool(["ip", "192.168.0.1/28"]).end()
        #expect(wrong.errors == "netius: 192.168.0.1/28 has host bits set. See 'netius ip --help'.\n")
        #expect(wrong.output.isEmpty && wrong.status == 2)
    }
}
