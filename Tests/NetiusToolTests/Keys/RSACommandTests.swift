import Foundation
import Netius
import Testing

@testable import NetiusTool

@Suite("netius rsa", .timeLimit(.minutes(5)))
struct RSACommandTests {
    /// What netius wrote: its modulus seems to be negative.
    private static let olderPublicKey = """
        -----BEGIN PUBLIC KEY-----
        MIGeMA0GCSqGSIb3DQEBAQUAA4GMADCBiAKBgMyv9WsD1kCVCa/j6VUBpPwsYfwt
        SWcXUyz7v6riAhDQwc+Oq1mXffYUKWmgHOq9NuaRmykBtDORBkXDp6rQuXQnipiz
        M6QvyBSnfy65y8B8BJ/54BWfRDlBnv+h7bBtWWrTIbUkqokRiMXUX7ZMIgkBY5Q/
        bbu0/ADbkUzJcOGvAgMBAAE=
        -----END PUBLIC KEY-----

        """
    private static let modulus =
        "143736337215646318589265423188390816816637652005717783708919857956719941424292994682396871186619746392557578609281"
        + "54594688701535641234100747400397249185419130379709766369853510082441162909191555640189141300636434029109656170"
        + "6076502067618869239993885698496484202027846772855481998373048537016307475431463903663"

    @Test("A public key is shown as netius showed it, under both spellings, from a file and from standard input")
    func readPublic() async throws {
        let expected = "{'bits': 1024,\n 'modulus': \(Self.modulus),\n 'public_exponent': 65537}\n"
        try await withKeyFolder { folder in
            try writeText(Self.olderPublicKey, to: "\(folder)/public.pub")
            for action in ["read_public", "read-public"] {
                let ending = try await RunningTool(["rsa", action, "\(folder)/public.pub"]).end()
                #expect(ending.output == expected && ending.errors.isEmpty && ending.status == 0)
            }
            let input = try await RunningTool(["rsa", "read_public", "-"], input: Self.olderPublicKey).end()
            #expect(input.output == expected)
            let json = try await RunningTool(["rsa", "read_public", "-", "--json"], input: Self.olderPublicKey).end()
            #expect(
                json.output == "{\"bits\": 1024, \"modulus\": \"\(Self.modulus)\", \"public_exponent\": \"65537\"}\n")
        }
    }

    @Test("A private key is shown in lines sorted by name, whichever way it is written")
    func readPrivate() async throws {
        try await withKeyFolder { folder in
            let key = "\(folder)/key"
            guard try await openSSL(["genrsa", "-out", key, "1024"]) != nil else { return }
            _ = try await openSSL(["rsa", "-in", key, "-traditional", "-out", "\(folder)/older"])
            let one = try await RunningTool(["rsa", "read_private", key]).end()
            let other = try await RunningTool(["rsa", "read-private", "\(folder)/older"]).end()
            #expect(one.output == other.output && one.status == 0)
            let lines = one.output.split(separator: "\n")
            let names = [
                "bits", "coefficient", "exponent_1", "exponent_2", "modulus", "prime_1", "prime_2", "private_exponent",
                "public_exponent", "version",
            ]
            #expect(lines.count == names.count && one.output.hasSuffix("'version': 0}\n"))
            for (index, name) in names.enumerated() where lines.indices.contains(index) {
                #expect(lines[index].hasPrefix(index == 0 ? "{'\(name)': 1024," : " '\(name)': "))
            }
            let json = try await RunningTool(["rsa", "read_private", key, "--json"]).end()
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(object.count == names.count && object["bits"] as? Int == 1024)
            #expect(object["public_exponent"] as? String == "65537")
        }
    }

    @Test("The public key of a private one is what OpenSSL makes of it")
    func privateToPublic() async throws {
        try await withKeyFolder { folder in
            let (key, output) = ("\(folder)/key", "\(folder)/public.pub")
            guard try await openSSL(["genrsa", "-out", key, "2048"]) != nil else { return }
            let expected = try await openSSL(["rsa", "-in", key, "-pubout"])
            for action in ["private_to_public", "private-to-public"] {
                try writeText("what was there", to: output)
                let ending = try await RunningTool(["rsa", action, key, output]).end()
                #expect(ending.status == 0 && ending.output.isEmpty && ending.errors.isEmpty)
                #expect(try readText(output) == expected)
            }
            let shown = try await RunningTool(["rsa", "private_to_public", key, "-"]).end()
            #expect(shown.output == expected)
            let encrypted = "\(folder)/encrypted"
            _ = try await openSSL(["rsa", "-in", key, "-aes256", "-passout", "pass:x", "-out", encrypted])
            let refused = try await RunningTool(["rsa", "private_to_public", encrypted, output]).end()
            #expect(refused.status == 1)
            #expect(
                refused.errors
                    == "netius: \(encrypted): the private key in it is encrypted: decrypt it first, as with 'openssl pkey'\n"
            )
            #expect(try readText(output) == expected)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
        }
    }

    @Test("A file that is missing, or no key, is one line and exit status 1")
    func failures() async throws {
        let missing = try await RunningTool(["rsa", "read_private", "/nonexistent"]).end()
        #expect(missing.status == 1 && missing.errors == "netius: open /nonexistent: No such file or directory\n")
        let none = try await RunningTool(["rsa", "read_public", "-"], input: "nothing\n").end()
        #expect(none.status == 1 && none.errors == "netius: standard input: there is no public key in it\n")
    }

    @Test(
        "A wrong value is one clear line",
        arguments: [
            ([], "ACTION is missing"), (["read_private"], "FILE is missing"),
            (
                ["show", "x"],
                #"invalid value "show" for ACTION: expected read_private, read_public or private_to_public"#
            ),
            (["private_to_public", "a"], "PUBLIC is missing"),
            (["read_public", "a", "b"], #"unexpected argument "b""#),
            (["private_to_public", "a", "b", "--json"], "--json and private_to_public exclude each other"),
        ])
    func wrong(_ line: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try keyCommand(line, RSACommand.self) }
        #expect(error?.description == message)
    }

    @Test("A key of few digits is on one line, as with pprint")
    func short() throws {
        let key = try #require(RSAPublicKey(der: [0x30, 0x07, 0x02, 0x02, 0x0C, 0xA1, 0x02, 0x01, 0x11]))
        #expect(KeyReport(key).text == "{'bits': 12, 'modulus': 3233, 'public_exponent': 17}\n")
    }
}
