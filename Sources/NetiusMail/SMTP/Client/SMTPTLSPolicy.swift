public import Netius

/// How mail for a domain is to be protected on its way to the domain's mail exchangers.
public struct SMTPTLSPolicy: Sendable {
    /// Whether TLS is spoken; opportunistically by default.
    public var security = SMTPSecurity.opportunistic
    /// Whom to trust; what the client's configuration says where it is nil, the default.
    public var context: TLSClientContext?
    /// The names of the mail exchangers that may be used, as MTA-STS has them (RFC 8461 section 4.1): `mx.example.com`, or
    /// `*.example.com` for any one label. Nil, the default, for all.
    public var mailExchangers: [String]?

    /// The defaults.
    public init() {}

    /// A policy.
    public init(
        _ security: SMTPSecurity, context: TLSClientContext? = nil, mailExchangers: [String]? = nil
    ) {
        self.security = security
        self.context = context
        self.mailExchangers = mailExchangers
    }

    /// Whether a mail exchanger of that name may be used.
    public func allows(_ host: String) -> Bool {
        guard let mailExchangers else { return true }
        let host = host.lowercasedASCII
        return mailExchangers.contains { pattern in
            let pattern = pattern.lowercasedASCII
            guard pattern.hasPrefix("*.") else { return pattern == host }
            guard let dot = host.firstIndex(of: "."), dot > host.startIndex else { return false }
            return host[dot...] == pattern.dropFirst()
        }
    }
}
