import Testing

@testable import NetiusHTTP

@Suite("Dates")
struct HTTPDateTests {
    private let now = 1_700_000_000

    private func text(_ seconds: Int) -> String {
        String(decoding: HTTPDate.bytes(secondsSince1970: seconds), as: UTF8.self)
    }

    @Test(
        "Times are written as RFC 9110 section 5.6.7 asks",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (Int.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
        ])
    func written(seconds: Int, expected: String) {
        #expect(text(seconds) == expected)
    }

    @Test("A field line is complete")
    func fieldLine() {
        let line = String(decoding: HTTPDate.fieldLine(secondsSince1970: 0), as: UTF8.self)
        #expect(line == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
    }

    @Test(
        "All three formats are read",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ])
    func formats(text: String) {
        #expect(HTTPDate.secondsSince1970(text, now: now) == 784_111_777)
    }

    @Test("What is written is read again")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let seconds = Int.random(in: HTTPDate.range, using: &generator)
            #expect(HTTPDate.secondsSince1970(text(seconds), now: now) == seconds)
        }
    }

    @Test("Two digits of a year are never more than 50 years ahead")
    func centuries() {
        // 2023: 73 is still ahead, 74 is past.
        #expect(HTTPDate.secondsSince1970("Sunday, 01-Jan-73 00:00:00 GMT", now: now) == 3_250_454_400)
        #expect(HTTPDate.secondsSince1970("Tuesday, 01-Jan-74 00:00:00 GMT", now: now) == 126_230_400)
    }

    @Test("A leap second counts as the one before it")
    func leapSecond() {
        #expect(HTTPDate.secondsSince1970("Sat, 31 Dec 2016 23:59:60 GMT", now: now) == 1_483_228_799)
    }

    @Test(
        "What is not a date is none",
        arguments: [
            "", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ",
            " Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 06 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
            "Wed, 30 Feb 1994 08:49:37 GMT", "Tue, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94", "Sunday, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT", "Sun, 06 Nov 19é4 08:49:37 GMT",
        ])
    func refused(text: String) {
        #expect(HTTPDate.secondsSince1970(text, now: now) == nil)
    }
}
