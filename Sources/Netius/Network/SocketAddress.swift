/// Where a socket listens or connects: an address and a port, or the path of a Unix domain socket.
public enum SocketAddress: Sendable, Hashable {
    /// A port (TCP's or UDP's) of an address. Port 0 asks the system to choose one.
    case ip(IPAddress, port: UInt16)

    /// A Unix domain socket.
    ///
    /// On Linux a path that begins with `@` is a name in the abstract namespace, which no file system shows: the `@`
    /// stands for the zero byte that marks such names. Elsewhere such a path cannot be used. To name a file that begins
    /// with `@`, write `./@name`.
    ///
    /// The path is empty for a peer whose socket was not bound, as a client's usually is.
    case unix(path: String)

    /// The address, or nil for a Unix domain socket.
    public var ipAddress: IPAddress? {
        guard case .ip(let address, _) = self else { return nil }
        return address
    }

    /// The port, or nil for a Unix domain socket.
    public var port: UInt16? {
        guard case .ip(_, let port) = self else { return nil }
        return port
    }
}

extension SocketAddress: LosslessStringConvertible {
    /// Reads `127.0.0.1:80`, `[::1]:80`, `[fe80::1%2]:80` or `unix:/run/x`; nil for any other text.
    ///
    /// The port is required, in decimal without leading zeros. An IPv6 address needs its brackets, and an IPv4 address
    /// takes none. A path is everything after `unix:`, and holds no zero byte.
    public init?(_ description: String) {
        if description.utf8.starts(with: Self.unixPrefix.utf8) {
            let path = description.utf8.dropFirst(Self.unixPrefix.utf8.count)
            guard !path.contains(0) else { return nil }
            self = .unix(path: String(Substring(path)))
            return
        }
        let utf8Span = description.utf8Span
        let utf8 = utf8Span.span
        guard let colon = utf8.indices.last(where: { utf8[$0] == UInt8(ascii: ":") }),
            let port = UInt16(decimal: utf8.extracting(droppingFirst: colon + 1)),
            let address = Self.host(utf8.extracting(first: colon))
        else { return nil }
        self = .ip(address, port: port)
    }

    /// The address with its port, or the path after `unix:`, in the form that the initializer reads.
    ///
    /// A zone is printed as the interface's index, not its name, so that to log a peer never asks the system.
    public var description: String {
        switch self {
        case .ip(.v4(let address), let port): "\(address):\(port)"
        case .ip(.v6(let address), let port): "[\(address.numericDescription)]:\(port)"
        case .unix(let path): Self.unixPrefix + path
        }
    }

    private static let unixPrefix = "unix:"

    private static func host(_ utf8: Span<UInt8>) -> IPAddress? {
        guard utf8.count >= 2, utf8[0] == UInt8(ascii: "["), utf8[utf8.count - 1] == UInt8(ascii: "]") else {
            return IPv4Address(utf8: utf8).map(IPAddress.v4)
        }
        return IPv6Address(utf8: utf8.extracting(1..<(utf8.count - 1))).map(IPAddress.v6)
    }
}
