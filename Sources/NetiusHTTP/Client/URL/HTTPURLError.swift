internal import Netius

/// Why a text is not the URL of something that a client can ask for.
public enum HTTPURLError: Error, Hashable {
    /// It is longer than `HTTPURL.maximumLength`.
    case tooLong
    /// It does not begin with a scheme.
    case missingScheme
    /// The scheme is none of `http`, `https`, `http+unix`, `https+unix` and `unix`.
    case unsupportedScheme(String)
    /// No host follows the scheme.
    case missingHost
    /// The host is neither the name of one nor an address.
    case invalidHost(String)
    /// The host is not in ASCII.
    case internationalHost(String)
    /// The host looks like a number, which programs understand in different ways, and is not an IPv4 address.
    case numericHost(String)
    /// The port is not a number from 0 to 65535.
    case invalidPort
    /// User and password are not percent-encoded UTF-8 without controls, or two `@` follow them.
    case invalidUserInformation
    /// The path of a Unix domain socket is not percent-encoded, or begins with neither `/` nor `@`.
    case invalidSocketPath(String)
    /// A control character or a backslash.
    case invalidCharacter(UInt8)
    /// A `%` without two hexadecimal digits behind it.
    case invalidEscape
}

extension HTTPURLError: CustomStringConvertible {
    /// One line for people, without what may be a password.
    public var description: String {
        switch self {
        case .tooLong: "the URL has more than \(HTTPURL.maximumLength) octets"
        case .missingScheme: "the URL does not begin with http:// or https://"
        case .unsupportedScheme(let scheme): "the scheme \(scheme.shortened.quoted) is not http, https or unix"
        case .missingHost: "the URL has no host"
        case .invalidHost(let host): "\(host.shortened.quoted) is not the name or address of a host"
        case .internationalHost(let host): "the host \(host.shortened.quoted) is not ASCII: write it in punycode (xn--)"
        case .numericHost(let host): "the host \(host.shortened.quoted) is a number, but not an IPv4 address"
        case .invalidPort: "the port of the URL is not a number from 0 to 65535"
        case .invalidUserInformation: "the user or password of the URL is not percent-encoded"
        case .invalidSocketPath(let path): "\(path.shortened.quoted) is not the percent-encoded path of a socket"
        case .invalidCharacter(let octet): "the URL has the character \(String(UnicodeScalar(octet)).quoted)"
        case .invalidEscape: "the URL has a % that is not followed by two hexadecimal digits"
        }
    }
}

extension String {
    /// So much of the text as fits into a line.
    fileprivate var shortened: String {
        utf8.count <= 100 ? self : String(decoding: utf8.prefix(100), as: UTF8.self) + "…"
    }
}
