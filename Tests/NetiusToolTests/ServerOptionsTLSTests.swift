import Netius
import Testing

@testable import NetiusTool

@Suite("TLS on the command line")
struct ServerOptionsTLSTests {
    private func variables(_ line: String, _ environment: [String: String] = [:]) throws -> [String: String]? {
        let parsed = try CommandLineParser.parse(
            line.split(separator: " ").map(String.init), for: HelloCommand.description)
        let values = CommandValues(parsed: parsed, environment: Environment(environment))
        return try HelloCommand(values).server.tls?.variables
    }

    @Test("It is off unless it is asked for, or a certificate is given")
    func off() throws {
        #expect(try variables("") == nil)
        #expect(try variables("", ["CER_FILE": "a.crt", "CA_FILE": "ca.pem"]) == nil)
        #expect(try variables("--tls") == ["SSL": "1"])
        #expect(try variables("--cert a.crt") == ["SSL": "1", "CER_FILE": "a.crt"])
    }

    @Test("An authority for clients without TLS is an error, and not nothing", arguments: ["", "0"])
    func authorityAlone(ssl: String) {
        let environment = ssl.isEmpty ? [:] : ["SSL": ssl]
        let error = #expect(throws: UsageError.self) { try variables("--client-ca ca.pem", environment) }
        #expect(error?.description == "--client-ca needs --tls as well")
    }

    @Test("What is asked of clients on the command line, the environment does not switch off")
    func verification() throws {
        let environment = ["SSL_VERIFY": "0", "CA_FILE": "other.pem", "CA_DATA": "x"]
        let given = try variables("--tls --client-ca ca.pem", environment)
        #expect(given == ["SSL": "1", "CA_FILE": "ca.pem"])
        #expect(try variables("--tls", environment) == environment.merging(["SSL": "1"]) { $1 })
        #expect(try variables("--client-ca ca.pem", ["SSL": "1"]) == ["SSL": "1", "CA_FILE": "ca.pem"])
    }
}
