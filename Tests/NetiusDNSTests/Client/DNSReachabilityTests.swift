import Netius
import Testing

@testable import NetiusDNS

@Suite("Whether this machine has a way to a network", .timeLimit(.minutes(5)))
struct DNSReachabilityTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func address(_ text: String) throws -> IPv6Address { try #require(IPv6Address(text)) }

    @Test("It is found out once for all addresses of a network, and again after some seconds")
    func remembered() async throws {
        let reachability = DNSReachability()
        var found: [String] = []
        func ask(_ text: String, after seconds: Int64, _ way: Bool) async throws -> Bool {
            try await reachability.isReachable(address(text), at: start + .seconds(seconds)) { address in
                found.append("\(address)")
                return way
            }
        }
        let answers = [
            try await ask("2001:db8:0:1::1", after: 0, true), try await ask("2001:db8:0:1::2", after: 1, false),
            try await ask("2001:db8:0:2::1", after: 1, false), try await ask("2001:db8:0:2:ffff::", after: 4, true),
            try await ask("2001:db8:0:1::3", after: 5, false),
        ]
        #expect(answers == [true, true, false, false, false])
        #expect(found == ["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:1::3"])
    }

    @Test("What a cancelled task has not found out is not remembered")
    func cancelled() async throws {
        let reachability = DNSReachability()
        await #expect(throws: CancellationError.self) {
            try await reachability.isReachable(address("2001:db8::1"), at: start) { _ in throw CancellationError() }
        }
        #expect(try await reachability.isReachable(address("2001:db8::1"), at: start) { _ in true })
    }

    @Test("However many networks there are, few are remembered")
    func many() async throws {
        let reachability = DNSReachability()
        var count = 0
        func ask(_ number: UInt128) async throws {
            _ = try await reachability.isReachable(IPv6Address(bits: number << 64), at: start) { _ in
                count += 1
                return true
            }
        }
        for number in 1...1000 as ClosedRange<UInt128> { try await ask(number) }
        #expect(count == 1000)
        try await ask(1000)
        #expect(count == 1000)
        try await ask(1)
        #expect(count == 1001)
    }

    @Test("The system has a way to this machine")
    func system() async throws {
        let socket = try? await Datagram.bind(.ip(.v6(.loopback), port: 0))
        #expect(try await DNSReachability().isReachable(.loopback) == (socket != nil))
        await socket?.close()
    }
}
