import Netius
import Testing

@testable import NetiusDNS

@Suite("The order of name servers")
struct DNSServerHealthTests {
    private let servers = (1...3).map { SocketAddress.ip(.v4(.loopback), port: $0) }

    private func ports(_ health: DNSServerHealth, rotating: Bool = false, attempts: Int = 1) -> [UInt16] {
        health.order(servers, rotating: rotating, attempts: attempts).compactMap(\.port)
    }

    @Test("Servers are asked in the order in which they are given, as often as there are attempts")
    func attempts() {
        #expect(ports(DNSServerHealth(), attempts: 2) == [1, 2, 3, 1, 2, 3])
        #expect(ports(DNSServerHealth(), attempts: -1) == [1, 2, 3])
        #expect(DNSServerHealth().order([], rotating: true, attempts: 2) == [])
    }

    @Test("One that has been silent comes last until it answers")
    func silence() {
        let health = DNSServerHealth()
        health.wasSilent(servers[0])
        #expect(ports(health, attempts: 2) == [2, 3, 1, 2, 3, 1])
        for server in servers { health.wasSilent(server) }
        #expect(ports(health) == [1, 2, 3])
        health.answered(servers[2])
        #expect(ports(health) == [3, 1, 2])
    }

    @Test("With rotation each question begins with any of them, and goes round")
    func rotation() {
        let orders = Set((0..<200).map { _ in ports(DNSServerHealth(), rotating: true) })
        #expect(orders == [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
    }
}
