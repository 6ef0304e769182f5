/// The usual methods, of a client and of the shared one.
extension HTTPClient {
    /// Sends a request with any method to a URL.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - url: An absolute URL of `http`, `https`, or either over a Unix domain socket (see `HTTPURL`).
    ///   - headerFields: The fields; none by default.
    ///   - body: The content; none by default.
    /// - Returns: The response, be its status one of success or not.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    public func execute(
        _ method: HTTPRequest.Method, _ url: String, headerFields: HTTPFields = HTTPFields(),
        body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await perform(
            HTTPClientRequest(method: method, url: self.url(url), fields: headerFields, body: body))
    }

    /// Sends a request with any method to a URL.
    public func execute(
        _ method: HTTPRequest.Method, _ url: HTTPURL, headerFields: HTTPFields = HTTPFields(),
        body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await perform(HTTPClientRequest(method: method, url: url, fields: headerFields, body: body))
    }

    /// GET (RFC 9110 section 9.3.1); see `execute`.
    public func get(
        _ url: String, headerFields: HTTPFields = HTTPFields()
    ) async throws -> HTTPClientResponse {
        try await execute(.get, url, headerFields: headerFields)
    }

    /// HEAD (RFC 9110 section 9.3.2); see `execute`.
    public func head(
        _ url: String, headerFields: HTTPFields = HTTPFields()
    ) async throws -> HTTPClientResponse {
        try await execute(.head, url, headerFields: headerFields)
    }

    /// POST (RFC 9110 section 9.3.3); see `execute`.
    public func post(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await execute(.post, url, headerFields: headerFields, body: body)
    }

    /// PUT (RFC 9110 section 9.3.4); see `execute`.
    public func put(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await execute(.put, url, headerFields: headerFields, body: body)
    }

    /// PATCH (RFC 5789); see `execute`.
    public func patch(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await execute(.patch, url, headerFields: headerFields, body: body)
    }

    /// DELETE (RFC 9110 section 9.3.5); see `execute`.
    public func delete(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await execute(.delete, url, headerFields: headerFields, body: body)
    }

    /// GET (RFC 9110 section 9.3.1) with the shared client; see `execute`.
    public static func get(
        _ url: String, headerFields: HTTPFields = HTTPFields()
    ) async throws -> HTTPClientResponse {
        try await shared.execute(.get, url, headerFields: headerFields)
    }

    /// HEAD (RFC 9110 section 9.3.2) with the shared client; see `execute`.
    public static func head(
        _ url: String, headerFields: HTTPFields = HTTPFields()
    ) async throws -> HTTPClientResponse {
        try await shared.execute(.head, url, headerFields: headerFields)
    }

    /// POST (RFC 9110 section 9.3.3) with the shared client; see `execute`.
    public static func post(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await shared.execute(.post, url, headerFields: headerFields, body: body)
    }

    /// PUT (RFC 9110 section 9.3.4) with the shared client; see `execute`.
    public static func put(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await shared.execute(.put, url, headerFields: headerFields, body: body)
    }

    /// PATCH (RFC 5789) with the shared client; see `execute`.
    public static func patch(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await shared.execute(.patch, url, headerFields: headerFields, body: body)
    }

    /// DELETE (RFC 9110 section 9.3.5) with the shared client; see `execute`.
    public static func delete(
        _ url: String, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await shared.execute(.delete, url, headerFields: headerFields, body: body)
    }
}
