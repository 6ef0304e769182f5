public import Netius

/// Basic authentication (RFC 7617). Names and passwords are sent as they are: use it over TLS only.
///
/// Requests without credentials, or with wrong or malformed ones, are answered with 401 (Unauthorized) and a challenge.
/// A name of more than 255 octets or a password of more than 511, control characters, and what is not UTF-8 are
/// malformed. Failures are logged with the client's address and their number. The user's name becomes the request's
/// `user`.
extension HTTPMiddleware {
    /// Lets one user in. Guesses are compared in constant time.
    ///
    /// - Parameters:
    ///   - realm: What the credentials are for, as clients show it.
    ///   - user: The name, without a colon.
    ///   - password: The password.
    /// - Returns: The middleware.
    public static func basicAuthentication(
        realm: String = "Restricted", user: String, password: String
    ) -> HTTPMiddleware {
        let (name, secret) = (PaddedSecret(user.utf8), PaddedSecret(password.utf8))
        return basicAuthentication(realm) { credentials, _, _ in
            let octets = credentials.octets.span
            let isUser = name.isEqual(to: octets.extracting(credentials.userRange))
            // Whoever the user is, so that the time does not tell whether it is the right one.
            let isPassword = secret.isEqual(to: octets.extracting(credentials.passwordRange))
            return isUser && isPassword
        }
    }

    /// Lets the users of a password file in. Of one address two passwords are checked at a time, and more wait. Where more
    /// are to be checked than the machine gets done, the answer is 503 (Service Unavailable).
    ///
    /// - Parameters:
    ///   - realm: What the credentials are for, as clients show it.
    ///   - passwordFile: The users.
    /// - Returns: The middleware.
    public static func basicAuthentication(
        realm: String = "Restricted", passwordFile: PasswordFile
    ) -> HTTPMiddleware {
        basicAuthentication(realm) { credentials, address, log in
            try await passwordFile.verify(credentials, from: address, log: log)
        }
    }

    /// Lets those in of whom `verify` says so.
    ///
    /// - Parameters:
    ///   - realm: What the credentials are for, as clients show it.
    ///   - verify: Whether the password is the user's. It should take as long for a user that there is not, and compare
    ///     in constant time. What it throws is answered as what a handler throws is.
    /// - Returns: The middleware.
    public static func basicAuthentication(
        realm: String = "Restricted",
        verify: nonisolated(nonsending) @escaping @Sendable (_ user: String, _ password: String) async throws -> Bool
    ) -> HTTPMiddleware {
        basicAuthentication(realm) { credentials, _, _ in try await verify(credentials.user, credentials.password) }
    }

    private static func basicAuthentication(
        _ realm: String,
        _ verify:
            nonisolated(nonsending) @escaping @Sendable (PasswordCredentials, IPAddress?, Log) async throws -> Bool
    ) -> HTTPMiddleware {
        let challenge = challenge(realm)
        let busy = HTTPResponse(
            status: .serviceUnavailable, headerFields: [.retryAfter: "1"], body: .text("503 Service Unavailable\n"))
        let failures = AuthenticationFailures()
        return HTTPMiddleware { next in
            { request in
                switch PasswordCredentials.read(request.headerFields) {
                case .none:
                    return challenge
                case .malformed:
                    failures.note(request.clientAddress, user: nil, "malformed credentials", log: request.log)
                    return challenge
                case .credentials(let credentials):
                    do {
                        guard try await verify(credentials, request.clientAddress, request.log) else {
                            failures.note(
                                request.clientAddress, user: credentials.user, "wrong user or password",
                                log: request.log)
                            return challenge
                        }
                    } catch BlockingPoolError.queueFull {
                        return busy
                    }
                    request.user = credentials.user
                    return try await next(request)
                }
            }
        }
    }

    /// RFC 7617 section 2: the realm is a quoted string.
    private static func challenge(_ realm: String) -> HTTPResponse {
        let escaped = realm.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        var response = HTTPResponse.text("401 Unauthorized\n", status: .unauthorized)
        response.headerFields[.wwwAuthenticate] = "Basic realm=\"\(escaped)\", charset=\"UTF-8\""
        return response
    }
}
