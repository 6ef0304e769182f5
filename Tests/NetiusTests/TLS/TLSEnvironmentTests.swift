import COpenSSL
import Testing

@testable import Netius

@Suite("TLS as the environment asks for it")
struct TLSEnvironmentTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    private func withFiles(_ body: (Files) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let identity = try identities.identity("www.example.com")
            let files = Files(directory: directory, identity: identity)
            try identity.write(certificateFile: files.certificate, keyFile: files.key)
            try TestFile.write(identity.certificatePEM + identity.privateKey.pem, to: files.both)
            try TestFile.write(identities.authority.certificate.pem, to: files.authority)
            try body(files)
        }
    }

    private struct Files {
        let directory: String
        let identity: TLSIdentity
        var certificate: String { "\(directory)/server.crt" }
        var key: String { "\(directory)/server.key" }
        var both: String { "\(directory)/both.pem" }
        var authority: String { "\(directory)/authority.pem" }
    }

    private func server(_ variables: [String: String]) throws -> TLSServerConfiguration? {
        try TLSServerConfiguration(environment: Netius.Environment(variables))
    }

    private func client(_ variables: [String: String]) throws -> TLSClientConfiguration {
        try TLSClientConfiguration(environment: Netius.Environment(variables))
    }

    /// The message of what is thrown.
    private func refusal(_ body: () throws -> Any?) -> String {
        do {
            _ = try body()
            return "nothing was thrown"
        } catch {
            return "\(error)"
        }
    }

    private func onOneLine(_ text: String) -> String { text.split(separator: "\n").joined(separator: #"\n"#) }

    // MARK: Servers

    @Test("Without SSL there is no TLS, whatever else is set")
    func off() throws {
        #expect(try server([:]) == nil)
        #expect(try server(["SSL": "0", "CER_FILE": "/nowhere"]) == nil)
        #expect(throws: ConfigurationError.self) { try server(["SSL": "maybe"]) }
    }

    @Test("A certificate and its key come from two files, or one, or from variables with line ends written out")
    func identity() async throws {
        try await withFiles { files in
            for variables in [
                ["CER_FILE": files.certificate, "KEY_FILE": files.key], ["CER_FILE": files.both],
                ["CER_DATA": files.identity.certificatePEM, "KEY_DATA": files.identity.privateKey.pem],
                [
                    "CER_DATA": onOneLine(files.identity.certificatePEM),
                    "KEY_DATA": onOneLine(files.identity.privateKey.pem),
                ],
            ] {
                let configuration = try server(variables.merging(["SSL": "1"]) { $1 })
                #expect(configuration?.identity?.certificate == files.identity.certificate)
                guard case .none? = configuration?.clientCertificates else {
                    Issue.record("clients are asked for certificates")
                    continue
                }
            }
        }
    }

    @Test("What is missing, doubled or mixed is an error that says what to set")
    func identityErrors() async throws {
        #expect(
            refusal { try server(["SSL": "1"]) }
                == "SSL is on but there is no certificate: set CER_FILE and KEY_FILE")
        try await withFiles { files in
            let cases = [
                (["KEY_FILE": files.key], "there is a key but no certificate"),
                (["CER_FILE": files.certificate, "CER_DATA": "x"], "CER_FILE and CER_DATA are both set"),
                (["CER_FILE": files.certificate, "KEY_DATA": "x"], "both from files, or both from variables"),
                (["CER_FILE": files.certificate], files.certificate),
                (["CER_FILE": "/nowhere/a.crt"], "/nowhere/a.crt"),
                (["CER_DATA": "x", "KEY_DATA": "x"], "CER_DATA and KEY_DATA: "),
            ]
            for (variables, words) in cases {
                let message = refusal { try server(variables.merging(["SSL": "1"]) { $1 }) }
                #expect(message.contains(words), "\(message)")
                #expect(!message.contains("\n"))
            }
        }
    }

    @Test("An authority makes client certificates required, unless SSL_VERIFY is off")
    func clientCertificates() async throws {
        try await withFiles { files in
            let base = ["SSL": "1", "CER_FILE": files.both]
            func rule(_ variables: [String: String]) throws -> String {
                switch try server(base.merging(variables) { $1 })?.clientCertificates {
                case .required?: "required"
                case .optional?: "optional"
                default: "none"
                }
            }
            let required = try rule(["CA_FILE": files.authority])
            #expect(required == "required")
            #expect(try rule(["CA_FILE": files.authority, "SSL_VERIFY": "1"]) == "required")
            #expect(try rule(["CA_FILE": files.authority, "SSL_VERIFY": "0"]) == "none")
            #expect(try rule(["CA_DATA": onOneLine(identities.authority.certificate.pem)]) == "required")
            #expect(try rule(["SSL_VERIFY": "0"]) == "none")
            #expect(
                refusal { try rule(["SSL_VERIFY": "1"]) }
                    == "SSL_VERIFY is on but there is no authority for clients: set CA_FILE")
        }
    }

    // MARK: SSL_CONTEXTS

    @Test("SSL_CONTEXTS has a certificate for each name, with or without a default one")
    func contexts() async throws {
        try await withFiles { files in
            let json = """
                {"www.example.com": {"cer_file": "\(files.certificate)", "key_file": "\(files.key)"},
                 "*.example.com": {"cer_file": "\(files.both)", "ssl_verify": false, "ca_root": false}}
                """
            let configuration = try #require(try server(["SSL": "1", "SSL_CONTEXTS": json]))
            #expect(configuration.identity == nil)
            #expect(configuration.identities.keys.sorted() == ["*.example.com", "www.example.com"])
            _ = try TLSServerContext(configuration)
            let both = try #require(try server(["SSL": "1", "SSL_CONTEXTS": json, "CER_FILE": files.both]))
            #expect(both.identity != nil)
        }
    }

    @Test(
        "What SSL_CONTEXTS cannot mean is refused",
        arguments: [
            ("", "no certificate"), ("[]", "an object of server names is expected, not an array"), ("{", "not JSON: "),
            (#"{"a": 1}"#, "\"a\": an object is expected, not a number"),
            (#"{"a": {}}"#, "\"a\": no \"cer_file\""),
            (#"{"a": {"cer_file": "x", "keyfile": "y"}}"#, "\"keyfile\" is unknown"),
            (#"{"a": {"cer_file": 1}}"#, "\"cer_file\" is to be a path"),
            (#"{"a": {"cer_file": ""}}"#, "\"cer_file\" is to be a path"),
            (#"{"a": {"cer_file": "x", "ssl_verify": 1}}"#, "\"ssl_verify\" is to be true or false"),
            (#"{"a": {"cer_file": "x", "ssl_verify": true}}"#, "\"ssl_verify\" without a \"ca_file\""),
            (#"{"a": {"cer_file": "x", "ca_root": true}}"#, "the system's authorities vouch for anybody"),
            (#"{"a": {"cer_file": "x"}, "a": {"cer_file": "y"}}"#, "a second time"),
            (#"{"a": {"cer_file": "x", "ca_file": "y"}, "b": {"cer_file": "x"}}"#, "to be the same for every name"),
        ])
    func contextErrors(json: String, words: String) {
        let message = refusal { try server(["SSL": "1", "SSL_CONTEXTS": json]) }
        #expect(message.contains(words), "\(message)")
    }

    @Test("An authority of SSL_CONTEXTS is one for all names, and for the default certificate")
    func contextAuthority() async throws {
        try await withFiles { files in
            let json = #"{"a": {"cer_file": "\#(files.both)", "ca_file": "\#(files.authority)"}}"#
            guard case .required? = try server(["SSL": "1", "SSL_CONTEXTS": json])?.clientCertificates else {
                Issue.record("clients are not asked for certificates")
                return
            }
            _ = try server(["SSL": "1", "SSL_CONTEXTS": json, "CA_FILE": files.authority])
            let message = refusal { try server(["SSL": "1", "SSL_CONTEXTS": json, "CA_FILE": files.certificate]) }
            #expect(message.contains("ca_file is another than CA_FILE"))
        }
    }

    @Test("SSL_VERIFY does not switch off in silence what SSL_CONTEXTS asks for in so many words")
    func contradiction() async throws {
        try await withFiles { files in
            func json(_ more: String) -> String {
                #"{"a": {"cer_file": "\#(files.both)", "ca_file": "\#(files.authority)"\#(more)}}"#
            }
            let variables = ["SSL": "1", "SSL_CONTEXTS": json(#", "ssl_verify": true"#)]
            #expect(
                refusal { try server(variables.merging(["SSL_VERIFY": "0"]) { $1 }) }
                    == #"SSL_CONTEXTS: "ssl_verify" is on but SSL_VERIFY is off"#)
            for verify in [[:], ["SSL_VERIFY": "1"]] {
                guard case .required? = try server(variables.merging(verify) { $1 })?.clientCertificates else {
                    Issue.record("clients are not asked for certificates")
                    return
                }
            }
            guard
                case .none? = try server(["SSL": "1", "SSL_CONTEXTS": json(""), "SSL_VERIFY": "0"])?.clientCertificates
            else {
                Issue.record("clients are asked for certificates")
                return
            }
        }
    }

    // MARK: Clients

    @Test("A client verifies by default, against the system's authorities")
    func clientDefaults() throws {
        let configuration = try client([:])
        #expect(configuration.verifiesPeer)
        #expect(configuration.pins.isEmpty)
        #expect(configuration.identity == nil)
        #expect(configuration.serverName == nil)
        #expect(try !client(["SSL_VERIFY": "0"]).verifiesPeer)
        #expect(throws: ConfigurationError.self) { try client(["SSL_VERIFY": "no way"]) }
        #expect(throws: TLSConfigurationError.self) { try client(["CA_ROOT": "0"]) }
    }

    @Test("Authorities, the name, pins and a certificate of one's own are taken")
    func clientSettings() async throws {
        try await withFiles { files in
            let pin = TLSPin(.certificate, of: files.identity.certificate)
            let configuration = try client([
                "CA_FILE": files.authority, "CA_ROOT": "0", "SSL_HOST": "www.example.com",
                "SSL_FINGERPRINT": files.identity.certificate.fingerprint, "CER_FILE": files.both,
            ])
            #expect(configuration.serverName == "www.example.com")
            #expect(configuration.pins == [pin])
            #expect(configuration.identity?.certificate == files.identity.certificate)
            let server = try TLSServerContext(identity: files.identity)
            let handshake = try MemoryHandshake(server, TLSClientContext(configuration), name: "10.0.0.1").run()
            #expect(handshake.clientError == nil)
        }
    }

    @Test("A fingerprint of SHA-1 is refused for what it is, and garbage too")
    func fingerprints() throws {
        let sha1 = String(repeating: "AB:", count: 19) + "AB"
        #expect(refusal { try client(["SSL_FINGERPRINT": sha1]) }.contains("is of SHA-1, which can be forged"))
        #expect(refusal { try client(["SSL_FINGERPRINT": "x"]) }.hasPrefix("SSL_FINGERPRINT: "))
        let digest = String(repeating: "ab", count: 32)
        #expect(try client(["SSL_FINGERPRINT": "\(digest); \(digest)"]).pins.count == 2)
    }
}
