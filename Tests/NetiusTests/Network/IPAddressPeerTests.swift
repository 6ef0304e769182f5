import Netius
import Testing

/// Random cases, the same in every run, answered by Python's `ipaddress` too.
@Suite("IP addresses: Python's answers", .timeLimit(.minutes(5)))
struct IPAddressPeerTests {
    @Test("Valid and damaged text, properties, hosts, subnets, sums and summaries are answered alike")
    func answers() async throws {
        var random = AddressRandom(seed: 2026)
        let cases = (0..<20_000).map { _ in random.addressCase() }
        guard let answers = try await Python.lines(IPAddressPeer.script, input: cases) else { return }
        try #require(answers.count == cases.count)
        var errors = 0
        for (line, answer) in zip(cases, answers) {
            let own = IPAddressPeer.answer(line)
            errors += answer == "error" ? 1 : 0
            if own == "error", answer != own, hasLeadingZeroInPrefix(line) { continue }
            #expect(own == answer, "\(line)")
        }
        #expect(errors > 2000 && errors < 12_000)
    }

    /// Python reads `/08` as `/8`; this library refuses it, as it refuses `010.0.0.0`.
    private func hasLeadingZeroInPrefix(_ line: String) -> Bool {
        guard let slash = line.firstIndex(of: "/") else { return false }
        let prefix = line[slash...].dropFirst().prefix { $0 != "\t" }
        return prefix.count > 1 && prefix.hasPrefix("0") && prefix.allSatisfy(\.isNumber)
    }
}

extension AddressRandom {
    /// Addresses at the edges of blocks that mean something are as frequent as others.
    private mutating func address(bitWidth: Int) -> IPAddress {
        guard Bool.random(using: &self) else { return bitWidth == 32 ? .v4(ipv4()) : .v6(ipv6()) }
        let blocks = Self.blocks.filter { $0.bitWidth == bitWidth }
        let block = blocks[Int.random(in: blocks.indices, using: &self)]
        let edge = Bool.random(using: &self) ? block.networkAddress : block.broadcastAddress
        return edge.advanced(wrappingBy: UInt128.random(in: 0...4, using: &self) &- 2)
    }

    private static let blocks = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/127", "::/3", "100::/64", "2000::/3", "2001:db8::/32", "4000::/2", "e000::/4", "f000::/5", "f800::/6",
        "fc00::/7", "fe00::/9", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap(IPNetwork.init)

    private mutating func width() -> Int { Bool.random(using: &self) ? 32 : 128 }

    /// A network, as often as not a small one.
    private mutating func network(bitWidth: Int) -> IPNetwork {
        let shortest = Bool.random(using: &self) ? 0 : bitWidth - 8
        return IPNetwork(
            containing: address(bitWidth: bitWidth), prefixLength: Int.random(in: shortest...bitWidth, using: &self))
    }

    /// A network that is near another, so that they often have to do with each other.
    private mutating func neighbour(of network: IPNetwork) -> IPNetwork {
        let moved = network.advanced(wrappingBy: UInt128.random(in: 0...2, using: &self) &- 1)
        let addresses = UInt128.random(in: 0...moved.hostmask.integer, using: &self)
        let length = network.prefixLength + Int.random(in: -2...6, using: &self)
        return IPNetwork(containing: moved.networkAddress.advanced(wrappingBy: addresses), prefixLength: length)
    }

    private mutating func networkText() -> String {
        let network = network(bitWidth: width())
        let isMask = network.bitWidth == 32 && Bool.random(using: &self)
        let notation = isMask ? IPMaskNotation.allCases.randomElement(using: &self) : nil
        let text = network.description(in: notation ?? .prefixLength)
        guard Bool.random(using: &self) else { return text }
        let hasHostBits = Bool.random(using: &self)
        let rest = text.drop { $0 != "/" }
        return hasHostBits ? "\(address(bitWidth: network.bitWidth))\(rest)" : damaged(text)
    }

    /// Zones are read differently: Python does not know which addresses have them, nor which interfaces there are.
    private mutating func damaged(_ text: String) -> String {
        mutation(of: text).replacing("%", with: ":").replacing("\t", with: " ")
    }

    mutating func addressCase() -> String {
        let width = width()
        switch UInt8.random(in: 0..<16, using: &self) {
        case 0: return "address\t\(address(bitWidth: width))"
        case 1: return "address\t\(damaged("\(address(bitWidth: width))"))"
        case 2...5: return "network\t\(networkText())\t\(Int.random(in: 0...1, using: &self))"
        case 6: return "interface\t\(networkText())"
        case 7:
            let network = network(bitWidth: width)
            // Of all addresses, Python has supernets of any length.
            let length = network.prefixLength - Int.random(in: -1...8, using: &self)
            return "supernet\t\(network)\t\(network.prefixLength == 0 ? 0 : length)"
        case 8:
            let network = network(bitWidth: width)
            // Of a single address, Python has subnets of any length.
            let length = network.prefixLength + Int.random(in: -1...6, using: &self)
            return "subnets\t\(network)\t\(network.prefixLength == width ? width : length)"
        case 9:
            let network = network(bitWidth: width)
            return "exclude\t\(network)\t\(neighbour(of: network))"
        case 10:
            let first = address(bitWidth: width)
            return "summarize\t\(first)\t\(address(bitWidth: UInt8.random(in: 0..<8, using: &self) == 0 ? 32 : width))"
        case 11, 12:
            var networks = [network(bitWidth: width)]
            for _ in 0..<Int.random(in: 0...12, using: &self) {
                networks.append(neighbour(of: networks.randomElement(using: &self) ?? networks[0]))
            }
            return (["collapse"] + networks.map(\.description)).joined(separator: "\t")
        case 13:
            let network = network(bitWidth: width)
            return "relate\t\(network)\t\(neighbour(of: network))"
        case 14:
            let network = network(bitWidth: width)
            let offset = Int128(truncatingIfNeeded: network.hostmask.integer) &+ Int128.random(in: -2...2, using: &self)
            return "element\t\(network)\t\(Bool.random(using: &self) ? offset : -2 &- offset)"
        default:
            let distance = Int128(truncatingIfNeeded: next() >> UInt64.random(in: 0...63, using: &self))
            return "add\t\(address(bitWidth: width))\t\(Bool.random(using: &self) ? distance : -distance)"
        }
    }
}
