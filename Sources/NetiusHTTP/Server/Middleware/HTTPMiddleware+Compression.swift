extension HTTPMiddleware {
    /// Compresses responses for clients that accept it (RFC 9110 §8.4, §12.5.3).
    ///
    /// ```swift
    /// HTTPServer(port: 8080, middleware: [.compression()]) { request in .ok("Hello World") }
    /// ```
    ///
    /// A response is compressed if its media type and its size say that this is worth it; streams are compressed as
    /// they are written. It is left alone where it has a Content-Encoding, even `identity`; a digest of its content;
    /// `Cache-Control: no-transform`; no content; or a part of some (206). Clients of HTTP/1.0 get no compressed
    /// content. HEAD is answered with the fields that GET would have, without the length.
    ///
    /// A compressed response has no Content-Length of its handler's, no Accept-Ranges, and a weak ETag, since it is not
    /// octet for octet the one that the handler named. Every response that could have been compressed varies on
    /// Accept-Encoding, whether it was or not.
    ///
    /// The length of a compressed response tells something of its content. Where a page has a secret, such as a token
    /// against forged requests, beside something that an attacker chooses, such as a search term, it can be guessed
    /// that way, even through TLS (the attack is known as BREACH). Give such pages a Content-Encoding of `identity`,
    /// or mask the secret anew in each response.
    ///
    /// Compressing runs on the loop of the connection. Content that takes long is compressed in pieces, between which
    /// other connections have their turn.
    public static func compression(_ configuration: HTTPCompression = HTTPCompression()) -> HTTPMiddleware {
        let compressor = HTTPResponseCompressor(configuration)
        return HTTPMiddleware { next in
            { request in
                let response = try await next(request)
                // Most responses are small, and go on at once.
                return compressor.isTooSmall(response) ? response : compressor.compress(response, to: request)
            }
        }
    }
}
