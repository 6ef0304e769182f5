/// Why a certificate, a key or a setting of TLS cannot be used.
public struct TLSConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What cannot be used and why, in one line.
    public let description: String

    package init(_ description: String) {
        self.description = description
    }
}
