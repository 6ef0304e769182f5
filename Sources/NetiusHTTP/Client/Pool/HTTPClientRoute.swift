/// What a connection leads to: requests with the same route may use the same connection.
struct HTTPClientRoute: Hashable, Sendable {
    /// The versions of HTTP that there may be.
    enum Version: Hashable {
        /// HTTP/1.
        case http1
        /// HTTP/2.
        case http2
        /// Whichever the server chooses in the TLS handshake (ALPN, RFC 7301).
        case negotiated
    }

    /// Whom the connection is to, be it through a tunnel; nil where it ends at the proxy, which serves all origins.
    let origin: HTTPOrigin?
    /// The proxy that it is made to.
    let proxy: HTTPProxy?
    /// What is spoken at its end.
    private(set) var version: Version

    /// The way to a URL, for a request that has to go by HTTP/1 if it `needsHTTP1`.
    init(to url: HTTPURL, _ configuration: HTTPClient.Configuration, needsHTTP1: @autoclosure () -> Bool = false) {
        if configuration.hasProxies, let proxy = configuration.proxies.proxy(for: url) {
            self.proxy = proxy
            origin = url.scheme == .https ? url.origin : nil
        } else {
            (origin, proxy) = (url.origin, nil)
        }
        switch configuration.http2 {
        case .automatic where url.scheme == .https: version = needsHTTP1() ? .http1 : .negotiated
        // A proxy is not known to speak it.
        case .priorKnowledge where origin != nil: version = needsHTTP1() ? .http1 : .http2
        case .automatic, .priorKnowledge, .never: version = .http1
        }
    }

    /// Whether requests are for the proxy, which is told whole URLs.
    var isToProxy: Bool { origin == nil }

    /// Whether requests may share a connection.
    var mayShare: Bool { version != .http1 }

    /// The same way, by HTTP/1 alone.
    var byHTTP1: HTTPClientRoute {
        var route = self
        route.version = .http1
        return route
    }
}
