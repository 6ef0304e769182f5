import Netius
import NetiusDNS

/// A name server as it is written: an address or a host, with or without a port.
struct DNSServerName: Sendable, Hashable {
    let host: String
    let port: UInt16

    init?(_ text: String) {
        if let address = SocketAddress(nameServer: text) {
            guard let host = address.ipAddress, let port = address.port else { return nil }
            (self.host, self.port) = ("\(host)", port)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, DNSName(String(parts[0])) != nil else { return nil }
        guard parts.count == 2 else {
            (host, port) = (text, 53)
            return
        }
        guard let port = UInt16(parts[1]), port > 0 else { return nil }
        (host, self.port) = (String(parts[0]), port)
    }

    /// Where it is, as the system has it.
    func addresses() async throws -> [SocketAddress] {
        let addresses = try await Resolver.shared.addresses(of: host)
        guard !addresses.isEmpty else { throw ToolError("the name server \(host.quoted) has no address") }
        return addresses.map { .ip($0, port: port) }
    }
}

extension ConfigurationFormat where Value == DNSServerName {
    /// An address or a host, with or without a port.
    static let nameServer = ConfigurationFormat(
        expected: "the address or name of a name server, with or without a port", read: DNSServerName.init(_:))
}

extension ConfigurationFormat where Value == DNSRecordType {
    /// A name or number of a type.
    static let recordType = ConfigurationFormat(
        expected: "a type of record, such as MX or TYPE65", read: DNSRecordType.init(_:))
}
