import Foundation
import Netius
import Testing

@testable import NetiusTool

@Suite("netius tls", .timeLimit(.minutes(5)))
struct TLSCommandTests {
    private func command(_ line: String) throws(UsageError) -> TLSCommand {
        let parsed = try CommandLineParser.parse(
            line.split(separator: " ").map(String.init), for: TLSCommand.description)
        return try TLSCommand(CommandValues(parsed: parsed, environment: Environment([:])))
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    @Test("Files are named after the first name, localhost where there is none")
    func defaults() throws {
        let plain = try command("generate")
        #expect(plain.names == ["localhost", "127.0.0.1", "::1"])
        #expect(plain.certificateFile == "localhost.crt" && plain.keyFile == "localhost.key")
        #expect(plain.days == 365 && !plain.replacesFiles)
        let named = try command("generate *.example.com example.com --key k.pem --days 30 --force")
        #expect(named.names == ["*.example.com", "example.com"])
        #expect(named.certificateFile == "_.example.com.crt" && named.keyFile == "k.pem")
        #expect(named.days == 30 && named.replacesFiles)
    }

    @Test(
        "A wrong value is one clear line",
        arguments: [
            ("", "ACTION is missing"), ("show", #"invalid value "show" for ACTION: expected generate"#),
            ("generate --days 0", #"invalid value "0" for --days: expected a whole number from 1 to 36500"#),
        ])
    func wrong(_ line: String, _ message: String) {
        let error = #expect(throws: UsageError.self) { try command(line) }
        #expect(error?.description == message)
    }

    @Test("The program writes both files, the key for its owner alone, and prints what it made")
    func program() async throws {
        try await withFolder { folder in
            let paths = ["\(folder)/a.crt", "\(folder)/a.key"]
            let words = ["tls", "generate", "a.example", "::1", "--cert", paths[0], "--key", paths[1], "--days", "7"]
            let first = try await RunningTool(words).end()
            #expect(first.status == 0 && first.errors.isEmpty)
            let identity = try TLSIdentity(certificateFile: paths[0], keyFile: paths[1])
            try identity.check()
            #expect(identity.certificate.dnsNames == ["a.example"])
            #expect(identity.certificate.ipAddresses == [IPAddress("::1")])
            #expect(identity.certificate.notAfter.seconds <= Timestamp.now.seconds + 7 * 86_400)
            #expect(try FileManager.default.attributesOfItem(atPath: paths[1])[.posixPermissions] as? Int == 0o600)
            for shown in [paths[0], paths[1], "a.example, ::1", identity.certificate.fingerprint] {
                #expect(first.output.contains(shown), "\(first.output)")
            }
            let second = try await RunningTool(words).end()
            #expect(second.status == 1 && second.errors == "netius: \(paths[1]): File exists\n")
            #expect(try await RunningTool(words + ["--force"]).end().status == 0)
            #expect(try identity.reloaded().chain != identity.chain)
            let wrong = try await RunningTool(["tls", "generate", "../x"]).end()
            #expect(wrong.status == 1)
            #expect(wrong.errors == "netius: \"../x\" is neither a DNS name nor an IP address\n")
        }
    }
}
