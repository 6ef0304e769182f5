public import Netius

extension HTTPCookieJar {
    /// A cookie that is kept.
    public struct Cookie: Sendable, Hashable {
        /// The name; empty where the server sent only a value.
        public var name: String
        /// The value as it was sent.
        public var value: String
        /// The host that set it, or the domain whose hosts get it, in lower case. For what is behind a Unix socket the
        /// path of that.
        public var domain: String
        /// Whether it goes to the one host alone.
        public var isHostOnly: Bool
        /// The path below which it is sent.
        public var path: String
        /// When it is forgotten; nil for a cookie of this session.
        public var expires: Timestamp?
        /// Whether it is sent over TLS only, or to this machine itself.
        public var isSecure: Bool
        /// Whether scripts must not see it.
        public var isHTTPOnly: Bool
        /// Whether it goes with requests that another site has brought about.
        public var sameSite: HTTPCookie.SameSite?

        /// A cookie of this session for one host and all its paths.
        public init(_ name: String, _ value: String, domain: String) {
            self.name = name
            self.value = value
            self.domain = domain
            isHostOnly = true
            path = "/"
            isSecure = false
            isHTTPOnly = false
        }

        /// `name=value`, or the value alone where there is no name.
        var pair: String { name.isEmpty ? value : "\(name)=\(value)" }

        func hasSameKey(as other: Cookie) -> Bool {
            name == other.name && path == other.path && domain == other.domain && isHostOnly == other.isHostOnly
        }

        func hasExpired(at now: Timestamp) -> Bool {
            expires.map { $0 <= now } ?? false
        }
    }
}
