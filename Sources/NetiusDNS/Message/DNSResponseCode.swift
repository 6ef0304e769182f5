/// How a server has dealt with a question (RFC 1035 section 4.1.1, RFC 6891 section 6.1.3).
package struct DNSResponseCode: Sendable, Hashable, RawRepresentable {
    /// The number, of at most twelve bits.
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue & 0xFFF
    }

    package static let noError = DNSResponseCode(rawValue: 0)
    package static let formatError = DNSResponseCode(rawValue: 1)
    package static let serverFailure = DNSResponseCode(rawValue: 2)
    package static let noSuchName = DNSResponseCode(rawValue: 3)
    package static let notImplemented = DNSResponseCode(rawValue: 4)
    package static let refused = DNSResponseCode(rawValue: 5)
    package static let badVersion = DNSResponseCode(rawValue: 16)

    private static let names = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
        "NOTZONE",
    ]
}

extension DNSResponseCode: CustomStringConvertible {
    /// The name that everybody knows, or `RCODE` and the number.
    package var description: String {
        if self == .badVersion { return "BADVERS" }
        return Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "RCODE\(rawValue)"
    }
}
