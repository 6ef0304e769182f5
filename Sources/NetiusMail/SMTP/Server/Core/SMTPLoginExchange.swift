internal import Netius

/// How far an AUTH has come (RFC 4954).
enum SMTPLoginExchange: Equatable {
    case none
    /// PLAIN: waits for the credentials.
    case plain
    /// LOGIN: waits for the user.
    case user
    /// LOGIN: waits for the password.
    case password(user: String)
}

extension SMTPLogin {
    /// The longest name of a user, in octets.
    private static let maximumUserLength = 255
    /// The longest password, in octets.
    private static let maximumPasswordLength = 511

    /// The message of PLAIN (RFC 4616 section 2). Who acts for somebody else is nobody here.
    ///
    /// ```
    /// message   = [authzid] UTF8NUL authcid UTF8NUL passwd
    /// ```
    init?(plain octets: [UInt8]) {
        let parts = octets.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty || parts[0] == parts[1] else { return nil }
        self.init(user: parts[1], password: parts[2])
    }

    /// Nil where a part is no text, or has control characters.
    init?(user: some Collection<UInt8>, password: some Collection<UInt8>) {
        guard 1...Self.maximumUserLength ~= user.count, 1...Self.maximumPasswordLength ~= password.count,
            let user = Self.text(user), let password = Self.text(password)
        else { return nil }
        self.init(user: user, password: password)
    }

    static func text(_ octets: some Collection<UInt8>) -> String? {
        guard octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: octets, as: UTF8.self)
    }
}
