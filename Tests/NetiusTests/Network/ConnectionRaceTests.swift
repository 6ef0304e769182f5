import Testing

@testable import Netius

@Suite struct ConnectionRaceTests {
    private static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }

    @Test(
        "The families take turns, beginning with the first address's, each in the resolver's order",
        arguments: [
            ("::1 ::2 ::3 10.0.0.1 10.0.0.2", "::1 10.0.0.1 ::2 10.0.0.2 ::3"),
            ("10.0.0.1 10.0.0.2 10.0.0.3 ::1", "10.0.0.1 ::1 10.0.0.2 10.0.0.3"),
            ("10.0.0.1 10.0.0.2", "10.0.0.1 10.0.0.2"),
            ("::1 10.0.0.1", "::1 10.0.0.1"),
            ("::1", "::1"),
            ("", ""),
        ])
    func interleaving(resolved: String, tried: String) {
        let addresses = resolved.split(separator: " ").compactMap { IPAddress(String($0)) }
        #expect(ConnectionRace(addresses).addresses.map(\.description).joined(separator: " ") == tried)
    }

    @Test("Nothing to try is given up at once")
    func empty() {
        var race = ConnectionRace([])
        #expect(race.proceed() == .giveUp)
    }

    @Test("The next address is tried when the last has had its delay, and not twice")
    func delays() {
        var race = ConnectionRace(Self.addresses("::1", "::2", "::3"))
        #expect(race.proceed() == .attempt(0))
        #expect(race.delayPassed(of: 0) == .attempt(1))
        #expect(race.delayPassed(of: 1) == .attempt(2))
        #expect(race.delayPassed(of: 2) == .wait)
        #expect(race.failed() == .wait)
        #expect(race.failed() == .wait)
        #expect(race.failed() == .giveUp)
    }

    @Test("A failure moves on at once, and the delay of the failed attempt is of no account then")
    func failures() {
        var race = ConnectionRace(Self.addresses("::1", "::2", "::3", "::4"))
        #expect(race.proceed() == .attempt(0))
        #expect(race.failed() == .attempt(1))
        #expect(race.failed() == .attempt(2))
        #expect(race.delayPassed(of: 0) == .wait)
        #expect(race.delayPassed(of: 1) == .wait)
        #expect(race.delayPassed(of: 2) == .attempt(3))
        #expect(race.failed() == .wait)
        #expect(race.delayPassed(of: 3) == .wait)
        #expect(race.failed() == .giveUp)
    }
}
