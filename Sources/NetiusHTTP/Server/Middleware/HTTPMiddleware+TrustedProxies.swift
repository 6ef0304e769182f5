public import Netius

extension HTTPMiddleware {
    /// Believes what trusted proxies say of a request's client: its address becomes the request's `clientAddress`, the
    /// scheme and the host that it used its `forwardedScheme` and `forwardedHost`.
    ///
    /// Only what a trusted proxy has written counts: lists are read from their end, for as long as they name trusted
    /// proxies, 32 elements at most, and up to the first that is malformed or names nobody. Of X-Forwarded-Proto and
    /// X-Forwarded-Host the last element counts. Nothing is believed of a peer that is not trusted.
    ///
    /// The proxies must write, or remove, each field that is read: a field that they pass on is the client's word.
    ///
    /// - Parameters:
    ///   - networks: Where the proxies are.
    ///   - reading: The fields that the proxies write; by default Forwarded, or without it the others.
    ///   - trustsUnixSockets: Whether peers over a Unix domain socket are trusted too; false by default.
    /// - Returns: The middleware, to be put outside of what asks for the client's address.
    public static func trustedProxies(
        _ networks: IPNetworkSet, reading: HTTPForwardedFields = .any, trustsUnixSockets: Bool = false
    ) -> HTTPMiddleware {
        HTTPMiddleware { next in
            { request in
                let peer = request.clientAddress
                if peer.map(networks.contains) ?? trustsUnixSockets {
                    let client = ForwardedClient(
                        peer: peer, fields: request.headerFields, reading: reading, isTrusted: networks.contains)
                    if client.address != peer { request.clientAddress = client.address }
                    request.setForwarding(scheme: client.scheme, host: client.host)
                }
                return try await next(request)
            }
        }
    }
}
