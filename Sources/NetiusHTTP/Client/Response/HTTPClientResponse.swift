public import Netius

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
    /// What protected the connection; nil where nothing did.
    public let tls: TLSInformation?
    /// The connection, where the server has left HTTP with 101 (RFC 9110 section 7.8) or opened a tunnel for CONNECT;
    /// else nil. What the server sent ahead is the first to be read from it. It is closed when it is dropped.
    public let connection: Connection?

    init(
        _ head: HTTPResponseHead, _ source: HTTPResponseContent.Source, url: HTTPURL, tls: TLSInformation?,
        connection: Connection?
    ) {
        status = head.status
        version = head.version
        headerFields = head.fields
        body = HTTPResponseContent(source, fields: head.fields)
        self.url = url
        self.tls = tls
        self.connection = connection
    }
}
