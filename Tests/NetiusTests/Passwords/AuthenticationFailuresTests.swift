import Netius
import TestSupport
import Testing

@Suite("Failed logins")
struct AuthenticationFailuresTests {
    private func time(_ seconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test("Are counted for each address, for an hour")
    func counts() {
        let failures = AuthenticationFailures()
        let (first, second) = (IPAddress("192.0.2.1"), IPAddress("192.0.2.2"))
        #expect((1...3).map { _ in failures.count(first, at: time(10)) } == [1, 2, 3])
        #expect(failures.count(second, at: time(10)) == 1)
        #expect(failures.count(nil, at: time(10)) == 1)
        #expect(failures.count(first, at: time(3609)) == 4)
        #expect(failures.count(first, at: time(3610)) == 1)
    }

    @Test("A host's IPv6 addresses are one, and a mapped one is the IPv4 address")
    func networks() {
        let failures = AuthenticationFailures()
        #expect(failures.count(IPAddress("2001:db8::1"), at: time(1)) == 1)
        #expect(failures.count(IPAddress("2001:db8::ffff:2"), at: time(1)) == 2)
        #expect(failures.count(IPAddress("2001:db8:0:1::1"), at: time(1)) == 1)
        #expect(failures.count(IPAddress("::ffff:192.0.2.1"), at: time(1)) == 1)
        #expect(failures.count(IPAddress("192.0.2.1"), at: time(1)) == 2)
    }

    @Test("However many addresses there are, a bounded number is counted")
    func bounds() {
        let failures = AuthenticationFailures()
        for number in 0..<5000 {
            _ = failures.count(.v4(IPv4Address(bits: UInt32(number))), at: time(1))
            #expect(failures.addressCount <= AuthenticationFailures.maximumAddresses)
        }
        // An hour later all have ended.
        _ = failures.count(IPAddress("::1"), at: time(4000))
        #expect(failures.addressCount == 1)
    }

    @Test("Are logged one by one, then every hundredth, with the address and the name")
    func log() {
        let failures = AuthenticationFailures()
        let sink = RecordingLogSink()
        for _ in 0..<250 {
            failures.note(
                IPAddress("192.0.2.1"), user: "fr\nank", "wrong user or password", log: Log(sink: sink))
        }
        #expect(sink.records.compactMap { $0.metadata["failures"] } == (1...10).map { "\($0)" } + ["100", "200"])
        #expect(sink.records.allSatisfy { $0.metadata["address"] == "192.0.2.1" && $0.metadata["user"] == "fr\nank" })
        #expect(sink.records.allSatisfy { $0.level == .notice })
    }
}
