extension HTTPServerConnection {
    /// The trailer fields of the request, once all of its content has been read.
    func trailers(of request: HTTPExchange) -> HTTPFields {
        if let http2 { return http2.trailers(of: request) }
        // The decoder is lent: only what it read of this request counts.
        guard request.number == number, phase == .handling, exchange.hasReadBody, exchange.decoder.framing == .chunked
        else { return HTTPFields() }
        return exchange.decoder.trailers ?? HTTPFields()
    }
}
