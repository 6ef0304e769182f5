extension HTTPRequest {
    private enum Forwarding: HTTPRequestKey {
        struct Value {
            var scheme: String?
            var host: String?
        }
    }

    /// The scheme that the client used, in lower case, as a trusted proxy said; nil where none did. ``scheme`` is that of
    /// the connection to this server.
    public var forwardedScheme: String? { self[Forwarding.self]?.scheme }

    /// The Host field that the client sent, as a trusted proxy said; nil where none did. ``authority`` is what this server
    /// was sent.
    public var forwardedHost: String? { self[Forwarding.self]?.host }

    func setForwarding(scheme: String?, host: String?) {
        guard scheme != nil || host != nil else { return }
        self[Forwarding.self] = Forwarding.Value(scheme: scheme, host: host)
    }
}
