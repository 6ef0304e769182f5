/// Where a resource is: a URL of `http`, `https`, or either over a Unix domain socket (RFC 3986, RFC 9110 §4.2).
///
/// ```swift
/// let url = try HTTPURL(parsing: "https://example.com/notes?page=2")
/// let next = try url.resolving("?page=3")
/// ```
///
/// A socket is named by its percent-encoded path in place of a host, or after `unix:`. These are the same:
///
///     http+unix://%2Frun%2Fapp.sock/notes
///     unix:/run/app.sock:/notes
///
/// What programs understand in different ways is refused, not guessed at: a host that looks like a number but is not an
/// IPv4 address in its usual form, a backslash, a percent-encoded host, two `@`. The host is ASCII: a name in another
/// script is written in punycode (`xn--…`). In path, query and fragment what is no part of a URL, as a space or a letter
/// that is not ASCII, is percent-encoded as UTF-8; segments `.` and `..` of the path are resolved.
public struct HTTPURL: Sendable, Hashable {
    /// Whether the connection is encrypted.
    public enum Scheme: String, Sendable, Hashable {
        /// In plain text; its port is 80 unless the URL has another.
        case http
        /// Over TLS; its port is 443 unless the URL has another.
        case https

        /// The port of a URL that has none.
        public var defaultPort: UInt16 {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    /// The most octets that a URL is read from, and that its path and query may have: 64 KiB.
    public static let maximumLength = 65_536

    /// The scheme; over a Unix domain socket that of what is spoken there.
    public internal(set) var scheme: Scheme
    /// The name or address of the host, in lower case; an IPv6 address is in its canonical form (RFC 5952) without
    /// brackets. `localhost` with a Unix domain socket.
    public internal(set) var host: String
    /// The zone of a link-local IPv6 address: an interface's name or index (RFC 6874).
    public internal(set) var zone: String?
    /// The port, be it the URL's or the scheme's own.
    public internal(set) var port: UInt16
    /// The path of the Unix domain socket to connect to, with an `@` before a name in Linux's abstract namespace; nil
    /// for a host.
    public internal(set) var socketPath: String?
    /// The path and, after a `?`, the query, as they are sent in a request; it begins with a slash.
    public internal(set) var path: String
    /// What follows the `#`, percent-encoded; nil if there is none. It is never sent.
    public internal(set) var fragment: String?
    /// The user's name, decoded; nil if there is none.
    public internal(set) var user: String?
    /// The password, decoded; nil if there is none.
    public internal(set) var password: String?

    /// What follows the first `?` of the path, percent-encoded; nil if there is no `?`.
    public var query: String? {
        guard let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return String(path[path.utf8.index(after: mark)...])
    }

    /// What the Host field says: the host, and after a colon the port unless it is the scheme's own. A zone means
    /// nothing to others, and is left out (RFC 6874 §4).
    public var authority: String {
        let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == scheme.defaultPort ? host : "\(host):\(port)"
    }

    /// What of the URL decides whom it trusts.
    public var origin: HTTPOrigin { HTTPOrigin(self) }

    /// The URL without what is for its user only: without user, password and fragment.
    public var withoutUserInformation: HTTPURL {
        var url = self
        (url.user, url.password, url.fragment) = (nil, nil, nil)
        return url
    }
}
