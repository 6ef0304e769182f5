/// An error that a handler throws to answer with a status.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
    /// The status to answer with.
    public let status: HTTPResponse.Status
    /// The text that the client is shown; the status's phrase by default.
    public let message: String?

    /// An error that is answered with `status`.
    public init(_ status: HTTPResponse.Status, message: String? = nil) {
        self.status = status
        self.message = message
    }

    /// What the client is answered.
    var response: HTTPResponse {
        .text((message ?? "\(status.code) \(status.reasonPhrase)") + "\n", status: status)
    }

    /// `404 Not Found`, with the message after it.
    public var description: String {
        let line = "\(status.code) \(status.reasonPhrase)"
        return message.map { "\(line): \($0)" } ?? line
    }
}
