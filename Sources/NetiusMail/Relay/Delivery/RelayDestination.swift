/// Where the recipients of a domain go.
enum RelayDestination: Sendable, Hashable {
    /// The hosts that take mail for a domain.
    case mailExchangers(of: String)
    /// The host that takes all mail.
    case smartHost
    /// The mailboxes here.
    case local
}

extension RelayDestination: CustomStringConvertible {
    /// The domain, or what stands for it.
    var description: String {
        switch self {
        case .mailExchangers(let domain): domain
        case .smartHost: "smarthost"
        case .local: "local"
        }
    }
}
