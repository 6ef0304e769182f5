/// Why a server does not run, or has lost a connection.
public enum SMTPServerError: Error, Hashable, CustomStringConvertible {
    /// The server is running already.
    case running
    /// So many TLS handshakes are under way that a connection was closed.
    case tooManyHandshakes
    /// A setting that cannot be: TLS that is implicit or required without a context, a host name that is none,
    /// authentication that is required without an authenticator, messages that may have no octets.
    case invalidConfiguration(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .running: "the server is running already"
        case .tooManyHandshakes: "too many TLS handshakes are under way"
        case .invalidConfiguration(let reason): "the server cannot be run so: \(reason)"
        }
    }
}
