/// A host that takes a domain's mail (RFC 5321 section 5.1).
public struct DNSMailExchanger: Sendable, Hashable {
    /// The lowest is to be tried first.
    public let preference: UInt16
    /// The host, without a dot at its end. Empty where the domain takes no mail (the null MX of RFC 7505).
    public let host: String

    /// A host with its preference.
    public init(preference: UInt16, host: String) {
        self.preference = preference
        self.host = host
    }
}
