public import NetiusHTTP

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension HTTPRequest {
    /// The content as a value, read from JSON (RFC 8259).
    ///
    /// ```swift
    /// let note = try await request.decode(Note.self, upTo: 64 * 1024)
    /// ```
    ///
    /// That the type has to be JSON also keeps out forms of other sites, which browsers send without asking.
    ///
    /// - Parameters:
    ///   - type: What to read.
    ///   - limit: The most bytes that the content may have.
    ///   - decoder: How to read it; by default as `JSONDecoder` does.
    /// - Returns: The value.
    /// - Throws: What the client is answered if the handler lets it pass: `HTTPJSONError` (415, 400),
    ///   `HTTPBodyError.tooLarge` (413); what reading the body throws; what the value's own `init(from:)` throws beside
    ///   a `DecodingError`.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, upTo limit: Int, using decoder: JSONDecoder = JSONDecoder()
    ) async throws -> Value {
        guard let mediaType = headerFields.contentType?.essence,
            mediaType == "application/json" || mediaType.hasSuffix("+json")
        else { throw HTTPJSONError.unsupportedMediaType }
        let data = try await body.data(upTo: limit)
        do {
            return try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            throw HTTPJSONError(error)
        }
    }
}

extension HTTPResponse {
    /// A value as `application/json`.
    ///
    /// - Parameters:
    ///   - value: What to send.
    ///   - status: The status; 200 by default.
    ///   - encoder: How to write it; by default as `JSONEncoder` does.
    /// - Returns: The response.
    /// - Throws: `EncodingError`, for a value that JSON cannot express, such as a number that is none.
    public static func json(
        _ value: some Encodable, status: Status = .ok, using encoder: JSONEncoder = JSONEncoder()
    ) throws -> HTTPResponse {
        HTTPResponse(status: status, headerFields: jsonFields, body: .data(try encoder.encode(value)))
    }

    /// Made once: a response that uses it as it is copies nothing.
    private static let jsonFields: HTTPFields = [.contentType: "application/json"]
}
