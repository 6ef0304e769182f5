/// The fields in which proxies say who a request is from.
public enum HTTPForwardedFields: Sendable, Hashable {
    /// Forwarded (RFC 7239).
    case forwarded
    /// X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host.
    case xForwarded
    /// Forwarded where it is there, else the others.
    case any
}
