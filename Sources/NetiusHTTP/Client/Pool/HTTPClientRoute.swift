/// What a connection leads to: requests with the same route may use the same connection.
struct HTTPClientRoute: Hashable, Sendable {
    /// Whom the connection is to, be it through a tunnel; nil where it ends at the proxy, which serves all origins.
    let origin: HTTPOrigin?
    /// The proxy that it is made to.
    let proxy: HTTPProxy?

    /// The way to a URL.
    init(to url: HTTPURL, _ configuration: HTTPClient.Configuration) {
        guard configuration.hasProxies, let proxy = configuration.proxies.proxy(for: url) else {
            (self.origin, self.proxy) = (url.origin, nil)
            return
        }
        self.proxy = proxy
        origin = url.scheme == .https ? url.origin : nil
    }

    /// Whether requests are for the proxy, which is told whole URLs.
    var isToProxy: Bool { origin == nil }
}
