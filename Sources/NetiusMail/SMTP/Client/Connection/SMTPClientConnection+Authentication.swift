internal import Netius

extension SMTPClientConnection {
    /// Says who the user is (RFC 4954). That it is safe to has been seen to.
    func authenticate(_ credentials: SMTPCredentials) async throws {
        defer { secrets = [] }
        let offered = capabilities.authenticationMechanisms
        let reply: SMTPReply
        switch credentials.secret {
        case .password(let password):
            if !password.isEmpty { secrets.append(password) }
            if offered.contains("PLAIN") {
                reply = try await authenticatePlain(credentials.user, password)
            } else if offered.contains("LOGIN") {
                reply = try await authenticateLogin(credentials.user, password)
            } else {
                throw noMechanism(offered)
            }
        case .token(let token):
            guard offered.contains("XOAUTH2") else { throw noMechanism(offered) }
            if !token.isEmpty { secrets.append(token) }
            let message = "user=\(credentials.user)\u{1}auth=Bearer \(token)\u{1}\u{1}"
            let first = try await exchange("XOAUTH2", Array(message.utf8))
            // The reason comes as a challenge, which an empty answer ends.
            reply = first.code == 334 ? try await answer([]) : first
        }
        guard reply.code == 235 else {
            throw SMTPClientError(
                .authenticationFailed, host: host, reason: "the server did not take the credentials", reply: reply)
        }
        user = credentials.user
    }

    private func noMechanism(_ offered: [String]) -> SMTPClientError {
        let names = offered.isEmpty ? "none" : offered.joined(separator: ", ")
        return SMTPClientError(
            .authenticationUnavailable, host: host,
            reason: "no way of authenticating in common, the server offers \(names)")
    }

    /// ```
    /// message = [authzid] UTF8NUL authcid UTF8NUL passwd
    /// ```
    private func authenticatePlain(_ user: String, _ password: String) async throws -> SMTPReply {
        guard !user.utf8.contains(0), !password.utf8.contains(0) else {
            throw SMTPClientError(
                .invalidConfiguration, host: host, reason: "neither a user's name nor a password has a NUL")
        }
        return try await exchange("PLAIN", [0] + Array(user.utf8) + [0] + Array(password.utf8))
    }

    private func authenticateLogin(_ user: String, _ password: String) async throws -> SMTPReply {
        let first = try await command("AUTH LOGIN", within: configuration.commandTimeout)
        guard first.code == 334 else { return first }
        let second = try await answer(Array(user.utf8))
        guard second.code == 334 else { return second }
        return try await answer(Array(password.utf8))
    }

    /// Begins with a response of the client's, behind the command where it fits a line (RFC 4954 section 4).
    private func exchange(_ mechanism: String, _ response: [UInt8]) async throws -> SMTPReply {
        let text = Base64.encode(response)
        if !text.isEmpty { secrets.append(text) }
        if "AUTH \(mechanism) \(text)\r\n".utf8.count <= 512 {
            return try await command(
                "AUTH \(mechanism) \(text)", shown: "AUTH \(mechanism) ***", within: configuration.commandTimeout)
        }
        let first = try await command("AUTH \(mechanism)", within: configuration.commandTimeout)
        return first.code == 334 ? try await answer(response) : first
    }

    private func answer(_ response: [UInt8]) async throws -> SMTPReply {
        let text = Base64.encode(response)
        if !text.isEmpty { secrets.append(text) }
        return try await command(text, shown: "***", within: configuration.commandTimeout)
    }
}

extension SMTPReply {
    /// The reply with `***` in the place of secrets, should the server repeat what it was told.
    func hiding(_ secrets: [String]) -> SMTPReply {
        let hidden = lines.map { line in secrets.reduce(line) { $0.replacing($1, with: "***") } }
        return SMTPReply(code, lines: hidden, status: enhancedStatus)
    }
}
