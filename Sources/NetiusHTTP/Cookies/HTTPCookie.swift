public import Netius

/// A cookie that a client is told to keep (RFC 6265, and what browsers have made of it since: draft-ietf-httpbis-
/// rfc6265bis).
///
/// ```swift
/// var cookie = HTTPCookie("__Host-session", token)
/// cookie.maxAge = .seconds(3600)
/// try response.setCookie(cookie)
/// ```
///
/// What is not said is the careful choice: sent over TLS only, hidden from scripts, not sent along from other sites but
/// by following a link, for the whole site of the one host that set it.
public struct HTTPCookie: Sendable, Hashable {
    /// Whether the cookie goes with requests that another site has brought about.
    public enum SameSite: String, Sendable, Hashable {
        /// Never.
        case strict = "Strict"
        /// When a link is followed.
        case lax = "Lax"
        /// Always; such a cookie has to be ``HTTPCookie/isSecure``.
        case none = "None"
    }

    /// The name, a token.
    public var name: String
    /// The value: ASCII without controls, whitespace, `"`, `,`, `;` and `\`; what is other is encoded by its user, as
    /// with `PercentEncoding`.
    public var value: String
    /// The path below which the cookie is sent. Default `/`.
    public var path = "/"
    /// The domain whose hosts get the cookie; default nil, for the host alone that sets it.
    public var domain: String?
    /// How long the client keeps it, in whole seconds; none or less makes it forget it. Default nil: until the browser
    /// is closed, unless ``expires`` says otherwise.
    public var maxAge: Duration?
    /// When the client forgets it; ``maxAge`` is preferred by those that know it. Default nil.
    public var expires: Timestamp?
    /// Whether it is sent over TLS only, or to this machine itself. Default true.
    public var isSecure = true
    /// Whether scripts cannot see it. Default true.
    public var isHTTPOnly = true
    /// Whether other sites' requests have it. Default ``SameSite/lax``; nil leaves that to the browser.
    public var sameSite: SameSite? = .lax
    /// Whether a page that is embedded in another site has a jar of its own there; it has to be ``isSecure``. Default
    /// false.
    public var isPartitioned = false

    /// A cookie with the careful choices.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// What makes a client forget a cookie. Its path and domain have to be those that it was set with.
    public static func expired(_ name: String, path: String = "/", domain: String? = nil) -> HTTPCookie {
        var cookie = HTTPCookie(name, "")
        cookie.path = path
        cookie.domain = domain
        cookie.maxAge = .zero
        cookie.expires = Timestamp(seconds: 0)
        return cookie
    }
}
