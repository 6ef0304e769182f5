extension HTTPRequest {
    /// What follows the first `?` of the path; empty if nothing does. It is read anew each time that it is asked for.
    ///
    /// There is no limit of its own: a request line is no longer than `HTTP1Limits.requestLine`.
    public var query: HTTPQuery {
        guard let path, let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return HTTPQuery() }
        let octets = Array(path.utf8[mark...].dropFirst())
        return (try? HTTPQuery(octets.span, 0..<octets.count, maximumPairs: .max)) ?? HTTPQuery()
    }

    /// The fields of a form that was sent as `application/x-www-form-urlencoded`, what a browser does unless it is told
    /// otherwise. One with files is read with `multipart`.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that the form may have.
    ///   - pairs: The most fields that it may have; 1000 by default.
    /// - Returns: The fields.
    /// - Throws: What the client is answered if the handler lets it pass: `HTTPFormError.unsupportedMediaType` (415),
    ///   `.tooManyFields` (413), `HTTPBodyError.tooLarge` (413); what reading the body throws.
    public func form(upTo limit: Int, pairs: Int = HTTPQuery.Limits().pairs) async throws -> HTTPQuery {
        guard headerFields.contentType?.essence == "application/x-www-form-urlencoded" else {
            throw HTTPFormError.unsupportedMediaType
        }
        let octets = try await body.collect(upTo: limit)
        return try HTTPQuery(octets.span, 0..<octets.count, maximumPairs: pairs)
    }
}
