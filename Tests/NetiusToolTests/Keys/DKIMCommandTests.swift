import Foundation
import Netius
import NetiusMail
import Testing

@testable import NetiusTool

@Suite("netius dkim", .timeLimit(.minutes(5)))
struct DKIMCommandTests {
    private static let message = "From: a@hive.pt\r\nTo: b@example.net\r\nSubject: Hello\r\n\r\nHello\r\n"

    /// The lines that `generate` prints: the record, and the key.
    private func generate(_ words: [String]) async throws -> (line: String, key: String, errors: String) {
        let ending = try await RunningTool(["dkim", "generate"] + words).end()
        #expect(ending.status == 0)
        let end = try #require(ending.output.firstIndex(of: "\n"))
        let key = String(ending.output[ending.output.index(after: end)...])
        #expect(key.hasSuffix("-----\n\n"))
        return (String(ending.output[..<end]), key, ending.errors)
    }

    private func record(_ line: String) -> String {
        line.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }.joined()
    }

    @Test("A new key is named after the time, with strings that a zone may have, and 2048 bits")
    func generated() async throws {
        let (line, key, errors) = try await generate(["hive.pt", "mail", "--time", "1795217244"])
        #expect(line.hasPrefix("20261120232724.mail._domainkey.hive.pt. IN TXT \"v=DKIM1; k=rsa; p=MIIBIjAN"))
        #expect(line.split(separator: "\"").allSatisfy { $0.utf8.count <= 255 } && errors.isEmpty)
        let read = try DKIMPrivateKey(pem: key)
        #expect(
            read.record == record(line) && read.bitCount == 2048 && key.hasPrefix("-----BEGIN RSA PRIVATE KEY-----\n"))
        try await withKeyFolder { folder in
            try writeText(key, to: "\(folder)/key")
            _ = try await openSSL(["rsa", "-in", "\(folder)/key", "-check", "-noout"])
        }
    }

    @Test("With --compat it is the form of old; few bits are told, fewer refused; Ed25519 is to be had")
    func kinds() async throws {
        let older = try await generate(["hive.pt", "mail", "1024", "--compat"])
        #expect(older.line.contains(".mail._domainkey.hive.pt. IN TXT \"k=rsa; p=MIGfMA0G"))
        #expect(older.line.count { $0 == "\"" } == 2)
        #expect(older.errors.hasPrefix("netius: warning: 1024 bits are few"))
        let modern = try await generate(["hive.pt", "--ed25519"])
        #expect(try DKIMPrivateKey(pem: modern.key).record == record(modern.line))
        #expect(modern.line.contains("v=DKIM1; k=ed25519; p=") && modern.errors.isEmpty)
        let few = try await RunningTool(["dkim", "generate", "hive.pt", "", "512"]).end()
        #expect(few.status == 2 && few.output.isEmpty)
        let none = try await RunningTool(["dkim", "generate", "hive pt"]).end()
        #expect(none.status == 1 && none.errors == "netius: \"hive pt\" is not a domain that can sign\n")
        let json = try await RunningTool(["dkim", "generate", "hive.pt", "--json", "--time", "0"]).end()
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: String])
        #expect(object["name"] == "19700101000000._domainkey.hive.pt" && object["selector"] == "19700101000000")
        #expect(try DKIMPrivateKey(pem: object["private_key"] ?? "").record == object["record"])
    }

    @Test("A message is signed where it is, silently, and then verified; one that is changed is not")
    func signed() async throws {
        let (line, key, _) = try await generate(["hive.pt", "--ed25519"])
        try await withKeyFolder { folder in
            let (file, keyFile) = ("\(folder)/hello.mail", "\(folder)/dkim.key")
            try writeText(Self.message, to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            try writeText(key, to: keyFile)
            let link = "\(folder)/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
            let sign = ["dkim", "sign", link, keyFile, "20140327175143", "hive.pt", "--time", "1795218150"]
            let ending = try await RunningTool(sign + ["--expire", "1h", "-c", "relaxed/simple"]).end()
            #expect(ending.status == 0 && ending.output.isEmpty && ending.errors.isEmpty)
            let signed = try readText(file)
            #expect(signed.hasSuffix(Self.message) && signed.hasPrefix("DKIM-Signature: v=1; a=ed25519-sha256;"))
            #expect(signed.contains("c=relaxed/simple;") && signed.contains("t=1795218150; x=1795221750;"))
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(
                try FileManager.default.attributesOfItem(atPath: link)[.type] as? FileAttributeType == .typeSymbolicLink
            )
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)

            let verify = ["dkim", "verify", file, "--key", record(line)]
            let good = try await RunningTool(verify + ["--time", "1795218150"]).end()
            #expect(good.status == 0)
            #expect(
                good.output.hasPrefix(
                    "dkim=pass (256-bit key) header.d=hive.pt header.i=@hive.pt header.s=20140327175143 "
                        + "header.a=ed25519-sha256 header.b="))
            let middle = record(line).index(record(line).startIndex, offsetBy: 20)
            let strings = "\"\(record(line)[..<middle])\" \"\(record(line)[middle...])\""
            let quoted = ["dkim", "verify", file, "--key", strings, "--time", "1795218150"]
            #expect(try await RunningTool(quoted).end().output == good.output)
            let late = try await RunningTool(verify + ["--time", "1795999999"]).end()
            #expect(late.status == 1 && late.output.hasPrefix("dkim=fail reason=\"its time is over\""))
            let json = try await RunningTool(verify + ["--time", "1795218150", "--json"]).end()
            let array = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(array.count == 1 && array[0]["result"] as? String == "pass" && array[0]["bits"] as? Int == 256)
            try writeText(signed + "EVIL APPENDED\r\n", to: file)
            let bad = try await RunningTool(verify + ["--time", "1795218150"]).end()
            #expect(
                bad.status == 1 && bad.output.contains("reason=\"the body has been changed\"") && bad.errors.isEmpty)
        }
    }

    @Test("A file that is another's stays his, with his group, and does not run as him")
    func owner() async throws {
        guard geteuid() == 0 else { return print("skipped: only root may give files away") }
        let key = try await generate(["hive.pt", "--ed25519"]).key
        try await withKeyFolder { folder in
            let (file, keyFile) = ("\(folder)/hello.mail", "\(folder)/dkim.key")
            try writeText(Self.message, to: file)
            try writeText(key, to: keyFile)
            let files = FileManager.default
            try files.setAttributes([.ownerAccountID: 12_345, .groupOwnerAccountID: 23_456], ofItemAtPath: file)
            #expect(chmod(file, 0o6640) == 0)
            let ending = try await RunningTool(["dkim", "sign", file, keyFile, "s", "hive.pt"]).end()
            #expect(ending.status == 0 && ending.errors.isEmpty)
            let attributes = try files.attributesOfItem(atPath: file)
            #expect(attributes[.ownerAccountID] as? Int == 12_345 && attributes[.groupOwnerAccountID] as? Int == 23_456)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(try readText(file).hasPrefix("DKIM-Signature: "))
        }
    }

    @Test("To standard output the file stays; lines that end with LF end with CRLF, and blank ones before it go")
    func standardOutput() async throws {
        let (line, key, _) = try await generate(["hive.pt", "--ed25519"])
        try await withKeyFolder { folder in
            let (file, keyFile) = ("\(folder)/hello.mail", "\(folder)/dkim.key")
            let text = "\n \n" + Self.message.replacing("\r\n", with: "\n")
            try writeText(text, to: file)
            try writeText(key, to: keyFile)
            let shown = try await RunningTool(["dkim", "sign", file, keyFile, "s", "hive.pt", "--stdout"]).end()
            #expect(shown.status == 0 && shown.output.hasSuffix("\r\n" + Self.message))
            #expect(try readText(file) == text)
            let piped = try await RunningTool(["dkim", "sign", "-", keyFile, "s", "hive.pt"], input: text).end()
            #expect(piped.output.hasSuffix("\r\n" + Self.message))
            let verified = try await RunningTool(["dkim", "verify", "-", "--key", record(line)], input: piped.output)
                .end()
            #expect(verified.status == 0)
            let keyed = try await RunningTool(["dkim", "sign", file, "-", "s", "hive.pt"], input: key).end()
            #expect(keyed.status == 0)
            #expect(try readText(file).hasSuffix("\r\n" + Self.message))
        }
    }

    @Test("What cannot be signed or verified is one line, and the file stays as it is")
    func failures() async throws {
        try await withKeyFolder { folder in
            let (file, keyFile) = ("\(folder)/hello.mail", "\(folder)/dkim.key")
            try writeText("Subject: x\n\nHello\n", to: file)
            try writeText(try await generate(["hive.pt", "--ed25519"]).key, to: keyFile)
            let signed = try await RunningTool(["dkim", "sign", file, keyFile, "s", "hive.pt"]).end()
            #expect(signed.status == 1 && signed.errors == "netius: the message has no From field\n")
            #expect(try readText(file) == "Subject: x\n\nHello\n")
            let none = try await RunningTool(["dkim", "verify", file]).end()
            #expect(none.status == 1 && none.output == "dkim=none\n" && none.errors.isEmpty)
            let wrongKey = try await RunningTool(["dkim", "sign", file, file, "s", "hive.pt"]).end()
            #expect(wrongKey.errors == "netius: \(file): there is no private key in it\n" && wrongKey.status == 1)
        }
    }

    @Test(
        "A wrong value is one clear line",
        arguments: [
            ([], "ACTION is missing"), (["generate"], "DOMAIN is missing"),
            (["sign", "a", "b", "c"], "DOMAIN is missing"),
            (["sign", "-", "-", "s", "d"], #"unexpected argument "-""#), (["verify"], "FILE is missing"),
            (["verify", "a", "b"], #"unexpected argument "b""#),
            (["verify", "a", "--stdout"], "--stdout and verify exclude each other"),
            (["generate", "a", "--key", "x"], "--key and generate exclude each other"),
            (["generate", "a", "b", "2048", "--ed25519"], "--ed25519 and BITS exclude each other"),
            (
                ["generate", "a", "b", "512"],
                #"invalid value "512" for BITS: expected a whole number from 1024 to 8192"#
            ),
            (
                ["sign", "a", "b", "c", "d", "-c", "nowsp"],
                #"invalid value "nowsp" for -c: expected relaxed or simple, a slash, and relaxed or simple"#
            ),
        ])
    func wrong(_ line: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try keyCommand(line, DKIMCommand.self) }
        #expect(error?.description == message)
    }
}
