/// CAA: a property of who may issue certificates (RFC 8659).
public struct DNSCertificationAuthority: Sendable, Hashable {
    /// 128 where an issuer that does not know the tag must not issue.
    public var flags: UInt8
    /// What the property is, such as `issue`: ASCII letters and digits, at most 255.
    public var tag: String
    /// Its value.
    public var value: [UInt8]

    /// A property.
    public init(flags: UInt8 = 0, tag: String, value: [UInt8]) {
        self.flags = flags
        self.tag = tag
        self.value = value
    }
}
