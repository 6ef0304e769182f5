/// What a server answered.
public struct HTTPClientResponse: Sendable {
    /// The status.
    public let status: HTTPResponse.Status
    /// The version that the response was sent with.
    public let version: HTTPVersion
    /// The fields of the header section. Of content that was decoded, Content-Encoding and Content-Length are still
    /// those of what was sent.
    public let headerFields: HTTPFields
    /// The content, as it arrives.
    public let body: HTTPResponseContent
    /// Where the response is from: the URL that was asked for, or that of the last redirect.
    public let url: HTTPURL
    /// What was asked for before, in order, where redirects were followed; else empty.
    public internal(set) var history: [HTTPURL] = []
}
