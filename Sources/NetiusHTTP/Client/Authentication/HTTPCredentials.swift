internal import Netius

/// What a client knows to say of its user (RFC 9110 §11).
///
/// Its description says nothing that is secret.
public struct HTTPCredentials: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case basic(user: String, password: String)
        case bearer(String)
        case digest(user: String, password: String)
    }

    let kind: Kind

    /// A name and a password, sent with every request as they are: over TLS only, or to nobody that matters (RFC 7617).
    /// A name with a colon, which the scheme cannot say, ends at that for the server.
    public static func basic(user: String, password: String) -> HTTPCredentials {
        HTTPCredentials(kind: .basic(user: user, password: password))
    }

    /// A token, sent with every request as it is (RFC 6750).
    public static func bearer(_ token: String) -> HTTPCredentials {
        HTTPCredentials(kind: .bearer(token))
    }

    /// A name and a password, of which the server gets a digest and only when it asks (RFC 7616).
    public static func digest(user: String, password: String) -> HTTPCredentials {
        HTTPCredentials(kind: .digest(user: user, password: password))
    }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// The user and password of a URL, as Basic credentials; nil if it has none.
    init?(of url: HTTPURL) {
        guard let user = url.user else { return nil }
        self = .basic(user: user, password: url.password ?? "")
    }

    /// What is sent before it is asked for: the value of an Authorization or Proxy-Authorization field. Nil where it
    /// takes a challenge.
    package var fieldValue: String? {
        switch kind {
        case .basic(let user, let password): "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
        case .bearer(let token): "Bearer " + token
        case .digest: nil
        }
    }
}

extension HTTPCredentials: CustomStringConvertible, CustomReflectable {
    /// The scheme, and the user where there is one.
    public var description: String {
        switch kind {
        case .basic(let user, _): "Basic credentials of \(user)"
        case .bearer: "a Bearer token"
        case .digest(let user, _): "Digest credentials of \(user)"
        }
    }

    /// Nothing: what dumps a value shall not show the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
