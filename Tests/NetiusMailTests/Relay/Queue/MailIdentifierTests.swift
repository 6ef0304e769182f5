import Netius
import Testing

@testable import NetiusMail

@Suite("Identifiers of messages") struct MailIdentifierTests {
    @Test("read back what they are written as, in either case")
    func readBack() throws {
        for _ in 0..<1000 {
            let identifier = MailIdentifier()
            #expect(MailIdentifier(identifier.description) == identifier)
            #expect(MailIdentifier(identifier.description.lowercased()) == identifier)
            #expect(identifier.description.utf8.count == 36)
        }
    }

    @Test("are UUIDs of version 7 that begin with the time")
    func version() {
        let identifier = MailIdentifier(at: Timestamp(millisecondsSince1970: 0x0190_A6F2_7C3B))
        #expect(identifier.description.hasPrefix("0190A6F2-7C3B-7"))
        #expect(["8", "9", "A", "B"].contains(Array(identifier.description)[19]))
        #expect(identifier.folder == "0190A6F2")
    }

    @Test("compare as the times do")
    func order() {
        let early = MailIdentifier(at: Timestamp(seconds: 1_700_000_000))
        let late = MailIdentifier(at: Timestamp(seconds: 1_700_000_001))
        #expect(early < late)
        #expect(early.description < late.description)
    }

    @Test(
        "are not read from anything else",
        arguments: [
            "", "0190A6F2", "0190A6F2-7C3B-7D12-A1B2-C3D4E5F6071", "0190A6F2-7C3B-7D12-A1B2-C3D4E5F607181",
            "0190A6F2-7C3B-7D12-A1B2-C3D4E5F6071G", "+190A6F2-7C3B-7D12-A1B2-C3D4E5F60718",
            "../../../../../../../../etc/passwd00", "0190A6F27C3B7D12A1B2C3D4E5F60718",
        ])
    func refused(_ text: String) {
        #expect(MailIdentifier(text) == nil)
    }

    @Test("milliseconds become times and back, before 1970 too")
    func milliseconds() {
        for milliseconds in [0, 1, 999, 1000, -1, -999, -1000, -1001, 1_763_767_000_123] as [Int64] {
            #expect(Timestamp(millisecondsSince1970: milliseconds).millisecondsSince1970 == milliseconds)
        }
        #expect(Timestamp(seconds: .max).millisecondsSince1970 == .max)
        #expect(Timestamp(seconds: 10).advanced(by: .milliseconds(1500)).millisecondsSince1970 == 11_500)
        #expect(Timestamp(seconds: 10).since(Timestamp(seconds: 12)) == .seconds(-2))
    }
}
