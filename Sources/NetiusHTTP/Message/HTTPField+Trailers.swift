extension HTTPField.Name {
    /// Whether a field of the name may be in a trailer section: not one that frames, routes, modifies or authenticates
    /// the message, or that says how its content is to be read (RFC 9110 §6.5.1).
    var isAllowedInTrailers: Bool {
        !Self.notInTrailers.contains(self)
    }

    private static let notInTrailers: Set<Self> = [
        .contentLength, .transferEncoding, .host, .connection, .keepAlive, .proxyConnection, .te, .trailer, .upgrade,
        .cacheControl, .expect, .maxForwards, .pragma, .range, .ifMatch, .ifNoneMatch, .ifModifiedSince,
        .ifUnmodifiedSince, .ifRange, .authorization, .proxyAuthorization, .proxyAuthenticate, .wwwAuthenticate,
        .cookie, .setCookie, .age, .expires, .date, .location, .retryAfter, .vary, .contentEncoding, .contentType,
        .contentRange, .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto,
    ]

    /// The octets of the range are known to be a token.
    init(_ input: Span<UInt8>, _ range: Range<Int>) {
        var token: [UInt8] = []
        token.append(input, range)
        self.init(token: token)
    }
}
