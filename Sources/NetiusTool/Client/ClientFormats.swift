import Netius
import NetiusHTTP

/// How the values of the client commands' options are written.
extension ConfigurationFormat where Value == HTTPField {
    /// `Name: value`.
    static let field = ConfigurationFormat(expected: "a field: 'Name: value'") { text in
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else { return nil }
        let value = parts[1].drop { $0 == " " || $0 == "\t" }
        return HTTPField(name: name, validating: String(value))
    }
}

extension ConfigurationFormat where Value == HTTPRequest.Method {
    /// A token, such as `PUT`.
    static let method = ConfigurationFormat(expected: "a method, such as PUT") { HTTPRequest.Method($0) }
}

extension ConfigurationFormat where Value == HTTPProxy {
    /// An `http` or `https` URL, or a host and port.
    static let proxy = ConfigurationFormat(expected: "the http or https URL of a proxy") {
        try? HTTPProxy(parsing: $0)
    }
}

extension ConfigurationFormat where Value == HTTPProxyExceptions {
    /// As in `NO_PROXY`.
    static let proxyExceptions = ConfigurationFormat(
        expected: "names, addresses or networks separated by commas, or *", read: HTTPProxyExceptions.init(_:))
}

extension ConfigurationFormat where Value == String {
    /// What `TLSPin` reads.
    static let pin = ConfigurationFormat(
        expected: "64 hexadecimal digits of a certificate's SHA-256 digest, or sha256/ and that of a key in Base64"
    ) { TLSPin($0) == nil ? nil : $0 }
}

/// What the address of a host is, at one port.
struct NamedAddress: Sendable, Hashable {
    let host: String
    let port: UInt16
    let addresses: [IPAddress]
}

extension ConfigurationFormat where Value == NamedAddress {
    /// `example.com:443:192.0.2.1`; of several addresses, separated by commas, the first that answers is taken.
    static let namedAddress = ConfigurationFormat(expected: "HOST:PORT:ADDRESS") { text in
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let port = UInt16(parts[1]) else { return nil }
        var addresses: [IPAddress] = []
        for item in parts[2].split(separator: ",", omittingEmptySubsequences: false) {
            let isBracketed = item.hasPrefix("[") && item.hasSuffix("]")
            guard let address = IPAddress(String(isBracketed ? item.dropFirst().dropLast() : item)) else { return nil }
            addresses.append(address)
        }
        return NamedAddress(host: parts[0].lowercased(), port: port, addresses: addresses)
    }
}
