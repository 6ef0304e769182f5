/// A response.
public struct HTTPResponse: Sendable {
    /// The status.
    public var status: Status
    /// The fields of the header section.
    public var headerFields: HTTPFields

    /// Makes a response.
    public init(status: Status, headerFields: HTTPFields = HTTPFields()) {
        self.status = status
        self.headerFields = headerFields
    }
}
