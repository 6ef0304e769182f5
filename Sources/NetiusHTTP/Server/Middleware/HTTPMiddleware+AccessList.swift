public import Netius

extension HTTPMiddleware {
    /// Answers 403 (Forbidden) to clients that have no access, by their `clientAddress`: their own address, unless
    /// `trustedProxies` is around this and found another.
    ///
    /// A request without an address, such as one over a Unix domain socket, has access: who may open the socket is up to
    /// the file system. An IPv4-mapped IPv6 address counts as its IPv4 address.
    ///
    /// - Parameters:
    ///   - allow: Who has access; everybody by default.
    ///   - deny: Who has none, even if allowed; nobody by default.
    /// - Returns: The middleware.
    public static func accessList(allow: IPNetworkSet? = nil, deny: IPNetworkSet = IPNetworkSet()) -> HTTPMiddleware {
        let forbidden = HTTPResponse.text("403 Forbidden\n", status: .forbidden)
        return HTTPMiddleware { next in
            { request in
                if let address = request.clientAddress {
                    guard !deny.contains(address), allow?.contains(address) ?? true else { return forbidden }
                }
                return try await next(request)
            }
        }
    }
}
