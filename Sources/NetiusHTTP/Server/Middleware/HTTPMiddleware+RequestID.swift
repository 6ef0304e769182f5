public import Netius

extension HTTPMiddleware {
    /// Gives each request an identifier for logs: ``HTTPRequest/id``, and the response's field `X-Request-ID`.
    ///
    /// It is 128 random bits in hexadecimal, unless a peer that is trusted to choose has sent one field `X-Request-ID`
    /// of at most 128 letters, digits and characters of `-_.:+/=@`. Over a Unix domain socket, which file permissions
    /// guard, every peer is trusted.
    ///
    /// Put it first, to have it on every response. What a handler throws to answer with a status gets it too; an error
    /// that is the server's fault is logged, and answered with 500, outside of all middleware.
    ///
    /// - Parameter networks: The peers, by the address of their socket, that may choose it: proxies of one's own. None
    ///   by default.
    /// - Returns: The middleware.
    public static func requestID(trusting networks: IPNetworkSet = IPNetworkSet()) -> HTTPMiddleware {
        HTTPMiddleware { next in
            { request in
                let identifier = sentIdentifier(request, trusting: networks) ?? randomIdentifier()
                request.id = identifier
                var response: HTTPResponse
                do {
                    response = try await next(request)
                } catch let error as any HTTPResponseError
                    where error is HTTPError || error.status.kind != .serverError
                {
                    response = error.response
                }
                response.headerFields[.xRequestID] = identifier
                return response
            }
        }
    }

    private static func sentIdentifier(_ request: HTTPRequest, trusting networks: IPNetworkSet) -> String? {
        guard let peer = request.peerAddress else { return nil }
        if let address = peer.ipAddress {
            guard !networks.isEmpty, networks.contains(address) else { return nil }
        }
        let values = request.headerFields[values: .xRequestID]
        guard values.count == 1, (1...128).contains(values[0].utf8.count),
            values[0].utf8.allSatisfy(isIdentifier)
        else { return nil }
        return values[0]
    }

    private static func isIdentifier(_ octet: UInt8) -> Bool {
        octet.isLetter || octet.isDigit || "-_.:+/=@".utf8.contains(octet)
    }

    private static func randomIdentifier() -> String {
        let bits = UInt128.random(in: 0 ... .max)
        let digits = stride(from: 124, through: 0, by: -4).map { shift in
            let digit = UInt8(truncatingIfNeeded: bits >> UInt128(shift)) & 15
            return digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
