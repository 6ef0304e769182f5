public import Netius

/// Users and what is known of them, from a text of JSON (`REGISTRY`):
///
/// ```
/// {"frank": {"password": "pbkdf2-sha256:...", "allowed_froms": ["frank@example.com", "@lists.example.com"]}}
/// ```
/// A password is one of the forms that `netius auth generate` prints, or itself; it may stand alone in place of the object,
/// and what is known of a user may be in an object `meta` too.
public struct RelayRegistry: Sendable {
    private let passwords: [String: StoredPassword]
    /// What each user may be as a sender, where that is said: for `RelayPolicy.allowedSenders`.
    public let allowedSenders: [String: [String]]

    /// Reads a registry.
    ///
    /// - Throws: `ConfigurationError`, which shows no password.
    public init(json text: String, name: String = "REGISTRY") throws(ConfigurationError) {
        func refusal(_ expected: String) -> ConfigurationError {
            ConfigurationError(name: name, value: "...", expected: expected)
        }
        guard let value = try? JSONValue(parsing: text), case .object(let users) = value else {
            throw refusal("a JSON object of users")
        }
        var passwords: [String: StoredPassword] = [:]
        var allowedSenders: [String: [String]] = [:]
        for (user, entry) in users {
            var fields: [String: JSONValue] = [:]
            switch entry {
            case .string: fields["password"] = entry
            case .object(let object):
                if case .object(let meta)? = object["meta"] { fields = meta }
                fields.merge(object) { $1 }
            default: throw refusal("for \(user.quoted) a password, or an object with one")
            }
            guard case .string(let password)? = fields["password"],
                let stored = StoredPassword(reading: password)
            else { throw refusal("for \(user.quoted) a password in a form that is known") }
            passwords[user] = stored
            switch fields["allowed_froms"] {
            case nil, .null?: break
            case .array(let senders)?:
                var texts: [String] = []
                for sender in senders {
                    guard case .string(let text) = sender else { throw refusal("for \(user.quoted) a list of senders") }
                    texts.append(text)
                }
                allowedSenders[user] = texts
            default: throw refusal("for \(user.quoted) a list of senders")
            }
        }
        self.passwords = passwords
        self.allowedSenders = allowedSenders
    }

    /// Whether the password is the user's. One that there is not takes as long as one that there is.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - password: The password.
    ///   - address: Who asks: of one address two passwords are checked at a time, and more wait. Nil, the default, for
    ///     somebody who is trusted not to ask too much.
    /// - Returns: Whether it is.
    /// - Throws: `BlockingPoolError.queueFull` when too many passwords are being checked; `CancellationError`.
    public func verify(user: String, password: String, from address: IPAddress? = nil) async throws -> Bool {
        let stored = passwords[user]
        guard let compared = stored ?? passwords.values.first else { return false }
        let matches = try await PasswordChecks.shared.run(for: address) { compared.matches(Array(password.utf8).span) }
        return matches && stored != nil
    }

    /// What asks this registry.
    public var authenticator: SMTPAuthenticator {
        SMTPAuthenticator { [self] user, password, session in
            try await verify(user: user, password: password, from: session.peerAddress.ipAddress)
        }
    }
}
