import Netius
import Testing

@Suite struct IPRangeTests {
    @Test(
        "The hosts leave out what no host may have",
        arguments: [
            ("192.0.2.0/29", ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"]),
            ("192.0.2.0/30", ["192.0.2.1", "192.0.2.2"]), ("192.0.2.0/31", ["192.0.2.0", "192.0.2.1"]),
            ("192.0.2.7/32", ["192.0.2.7"]), ("2001:db8::/126", ["2001:db8::1", "2001:db8::2", "2001:db8::3"]),
            ("2001:db8::/127", ["2001:db8::", "2001:db8::1"]), ("2001:db8::9/128", ["2001:db8::9"]),
        ])
    func hosts(_ text: String, _ hosts: [String]) throws {
        let network = try #require(IPNetwork(text))
        #expect(network.hosts.map(\.description) == hosts)
        #expect(network.hosts.count == hosts.count && network.hosts.exactCount == UInt128(hosts.count))
        #expect(network.hosts.reversed().map(\.description) == hosts.reversed())
        if case .v4(let network) = network { #expect(network.hosts.map(\.description) == hosts) }
        if case .v6(let network) = network { #expect(network.hosts.map(\.description) == hosts) }
    }

    @Test("A network is the collection of its addresses")
    func addresses() throws {
        let network = try #require(IPv4Network("192.168.0.0/28"))
        #expect(network.map(\.description) == (0..<16).map { "192.168.0.\($0)" })
        #expect(Array(network.reversed()) == Array(network).reversed())
        #expect(network.count == 16 && !network.isEmpty)
        #expect(network.first?.description == "192.168.0.0" && network.last?.description == "192.168.0.15")
        #expect(network.prefix(2).map(\.description) == ["192.168.0.0", "192.168.0.1"])
        #expect(network.suffix(2).map(\.description) == ["192.168.0.14", "192.168.0.15"])
        #expect(network.dropFirst(14).map(\.description) == ["192.168.0.14", "192.168.0.15"])
    }

    @Test("An address is found by its offset, from the end if that is negative, and none beyond")
    func offsets() throws {
        let network = try #require(IPNetwork("192.168.0.0/28"))
        #expect(network.address(at: 0)?.description == "192.168.0.0")
        #expect(network.address(at: 15)?.description == "192.168.0.15")
        #expect(network.address(at: -1)?.description == "192.168.0.15")
        #expect(network.address(at: -16)?.description == "192.168.0.0")
        for offset in [16, -17, .max, .min] { #expect(network.address(at: offset) == nil) }
        #expect(network.address(at: UInt128.max) == nil && network.address(at: Int128.min) == nil)
        #expect(network.address(at: UInt8(15)) == network.last)
        #expect(network.hosts.element(at: -1)?.description == "192.168.0.14")
        #expect(network.hosts.element(at: 14) == nil && network.hosts.element(at: -15) == nil)
        #expect(network.subnets().element(at: 1)?.description == "192.168.0.8/29")
    }

    @Test("All of IPv6 is a collection like another, of which only the count stops at the largest integer")
    func everything() throws {
        let network = try #require(IPv6Network("::/0"))
        #expect(network.count == .max && network.addressCount == nil)
        #expect(network.hosts.count == .max && network.hosts.exactCount == .max)
        #expect(network.first?.bits == 0 && network.last?.bits == .max)
        #expect(network.hosts.first?.bits == 1 && network.hosts.last?.bits == .max)
        #expect(network.prefix(2).map(\.bits) == [0, 1] && network.suffix(2).map(\.bits) == [.max - 1, .max])
        #expect(network.reversed().prefix(2).map(\.bits) == [.max, .max - 1])
        #expect(network.address(at: UInt128.max)?.bits == .max && network.address(at: -1)?.bits == .max)
        #expect(
            network.address(at: Int128.min)?.bits == 1 << 127 && network.address(at: Int.max)?.bits == UInt128(Int.max))
        let (start, end) = (network.startIndex, network.endIndex)
        #expect(network.distance(from: start, to: end) == .max && network.distance(from: end, to: start) == .min)
        #expect(network.distance(from: end, to: end) == 0)
        #expect(network.index(after: end) == end && network.index(before: start) == start)
        #expect(network[network.index(before: end)].bits == .max)
        #expect(network.index(start, offsetBy: .max, limitedBy: end).map { network[$0].bits } == UInt128(Int.max))
        #expect(network[network.index(end, offsetBy: .min)].bits == .max - UInt128(Int.max))
        #expect(network.index(network.index(end, offsetBy: -3), offsetBy: 3) == end)
        #expect(network.index(network.index(end, offsetBy: -3), offsetBy: 4, limitedBy: end) == nil)
        let subnets = try network.subnets(prefixLength: 128)
        #expect(subnets.exactCount == nil && subnets.last?.description == network.last.map { "\($0)/128" })
    }

    @Test("A count that just fits is exact, and the next is not")
    func limits() throws {
        // 2⁶² and 2⁶³ addresses; the hosts of the latter are one fewer, which is the largest integer.
        let (fits, exceeds) = (try #require(IPv6Network("::/66")), try #require(IPv6Network("::/65")))
        #expect(fits.count == 1 << 62 && fits.addressCount == 1 << 62)
        #expect(exceeds.count == .max && exceeds.addressCount == 1 << 63)
        #expect(exceeds.hosts.count == .max && exceeds.hosts.exactCount == UInt128(Int.max))
        #expect(exceeds.distance(from: exceeds.endIndex, to: exceeds.startIndex) == .min)
        #expect(fits.distance(from: fits.endIndex, to: fits.startIndex) == -(1 << 62))
        #expect(IPv4Network("0.0.0.0/0")?.count == 1 << 32)
        #expect(IPv4Network("0.0.0.0/0")?.hosts.count == 1 << 32 - 2)
    }

    @Test("The laws of collections hold for every index, and indices never leave the range")
    func laws() throws {
        for text in ["10.0.0.0/29", "255.255.255.252/30", "::1/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff8/125"] {
            let network = try #require(IPNetwork(text))
            let indices = Array(network.indices) + [network.endIndex]
            let elements = Array(network)
            #expect(elements.count == network.count && Set(elements).count == elements.count)
            #expect(elements == elements.sorted() && elements.allSatisfy(network.contains))
            for (i, first) in indices.enumerated() {
                for (j, second) in indices.enumerated() {
                    #expect((first < second) == (i < j) && (first == second) == (i == j))
                    #expect(network.distance(from: first, to: second) == j - i)
                    #expect(network.index(first, offsetBy: j - i) == second)
                }
                #expect(network.index(first, offsetBy: .max) == network.endIndex)
                #expect(network.index(first, offsetBy: .min) == network.startIndex)
                if i < elements.count { #expect(network[first] == elements[i]) }
            }
        }
    }
}
