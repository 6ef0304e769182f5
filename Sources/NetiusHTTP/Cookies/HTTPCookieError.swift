/// Why a cookie cannot be set.
public enum HTTPCookieError: Error, Hashable, CustomStringConvertible {
    /// The name is not a token (RFC 6265 §4.1.1).
    case invalidName
    /// The value has an octet that it may not (RFC 6265 §4.1.1).
    case invalidValue
    /// The path does not begin with a slash, or has a control or `;`.
    case invalidPath
    /// The domain is not the name of a host.
    case invalidDomain
    /// Name and value have more than 4096 octets, or the path or domain more than 1024: browsers ignore such.
    case tooLong
    /// A name that begins with `__Secure-` or `__Host-`, a `sameSite` of `none` or a partition needs `isSecure`.
    case mustBeSecure
    /// A name that begins with `__Host-` needs the path `/` and no domain.
    case mustBeOfHost

    /// One line for people.
    public var description: String {
        switch self {
        case .invalidName: "the name of the cookie is not a token"
        case .invalidValue: "the value of the cookie has a character that is not allowed"
        case .invalidPath: "the path of the cookie is not a path"
        case .invalidDomain: "the domain of the cookie is not a host name"
        case .tooLong: "the cookie is too long"
        case .mustBeSecure: "the cookie has to be secure"
        case .mustBeOfHost: "the cookie has to be for all of one host"
        }
    }
}
