public import Netius

/// The cookies that a client keeps for the servers that have set them (RFC 6265, as draft-ietf-httpbis-rfc6265bis §5 has
/// made it stricter). Any number of threads may use it.
///
/// What a browser does with the pages that a request comes from is not done: `SameSite` and `Partitioned` are read and
/// mean nothing here. `Secure` cookies go over TLS only, or to this machine itself: loopback addresses, `localhost`, Unix
/// sockets.
///
/// A server may set cookies for its own name and those above it, but not for a public suffix such as `com`. Which names
/// are such, only a list says that changes weekly, and that is not built in: by default every name without a dot counts
/// as public, and so `a.co.uk` can set a cookie that `b.co.uk` gets. Where that matters, give the jar a closure that
/// knows the [list](https://publicsuffix.org).
public final class HTTPCookieJar: Sendable {
    /// How much is kept.
    public struct Limits: Sendable, Hashable {
        /// The cookies of one domain. Beyond it those go that were not sent for longest, first of those that are not
        /// secure. Default 50.
        public var cookiesPerDomain = 50
        /// The cookies in all. Beyond it those go that were not sent for longest, a tenth at a time. Default 3000.
        public var cookies = 3000
        /// The octets of a name with its value; a larger cookie is ignored. Default 4096.
        public var octets = 4096
        /// The longest that a cookie is kept, whatever the server says. Default 400 days.
        public var age: Duration = .seconds(400 * 86_400)

        /// The defaults.
        public init() {}
    }

    private let store: Guarded<HTTPCookieStore>
    private let now: @Sendable () -> Timestamp

    /// An empty jar.
    ///
    /// - Parameters:
    ///   - limits: How much is kept.
    ///   - isPublicSuffix: Whether a name, in lower case, is a public suffix: one below which anybody can have a name. By
    ///     default it is so if it has no dot. It must not use the jar.
    ///   - now: The time by which cookies expire; by default the system's.
    public init(
        limits: Limits = Limits(), isPublicSuffix: @escaping @Sendable (String) -> Bool = { !$0.utf8.contains(46) },
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        store = Guarded(HTTPCookieStore(limits: limits, isPublicSuffix: isPublicSuffix))
        self.now = now
    }

    /// Keeps what the Set-Cookie fields of a response say. What is not allowed or cannot be understood is ignored.
    ///
    /// - Parameters:
    ///   - fields: The response's fields.
    ///   - url: What it is the response of.
    public func setCookies(_ fields: HTTPFields, from url: HTTPURL) {
        guard fields.contains(.setCookie) else { return }
        let (origin, now) = (HTTPCookieOrigin(url), now())
        let values = fields[values: .setCookie]
        store.withLock { store in
            for value in values { store.insert(value, from: origin, at: now) }
        }
    }

    /// Keeps a cookie as if the server had set it.
    ///
    /// - Parameters:
    ///   - cookie: The cookie.
    ///   - url: The server and path that set it.
    /// - Returns: Whether it is kept now: false where the server may not set it.
    /// - Throws: `HTTPCookieError`.
    @discardableResult
    public func setCookie(_ cookie: HTTPCookie, from url: HTTPURL) throws(HTTPCookieError) -> Bool {
        let value = try cookie.fieldValue()
        let (origin, now) = (HTTPCookieOrigin(url), now())
        return store.withLock { $0.insert(value, from: origin, at: now) }
    }

    /// The value of the Cookie field of a request, the cookies of longer paths first; nil if there are none for it.
    public func fieldValue(for url: HTTPURL) -> String? {
        let (origin, now) = (HTTPCookieOrigin(url), now())
        return store.withLock { $0.fieldValue(for: origin, at: now) }
    }

    /// All cookies that have not expired, in the order in which they were first set. Those without `expires` are of this
    /// session; the others a program may write down and insert again later.
    public var cookies: [Cookie] {
        let now = now()
        return store.withLock { $0.cookies(at: now) }
    }

    /// Keeps a cookie that was in a jar before, in the place of one of the same name, domain and path.
    public func insert(_ cookie: Cookie) {
        let now = now()
        _ = store.withLock { $0.insert(cookie, at: now) }
    }

    /// Removes the cookies for which the closure returns true; the closure must not use the jar.
    public func removeAll(where shouldRemove: (Cookie) -> Bool) {
        store.withLock { $0.removeAll(where: shouldRemove) }
    }

    /// Removes all cookies.
    public func removeAll() {
        store.withLock { $0.removeAll { _ in true } }
    }
}
