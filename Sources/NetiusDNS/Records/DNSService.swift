/// SRV: a host and port of a service (RFC 2782).
public struct DNSService: Sendable, Hashable {
    /// The lowest is to be tried first.
    public var priority: UInt16
    /// The share among those of one priority.
    public var weight: UInt16
    /// The port.
    public var port: UInt16
    /// The host; the root where there is no such service.
    public var target: DNSName

    /// A host and port.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}
