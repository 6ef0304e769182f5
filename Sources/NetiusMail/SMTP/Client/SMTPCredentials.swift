/// What a client says of its user (RFC 4954). Printing it shows no secret.
public struct SMTPCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    enum Secret: Hashable {
        case password(String)
        case token(String)
    }

    /// The user's name.
    public let user: String
    let secret: Secret

    /// A user with a password: PLAIN (RFC 4616), or LOGIN where the server has nothing else.
    public init(user: String, password: String) {
        self.user = user
        secret = .password(password)
    }

    /// A user with a token of OAuth 2.0: XOAUTH2.
    public init(user: String, token: String) {
        self.user = user
        secret = .token(token)
    }

    /// The user alone.
    public var description: String { "\(user):***" }

    /// The user alone.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
