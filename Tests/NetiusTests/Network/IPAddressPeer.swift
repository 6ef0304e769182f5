import Netius

/// Cases about addresses, each a line of words separated by tabs, and what they should be answered: by this library here
/// and by Python's `ipaddress` there, in the same words. Networks are answered as number and length, since versions of
/// Python print IPv4-mapped addresses differently.
enum IPAddressPeer {
    static let script = """
        import ipaddress, sys

        MAPPED = ipaddress.ip_network("::ffff:0:0/96")
        # Where versions of Python, or of the registries, differ in what is private: the tests of classification say
        # what is right. Mapped addresses had no class of their own before Python 3.13, and the others came with CVE
        # 2024-4032 (3.11.10, 3.12.4), RFC 9637 (3.12.7), RFC 9602, RFC 9665 and RFC 9780 (not there yet).
        UNSETTLED = [ipaddress.ip_network(text) for text in (
            "192.0.0.0/24", "64:ff9b:1::/48", "100:0:0:1::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16")]

        def overlaps(block, other):
            network = ipaddress.ip_network(block)
            return network.version == other.version and network.overlaps(other)

        def flags(block):
            # A wide network with its ends in reserved blocks is reserved in Python, whatever is between.
            if overlaps(block, MAPPED):
                return "-"
            kinds = ["is_unspecified", "is_loopback", "is_link_local", "is_multicast", "is_reserved"]
            if not any(overlaps(block, other) for other in UNSETTLED):
                kinds += ["is_private", "is_global"]
            return "".join("1" if getattr(block, kind) else "0" for kind in kinds)

        def text(network):
            return "%d/%d" % (network.network_address, network.prefixlen)

        def texts(networks):
            return " ".join(text(network) for network in networks)

        def exploded(block):
            return "-" if overlaps(block, MAPPED) else block.exploded

        def address(argument):
            value = ipaddress.ip_address(argument)
            compressed = "-" if overlaps(value, MAPPED) else str(value)
            return " ".join([str(int(value)), compressed, exploded(value), value.reverse_pointer, flags(value)])

        def network(argument, strict):
            value = ipaddress.ip_network(argument, strict == "1")
            small = value.num_addresses <= 64
            hosts = [int(host) for host in value.hosts()] if small else [int(next(iter(value.hosts())))]
            # Of other lengths, Python's reverse names are not domains.
            rfc2317 = value.version == 4 and 24 < value.prefixlen < 32
            return " ".join([
                text(value), str(int(value.netmask)), str(int(value.hostmask)), str(int(value.broadcast_address)),
                str(value.num_addresses), ",".join(map(str, hosts)), exploded(value), flags(value),
                value.reverse_pointer if rfc2317 else "-",
                value.with_netmask + " " + value.with_hostmask if value.version == 4 else "-"])

        def interface(argument):
            value = ipaddress.ip_interface(argument)
            return "%d %s" % (value.ip, text(value.network))

        def supernet(argument, length):
            return text(ipaddress.ip_network(argument).supernet(new_prefix=int(length)))

        def subnets(argument, length):
            return texts(ipaddress.ip_network(argument).subnets(new_prefix=int(length)))

        def exclude(first, second):
            return texts(sorted(ipaddress.ip_network(first).address_exclude(ipaddress.ip_network(second))))

        def summarize(first, last):
            return texts(ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last)))

        def collapse(*arguments):
            return texts(ipaddress.collapse_addresses(ipaddress.ip_network(argument) for argument in arguments))

        def relate(first, second):
            first, second = ipaddress.ip_network(first), ipaddress.ip_network(second)
            return " ".join(str(int(answer)) for answer in (
                first.overlaps(second), first.subnet_of(second), first.supernet_of(second), first < second,
                second.network_address in first))

        def element(argument, offset):
            return str(int(ipaddress.ip_network(argument)[int(offset)]))

        def add(argument, distance):
            return str(int(ipaddress.ip_address(argument) + int(distance)))

        for line in sys.stdin.buffer.read().decode().split("\\n")[:-1]:
            name, *arguments = line.split("\\t")
            try:
                print(globals()[name](*arguments))
            except (ValueError, TypeError, IndexError):
                print("error")
        """

    /// This library's answer to a case.
    static func answer(_ line: String) -> String {
        let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        do {
            return try answer(words[0], Array(words.dropFirst()))
        } catch {
            return "error"
        }
    }

    private static func answer(_ name: String, _ arguments: [String]) throws -> String {
        let network = { (index: Int) in try IPNetwork(parsing: arguments[index]) }
        let address = { (index: Int) in try IPAddress(parsing: arguments[index]) }
        switch name {
        case "address": return describe(try address(0))
        case "network": return describe(try IPNetwork(parsing: arguments[0], strict: arguments[1] == "1"))
        case "interface":
            let interface = try IPInterface(parsing: arguments[0])
            return "\(interface.address.integer) \(text(interface.network))"
        case "supernet": return text(try network(0).supernet(prefixLength: Int(integer(arguments[1]))))
        case "subnets": return texts(Array(try network(0).subnets(prefixLength: Int(integer(arguments[1])))))
        case "exclude": return texts(try network(0).excluding(try network(1)))
        case "summarize": return texts(try IPNetwork.summarizing(from: try address(0), through: try address(1)))
        case "collapse": return texts(IPNetwork.collapsing(try arguments.indices.map(network)))
        case "relate":
            let (first, second) = (try network(0), try network(1))
            let answers = [
                first.overlaps(second), first.isSubnet(of: second), first.isSupernet(of: second), first < second,
                first.contains(second.networkAddress),
            ]
            return answers.map { $0 ? "1" : "0" }.joined(separator: " ")
        case "element":
            guard let element = try network(0).address(at: try integer(arguments[1])) else { return "error" }
            return "\(element.integer)"
        case "add": return "\(try address(0).advanced(by: integer(arguments[1])).integer)"
        default: return "unknown case"
        }
    }

    private struct NotAnInteger: Error {}

    private static func integer(_ text: String) throws -> Int128 {
        guard let number = Int128(text) else { throw NotAnInteger() }
        return number
    }

    private static func text(_ network: IPNetwork) -> String {
        "\(network.networkAddress.integer)/\(network.prefixLength)"
    }

    private static func texts(_ networks: [IPNetwork]) -> String { networks.map(text).joined(separator: " ") }

    private static func describe(_ address: IPAddress) -> String {
        let isMapped = address.unmapped != address
        return [
            "\(address.integer)", isMapped ? "-" : "\(address)", isMapped ? "-" : address.exploded, address.reverseName,
            flags(address),
        ].joined(separator: " ")
    }

    private static func describe(_ network: IPNetwork) -> String {
        let hosts = network.hosts.prefix((network.addressCount ?? .max) <= 64 ? 64 : 1).map { "\($0.integer)" }
        let is4 = network.bitWidth == 32
        return [
            text(network), "\(network.netmask.integer)", "\(network.hostmask.integer)",
            "\(network.broadcastAddress.integer)",
            network.addressCount.map(String.init) ?? "340282366920938463463374607431768211456",
            hosts.joined(separator: ","), network.overlaps(mapped) ? "-" : network.exploded, flags(network),
            is4 && network.prefixLength > 24 && network.prefixLength < 32 ? network.reverseName : "-",
            is4 ? "\(network.description(in: .netmask)) \(network.description(in: .hostmask))" : "-",
        ].joined(separator: " ")
    }

    private static let mapped = IPNetwork(containing: .v6(IPv4Address.any.mappedIPv6), prefixLength: 96)
    private static let unsettled = [
        "192.0.0.0/24", "64:ff9b:1::/48", "100:0:0:1::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16",
    ].compactMap(IPNetwork.init)

    private static func flags(_ block: some IPBlock) -> String {
        if block.ipNetwork.overlaps(mapped) { return "-" }
        var flags = [block.isAny, block.isLoopback, block.isLinkLocal, block.isMulticast, block.isReserved]
        if !unsettled.contains(where: block.ipNetwork.overlaps) { flags += [block.isPrivate, block.isGlobal] }
        return flags.map { $0 ? "1" : "0" }.joined()
    }
}
