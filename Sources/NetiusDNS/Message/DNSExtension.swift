/// EDNS(0): what a sender can do beyond RFC 1035 (RFC 6891).
package struct DNSExtension: Sendable, Hashable {
    /// The longest packet that the sender takes over UDP.
    package var payloadSize: UInt16
    package var version: UInt8
    /// Whether the sender wants DNSSEC's records (RFC 3225).
    package var isSecurityWanted: Bool
    /// The options, as they are.
    package var options: [UInt8]

    package init(payloadSize: UInt16, version: UInt8 = 0, isSecurityWanted: Bool = false, options: [UInt8] = []) {
        self.payloadSize = payloadSize
        self.version = version
        self.isSecurityWanted = isSecurityWanted
        self.options = options
    }
}
