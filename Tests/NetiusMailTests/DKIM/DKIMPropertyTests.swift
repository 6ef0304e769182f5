import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("What may change of signed mail, and what may not")
struct DKIMPropertyTests {
    private static let message = """
        Received: from a by b; Fri, 20 Nov 2026 23:59:15 +0000\r
        From: "A  B" <a@example.com>\r
        To: c@example.net,\r
         d@example.net\r
        Subject: Words with  spaces\tin them\r
        Date: Fri, 20 Nov 2026 23:59:15 +0000\r
        Message-ID: <1@example.com>\r
        \r
        A line,  with space\tin it.\r
        \r
         Indented \r
        .\r
        The end\r

        """

    /// Other white space where there is some, as relaxed allows it.
    private func respaced(_ text: [UInt8], _ spaces: [String], _ random: inout SeededRandom) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            let isFold = index + 2 < text.count && text[index] == .carriageReturn && isSpace(text[index + 2])
            guard isSpace(text[index]) || isFold else {
                output.append(text[index])
                index += 1
                continue
            }
            if isFold { index += 2 }
            while index < text.count, isSpace(text[index]) { index += 1 }
            output += octets(spaces[Int.random(in: 0..<spaces.count, using: &random)])
        }
        return output
    }

    private func isSpace(_ octet: UInt8) -> Bool { octet == .space || octet == .horizontalTab }

    @Test(
        "Whatever folds and spaces relaxed allows to change, the signature still passes",
        arguments: DKIMAlgorithm.allCases)
    func refolded(algorithm: DKIMAlgorithm) async throws {
        var random = SeededRandom(seed: 20)
        let signed = try DKIMTestKeys.signed(Self.message, algorithm)
        #expect(try await DKIMTestKeys.verify(signed, algorithm)?.result == .pass)
        for _ in 0..<200 {
            let header = MailHeaderSection(signed)
            var changed: [UInt8] = []
            for field in header.fields {
                for octet in field.bytes[..<field.valueStart] {
                    changed.append(octet.isLetter && Bool.random(using: &random) ? octet ^ 0x20 : octet)
                }
                let start = [" ", "", "\t", "\r\n "][Int.random(in: 0..<4, using: &random)]
                let value = field.bytes[field.valueStart...].drop { $0 == .space }.dropLast(2)
                changed += octets(start)
                changed += respaced(Array(value), [" ", "\t", "  ", "\r\n ", "\r\n\t", " \r\n  "], &random)
                changed += octets(["\r\n", " \r\n", "\t \n"][Int.random(in: 0..<3, using: &random)])
            }
            changed += octets("\r\n")
            let lines = signed[header.bodyStart...].split(separator: .lineFeed).map { $0.dropLast() }
            for line in lines {
                changed += respaced(Array(line), [" ", "\t", "   "], &random)
                changed += octets(["\r\n", "  \r\n", "\t\n"][Int.random(in: 0..<3, using: &random)])
            }
            changed += octets(["", "\r\n\r\n", " \n"][Int.random(in: 0..<3, using: &random)])
            let result = try await DKIMTestKeys.verify(changed, algorithm)
            #expect(result?.result == .pass, "\(String(decoding: changed, as: UTF8.self))")
        }
    }

    @Test("Any octet that is changed breaks a simple signature", arguments: [UInt8(0x01), 0x20, 0x80])
    func changed(mask: UInt8) async throws {
        let configuration = DKIMSigner.Configuration(
            headerCanonicalization: .simple, bodyCanonicalization: .simple,
            signedFields: ["Received"] + DKIMSigner.recommendedFields)
        let signed = try DKIMTestKeys.signed(Self.message, .ed25519SHA256, configuration)
        #expect(try await DKIMTestKeys.verify(signed)?.result == .pass)
        for index in signed.indices {
            var changed = signed
            changed[index] ^= mask
            let result = try await DKIMTestKeys.verify(changed)
            #expect(result?.result != .pass, "\(index) \(String(decoding: changed, as: UTF8.self))")
        }
    }

    @Test("Any letter or digit that is changed, added or left out breaks a relaxed signature")
    func changedRelaxed() async throws {
        let signed = try DKIMTestKeys.signed(Self.message)
        let header = MailHeaderSection(signed)
        let firstField = header.fields[0].bytes.count
        let signedStart = firstField + header.fields[1].bytes.count
        for index in signedStart..<signed.count where signed[index].isLetter || signed[index].isDigit {
            var (other, longer, shorter) = (signed, signed, signed)
            other[index] ^= 1
            longer.insert(UInt8(ascii: "x"), at: index)
            shorter.remove(at: index)
            for changed in [other, longer, shorter] {
                #expect(try await DKIMTestKeys.verify(changed)?.result != .pass)
            }
        }
        // Received is not signed.
        var changed = signed
        changed[firstField + 12] ^= 1
        #expect(try await DKIMTestKeys.verify(changed)?.result == .pass)
    }
}
