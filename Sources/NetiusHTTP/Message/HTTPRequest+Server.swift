public import Netius

extension HTTPRequest {
    /// Where the request came from; nil for one that was made here.
    public var peerAddress: SocketAddress? { exchange?.connection.peerAddress }

    /// What protects the connection that the request came over; nil for one in clear, or that was made here.
    public var tls: TLSInformation? { exchange?.connection.tls }

    /// Answers the request, in a server that reads a connection's `requests` itself.
    ///
    /// - Throws: `HTTPServerError.responseEnded` when it was answered already; what the connection throws when it
    ///   breaks; what the writing of a streamed body throws, after which the connection is cut.
    public func respond(_ response: HTTPResponse) async throws {
        guard let exchange else { throw HTTPServerError.responseEnded }
        try await exchange.connection.respond(response, to: exchange)
    }
}
