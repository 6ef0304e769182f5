import Netius

/// What is known of an address or a network: names and values, in the order in which they are shown.
struct IPReport: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
        case list([String])
    }

    struct Row: Sendable, Equatable {
        let name: String
        let value: Value
    }

    private(set) var rows: [Row] = []

    /// Reads a network where there is a slash, otherwise an address.
    init(of text: String) throws(IPAddressError) {
        if text.utf8.contains(UInt8(ascii: "/")) {
            describe(try IPNetwork(parsing: text))
        } else {
            describe(try IPAddress(parsing: text))
        }
    }

    /// Aligned lines.
    var text: String {
        "\(TextTable(rows: rows.map { [$0.name, $0.value.text] }))\n"
    }

    /// A JSON object on one line. Integers are strings, since they may have 128 bits; the prefix length is a number.
    var json: String {
        let members = rows.map { row in
            let key = String(row.name.map { $0 == " " ? "_" : $0 })
            return "\(key.quoted): \(row.value.json)"
        }
        return "{\(members.joined(separator: ", "))}\n"
    }

    private mutating func add(_ name: String, _ text: String?) {
        if let text { rows.append(Row(name: name, value: .text(text))) }
    }

    private mutating func describe(_ address: IPAddress) {
        add("kind", address.bitWidth == 32 ? "IPv4 address" : "IPv6 address")
        add("compressed", "\(address)")
        add("exploded", address.exploded)
        add("integer", "\(address.integer)")
        add("hexadecimal", "0x\(address.hexadecimal)")
        add("reverse name", address.reverseName)
        classify(address)
        switch address {
        case .v4(let address):
            add("mapped", "\(address.mappedIPv6)")
            add("6to4", "\(address.sixToFourNetwork)")
        case .v6(let address):
            add("mapped", address.mappedIPv4?.description)
            add("6to4", address.sixToFourIPv4?.description)
            add("teredo server", address.teredoIPv4?.server.description)
            add("teredo client", address.teredoIPv4?.client.description)
        }
    }

    private mutating func describe(_ network: IPNetwork) {
        add("kind", network.bitWidth == 32 ? "IPv4 network" : "IPv6 network")
        add("compressed", "\(network)")
        add("exploded", network.exploded)
        add("network", "\(network.networkAddress)")
        add("netmask", "\(network.netmask)")
        add("hostmask", "\(network.hostmask)")
        rows.append(Row(name: "prefix length", value: .number(network.prefixLength)))
        add("broadcast", "\(network.broadcastAddress)")
        let hosts = network.hosts
        add("first host", hosts.first?.description)
        add("last host", hosts.last?.description)
        add("addresses", Self.text(ofCount: network.addressCount))
        add("hosts", Self.text(ofCount: hosts.exactCount))
        add("reverse name", network.reverseName)
        classify(network)
        if network.unmapped != network { add("mapped", "\(network.unmapped)") }
    }

    private mutating func classify(_ block: some IPBlock) {
        let classes = [
            ("global", block.isGlobal), ("private", block.isPrivate), ("shared", block.isShared),
            ("unspecified", block.isAny), ("loopback", block.isLoopback), ("link-local", block.isLinkLocal),
            ("site-local", block.isSiteLocal), ("multicast", block.isMulticast), ("reserved", block.isReserved),
        ]
        rows.append(Row(name: "classification", value: .list(classes.filter(\.1).map(\.0))))
    }

    /// Only 2¹²⁸ is too large for the integer.
    private static func text(ofCount count: UInt128?) -> String {
        count.map(String.init) ?? "340282366920938463463374607431768211456"
    }
}

extension IPReport.Value {
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .list(let texts): texts.joined(separator: ", ")
        }
    }

    fileprivate var json: String {
        switch self {
        case .text(let text): text.quoted
        case .number(let number): "\(number)"
        case .list(let texts): "[\(texts.map(\.quoted).joined(separator: ", "))]"
        }
    }
}
