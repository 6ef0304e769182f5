internal import Netius

extension DNSServiceBinding: CustomStringConvertible {
    /// The binding as zone files have it: `1 . alpn="h2,h3" port=8443`.
    public var description: String {
        (["\(priority)", target.absoluteText] + parameters.map(\.description)).joined(separator: " ")
    }
}

extension DNSServiceBinding.Parameter: CustomStringConvertible {
    private static let names = [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath",
    ]

    private static func name(of key: UInt16) -> String {
        names.indices.contains(Int(key)) ? names[Int(key)] : "key\(key)"
    }

    /// The parameter as zone files have it; a value that is not what its key asks for is shown as octets.
    public var description: String {
        let name = Self.name(of: key)
        guard !value.isEmpty else { return name }
        return "\(name)=\(knownValue ?? DNSRecordData.quoted(value))"
    }

    private var knownValue: String? {
        switch key {
        case 0: items(of: 2) { Self.name(of: UInt16($0[0]) << 8 | UInt16($0[1])) }
        case 1: protocols
        case 3: value.count == 2 ? "\(UInt16(value[0]) << 8 | UInt16(value[1]))" : nil
        case 4: items(of: 4) { IPAddress(octets: $0)?.description ?? "" }
        case 5: Base64.encode(value)
        case 6: items(of: 16) { IPAddress(octets: $0)?.description ?? "" }
        default: nil
        }
    }

    /// Items of one size, separated by commas.
    private func items(of size: Int, _ text: ([UInt8]) -> String) -> String? {
        guard value.count.isMultiple(of: size) else { return nil }
        let items = stride(from: 0, to: value.count, by: size).map { text(Array(value[$0..<$0 + size])) }
        return items.joined(separator: ",")
    }

    /// Names of application protocols, each after its length; nil where they hold what would need two escapes.
    private var protocols: String? {
        var names: [[UInt8]] = []
        var rest = value[...]
        while let length = rest.popFirst() {
            guard length > 0, rest.count >= Int(length) else { return nil }
            names.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        guard !names.joined().contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\\") }) else {
            return nil
        }
        return DNSRecordData.quoted(Array(names.joined(separator: [UInt8(ascii: ",")])))
    }
}
