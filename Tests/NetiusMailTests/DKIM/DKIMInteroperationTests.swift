import Foundation
import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("With dkimpy and OpenDKIM", .timeLimit(.minutes(5)))
struct DKIMInteroperationTests {
    /// What is signed: an ordinary message, and what is easily got wrong.
    private static let messages: [(String, String)] = {
        let header = "From: A <a@example.com>\r\nDate: Fri, 20 Nov 2026 23:59:15 +0000\r\nSubject: Hello\r\n"
        return [
            ("ordinary", header + "To: b@example.net\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n\r\nBye\r\n"),
            (
                "folded",
                "Subject:\r\n folded \t twice\r\n\tand again \r\nFrom:\r\n a@example.com\r\n"
                    + "Date: Fri, 20 Nov 2026 23:59:15 +0000\r\n\r\na  b \r\n\t\r\n c\r\n"
            ),
            ("repeated", "To: 1@x.test\r\nReceived: a\r\nTo: 2@x.test\r\nReceived: b\r\n" + header + "\r\nHello\r\n"),
            ("empty body", header + "\r\n"), ("no body", header), ("empty lines", header + "\r\n\r\n\r\n \r\n\r\n"),
            ("no last line end", header + "\r\nHello"),
            ("8 bit", "X-A: \u{C3}\u{A9}\r\n" + header + "\r\n\u{C3}\u{A9} \u{FF}\r\n"),
            ("LF only", (header + "\r\nHello\r\n\r\nBye\r\n").replacing("\r\n", with: "\n")),
            ("dots", header + "\r\n.\r\n..\r\n. \r\n"),
        ]
    }()

    /// Verifies or signs the messages of a folder, with the canonicalizations in turn.
    private static let script = """
        import dkim, os, sys
        what, folder, algorithm = sys.argv[1:4]
        key = open(os.path.join(folder, "key"), "rb").read().strip()
        forms = [form.split("/") for form in sys.argv[4].split(" ")]
        for index in range(1000):
            path = os.path.join(folder, str(index))
            if not os.path.exists(path): break
            message = open(path, "rb").read()
            if what == "verify":
                print(dkim.verify(message, dnsfunc=lambda name, timeout=5: key))
            else:
                form = tuple(part.encode() for part in forms[index % len(forms)])
                signature = dkim.sign(message, b"s", b"example.com", key, signature_algorithm=algorithm.encode(),
                    canonicalize=form)
                open(path, "wb").write(signature + message)
        """

    private func dkimpy() async throws -> ChildProcess? {
        let python = ChildProcess(path: "/usr/bin/python3")
        guard FileManager.default.isExecutableFile(atPath: python.path),
            try await python.run(["-c", "import dkim, nacl"]).status == 0
        else {
            print("skipped: dkimpy is not installed")
            return nil
        }
        return python
    }

    private func write(_ octets: [UInt8], _ path: String) throws {
        try Data(octets).write(to: URL(fileURLWithPath: path))
    }

    private static let canonicalizations = ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"]

    private func configuration(_ text: String) -> DKIMSigner.Configuration {
        let parts = text.split(separator: "/").compactMap { DKIMCanonicalization(rawValue: String($0)) }
        return DKIMSigner.Configuration(headerCanonicalization: parts[0], bodyCanonicalization: parts[1])
    }

    @Test("dkimpy verifies what we sign, and notices what is added", arguments: DKIMAlgorithm.allCases)
    func verifiedByDkimpy(algorithm: DKIMAlgorithm) async throws {
        guard let python = try await dkimpy() else { return }
        try await withTemporaryDirectory { directory in
            try write(octets(DKIMTestKeys.key(algorithm).record), directory + "/key")
            for (index, message) in Self.messages.map(\.1).enumerated() {
                let configuration = configuration(Self.canonicalizations[index % 4])
                let signed = try DKIMTestKeys.signed(message, algorithm, configuration)
                try write(signed, directory + "/\(2 * index)")
                try write(octets("Subject: x\r\n") + signed, directory + "/\(2 * index + 1)")
            }
            let result = try await python.run(["-c", Self.script, "verify", directory, algorithm.rawValue, "a/b"])
            #expect(result.output == String(repeating: "True\nFalse\n", count: Self.messages.count), "\(result)")
        }
    }

    @Test("We verify what dkimpy signs", arguments: DKIMAlgorithm.allCases)
    func signedByDkimpy(algorithm: DKIMAlgorithm) async throws {
        guard let python = try await dkimpy() else { return }
        let key = try DKIMTestKeys.key(algorithm)
        try await withTemporaryDirectory { directory in
            var text = octets(key.pem)
            if algorithm == .ed25519SHA256 {
                // dkimpy has the 32 octets of the key alone, in Base64.
                text = octets(Base64.encode(Array(try PEMReader.privateKey(of: text).content.suffix(32))))
            }
            try write(text, directory + "/key")
            for (index, message) in Self.messages.map(\.1).enumerated() {
                try write(octets(message), directory + "/\(index)")
            }
            let forms = Self.canonicalizations.joined(separator: " ")
            let result = try await python.run(["-c", Self.script, "sign", directory, algorithm.rawValue, forms])
            #expect(result.status == 0, "\(result)")
            for (index, name) in Self.messages.map(\.0).enumerated() {
                let signed = try Data(contentsOf: URL(fileURLWithPath: directory + "/\(index)"))
                let verification = try await DKIMTestKeys.verify(Array(signed), algorithm)
                #expect(verification?.result == .pass, "\(name) \(verification as Any)")
            }
        }
    }

    @Test("OpenDKIM verifies what we sign, and notices what is changed", arguments: DKIMAlgorithm.allCases)
    func verifiedByOpenDKIM(algorithm: DKIMAlgorithm) async throws {
        guard let program = openDKIM() else { return }
        try await withTemporaryDirectory { directory in
            let record = try DKIMTestKeys.key(algorithm).record
            try write(octets("s._domainkey.example.com \(record)\n"), directory + "/keys")
            try write(octets("TestPublicKeys \(directory)/keys\nMode v\n"), directory + "/configuration")
            for (index, (name, message)) in Self.messages.enumerated() where isForOpenDKIM(name) {
                let configuration = configuration(Self.canonicalizations[index % 4])
                let signed = try DKIMTestKeys.signed(message, algorithm, configuration)
                for (octets, expected) in [(signed, true), (signed + octets("x\r\n"), false)] {
                    try write(octets, directory + "/message")
                    let result = try await program.run([
                        "-x", directory + "/configuration", "-t", directory + "/message",
                    ])
                    #expect(result.output.contains("succeeded") == expected, "\(name) \(result)")
                }
            }
        }
    }

    @Test("We verify what OpenDKIM signs", arguments: DKIMAlgorithm.allCases)
    func signedByOpenDKIM(algorithm: DKIMAlgorithm) async throws {
        guard let program = openDKIM() else { return }
        // What OpenDKIM 2.11 signs with Ed25519 over simple fields neither it nor dkimpy verifies.
        let canonicalizations = Self.canonicalizations.filter {
            algorithm == .rsaSHA256 || $0.hasPrefix("relaxed")
        }
        try await withTemporaryDirectory { directory in
            try write(octets(DKIMTestKeys.key(algorithm).pem), directory + "/key")
            for (index, (name, message)) in Self.messages.enumerated() where isForOpenDKIM(name) {
                let settings = """
                    Mode s
                    Domain example.com
                    Selector s
                    KeyFile \(directory)/key
                    RequireSafeKeys false
                    SignatureAlgorithm \(algorithm.rawValue)
                    OversignHeaders From,Subject
                    Canonicalization \(canonicalizations[index % canonicalizations.count])

                    """
                try write(octets(settings), directory + "/configuration")
                try write(octets(message), directory + "/message")
                let result = try await program.run(["-x", directory + "/configuration", "-t", directory + "/message"])
                let start = try #require(result.output.range(of: "DKIM-Signature:"), "\(name) \(result)")
                let signed = Array(result.output[start.lowerBound...].utf8) + octets(message)
                let verification = try await DKIMTestKeys.verify(signed, algorithm)
                #expect(verification?.result == .pass, "\(name) \(result) \(verification as Any)")
            }
        }
    }

    /// OpenDKIM reads messages as a mail server hands them over: with CRLF, and with the last line ended.
    private func isForOpenDKIM(_ name: String) -> Bool { !["LF only", "no body", "no last line end"].contains(name) }

    private func openDKIM() -> ChildProcess? {
        let paths = ["/usr/sbin/opendkim", "/usr/local/sbin/opendkim"]
        guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
            print("skipped: opendkim is not installed")
            return nil
        }
        return ChildProcess(path: path)
    }
}
