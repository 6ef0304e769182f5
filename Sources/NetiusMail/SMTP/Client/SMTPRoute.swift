public import NetiusDNS

/// By which way a client's mail goes.
public enum SMTPRoute: Sendable {
    /// To one server that takes it on, as a provider's for submission (RFC 6409): a name or an address, its port, whether
    /// TLS is spoken, and who the user is.
    case host(
        String, port: UInt16 = 587, security: SMTPSecurity = .required, credentials: SMTPCredentials? = nil)
    /// To the mail exchangers of each recipient's domain (RFC 5321 section 5), which the name servers tell.
    case mailExchangers(DNSClient = .shared)
}
