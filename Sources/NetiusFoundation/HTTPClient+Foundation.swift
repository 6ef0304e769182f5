public import NetiusHTTP

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension HTTPClient {
    /// Sends a request to a `URL`; see the method of the same name that takes a `String`.
    public func execute(
        _ method: HTTPRequest.Method, _ url: URL, headerFields: HTTPFields = HTTPFields(),
        body: HTTPRequestBody = .none
    ) async throws -> HTTPClientResponse {
        try await execute(method, url.absoluteString, headerFields: headerFields, body: body)
    }

    /// Sends GET for a `URL` with the shared client.
    public static func get(_ url: URL, headerFields: HTTPFields = HTTPFields()) async throws -> HTTPClientResponse {
        try await shared.execute(.get, url, headerFields: headerFields)
    }

    /// Sends a value as JSON (RFC 8259) and, unless the fields say otherwise, its type.
    ///
    /// ```swift
    /// let response = try await client.send(note, to: "https://example.com/notes")
    /// ```
    ///
    /// - Parameters:
    ///   - value: The content.
    ///   - url: Where to.
    ///   - method: The method; POST by default.
    ///   - headerFields: The fields; none by default.
    ///   - encoder: How to write it; by default as `JSONEncoder` does.
    /// - Returns: The response, be its status one of success or not.
    /// - Throws: `EncodingError`; `HTTPClientError`; `CancellationError`.
    public func send(
        _ value: some Encodable, to url: String, method: HTTPRequest.Method = .post,
        headerFields: HTTPFields = HTTPFields(), using encoder: JSONEncoder = JSONEncoder()
    ) async throws -> HTTPClientResponse {
        var headerFields = headerFields
        if !headerFields.contains(.contentType) { headerFields[.contentType] = "application/json" }
        let body = HTTPRequestBody.data(try encoder.encode(value))
        return try await execute(method, url, headerFields: headerFields, body: body)
    }
}

extension HTTPClientResponse {
    /// The content as a value, read from JSON (RFC 8259), whatever Content-Type says.
    ///
    /// - Parameters:
    ///   - type: What to read.
    ///   - limit: The most bytes that the content may have.
    ///   - decoder: How to read it; by default as `JSONDecoder` does.
    /// - Returns: The value.
    /// - Throws: `DecodingError`; `HTTPClientError`, with `tooLarge` beyond the limit; `CancellationError`.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, upTo limit: Int, using decoder: JSONDecoder = JSONDecoder()
    ) async throws -> Value {
        try decoder.decode(type, from: try await body.data(upTo: limit))
    }
}

extension HTTPResponseContent {
    /// All of the content as `Data`.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The content, empty if there is none.
    /// - Throws: As `collect(upTo:)`.
    public func data(upTo limit: Int) async throws -> Data {
        Data(try await collect(upTo: limit))
    }
}

extension HTTPRequestBody {
    /// Bytes, which are copied once.
    public static func data(_ data: Data) -> HTTPRequestBody {
        .bytes(Array(data))
    }
}
