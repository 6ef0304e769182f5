/// An error that says how the request is answered when a handler lets it pass.
///
/// What is the client's fault has a status of 400 to 499, of which the log gets nothing.
public protocol HTTPResponseError: Error {
    /// The status to answer with.
    var status: HTTPResponse.Status { get }
    /// The text that the client is shown; the status's phrase where it is nil, as it is by default.
    var message: String? { get }
}

extension HTTPResponseError {
    /// Nothing but the status's phrase.
    public var message: String? { nil }

    /// What the client is answered.
    var response: HTTPResponse {
        .text((message ?? "\(status.code) \(status.reasonPhrase)") + "\n", status: status)
    }
}

/// An error that a handler throws to answer with a status.
public struct HTTPError: HTTPResponseError, CustomStringConvertible {
    /// The status to answer with.
    public let status: HTTPResponse.Status
    /// The text that the client is shown; the status's phrase by default.
    public let message: String?

    /// An error that is answered with `status`.
    public init(_ status: HTTPResponse.Status, message: String? = nil) {
        self.status = status
        self.message = message
    }

    /// `404 Not Found`, with the message after it.
    public var description: String {
        let line = "\(status.code) \(status.reasonPhrase)"
        return message.map { "\(line): \($0)" } ?? line
    }
}
