import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("Dates of mail")
struct MailDateTests {
    @Test(
        "A date is read, with its zone",
        arguments: [
            ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, -360),
            ("21 Nov 1997 09:55:06 -0600", 880_127_706, -360),
            ("Fri, 21 Nov 1997 09:55 -0600", 880_127_700, -360),
            ("Tue, 1 Jul 2003 10:52:37 +0200", 1_057_049_557, 120),
            ("Thu, 13 Feb 1969 23:32:54 -0330", -27_723_426, -210),
            (
                "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
                -27_723_480, -210
            ),
            ("21 Nov 97 09:55:06 GMT", 880_106_106, 0),
            ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880_127_706, -360),
            ("21 Nov 97 09:55:06 EST", 880_124_106, -300), ("21 Nov 97 09:55:06 PDT", 880_131_306, -420),
            ("21 Nov 097 09:55:06 Z", 880_106_106, 0), ("21 nov 1997 09:55:06 xyz", 880_106_106, 0),
            ("1 Jan 49 00:00:00 +0000", 2_493_072_000, 0), ("1 Jan 50 00:00:00 +0000", -631_152_000, 0),
            ("29 Feb 2000 00:00:00 +0000", 951_782_400, 0), ("31 Dec 2016 23:59:60 +0000", 1_483_228_800, 0),
            ("1 Jan 1970 00:00:00 +0000 (a (nested \\) comment))", 0, 0),
        ])
    func reading(text: String, seconds: Int64, offset: Int) throws {
        let date = try #require(MailDate(text))
        #expect(date.timestamp.seconds == seconds)
        #expect(date.offsetMinutes == offset)
    }

    @Test(
        "What is no date is none",
        arguments: [
            "", "Fri", "Fri,", "Fri 21 Nov 1997 09:55:06 -0600", "21 Nov 1997", "21 Nov 1997 09:55:06",
            "0 Nov 1997 09:55:06 Z",
            "31 Nov 1997 09:55:06 Z", "29 Feb 1900 00:00:00 Z", "21 Now 1997 09:55:06 Z", "21 Nov 1997 24:55:06 Z",
            "21 Nov 1997 09:60:06 Z", "21 Nov 1997 09:55:61 Z", "21 Nov 1997 9:55:06 Z", "21 Nov 1899 09:55:06 Z",
            "21 Nov 19970 09:55:06 Z", "21 Nov 1997 09:55:06 +060", "21 Nov 1997 09:55:06 +0660",
            "21 Nov 1997 09:55:06 Z Z", "21 Nov 1997 09:55:06 Z (open", "٢١ Nov 1997 09:55:06 Z",
        ])
    func refusing(text: String) {
        #expect(MailDate(text) == nil)
    }

    @Test("A date is written as RFC 5322 has it")
    func writing() {
        #expect(
            MailDate(Timestamp(seconds: 880_127_706), offsetMinutes: -360).description
                == "Fri, 21 Nov 1997 09:55:06 -0600")
        #expect(
            MailDate(Timestamp(seconds: -27_723_426), offsetMinutes: -210).description
                == "Thu, 13 Feb 1969 23:32:54 -0330")
        #expect(MailDate(Timestamp(seconds: 0)).description == "Thu, 1 Jan 1970 00:00:00 +0000")
    }

    @Test("Every date that is written reads back as itself, whatever moment was asked for")
    func property() throws {
        var random = SeededRandom(seed: 2)
        var seconds: [Int64] = [.min, .max, 0, -1, 253_402_300_799, -2_208_988_800]
        for _ in 0..<5000 { seconds.append(Int64.random(in: -2_300_000_000...260_000_000_000, using: &random)) }
        for second in seconds {
            let date = MailDate(
                Timestamp(seconds: second, nanoseconds: 5), offsetMinutes: Int.random(in: -7000...7000, using: &random))
            #expect(MailDate(date.description) == date, "\(date)")
        }
    }
}
