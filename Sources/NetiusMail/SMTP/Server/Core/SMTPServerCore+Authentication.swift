internal import Netius

extension SMTPServerCore {
    /// ```
    /// auth-command = "AUTH" SP sasl-mech [SP initial-response] CRLF
    /// ```
    mutating func authenticate(_ line: Span<UInt8>, _ start: Int) -> SMTPServerEvent {
        guard rules.authenticates else { return fail(.notImplemented) }
        guard phase != .greeted, isExtended else { return fail(.helloFirst) }
        guard phase == .ready, sender == nil, user == nil else { return fail(.badSequence) }
        guard isSecure || rules.allowsPlaintextAuthentication else { return fail(.encryptionNeeded) }
        var mechanismEnd = min(start + 1, line.count)
        while mechanismEnd < line.count, line[mechanismEnd] != .space { mechanismEnd += 1 }
        let mechanism = min(start + 1, mechanismEnd)..<mechanismEnd
        let hasResponse = mechanismEnd < line.count
        if line.equals("plain", in: mechanism) {
            exchange = .plain
            return hasResponse ? respond(line, mechanismEnd + 1) : .reply(.emptyPrompt)
        }
        if line.equals("login", in: mechanism) {
            exchange = .user
            return hasResponse ? respond(line, mechanismEnd + 1) : .reply(.userPrompt)
        }
        return fail(mechanism.isEmpty ? .badParameters : .unknownMechanism)
    }

    /// A line in the course of AUTH.
    mutating func continueLogin(_ line: Span<UInt8>) -> SMTPServerEvent {
        guard line.count + 2 <= rules.limits.authenticationLine else {
            exchange = .none
            return fail(.lineTooLong)
        }
        if line.count == 1, line[0] == UInt8(ascii: "*") {
            exchange = .none
            return fail(.authenticationCancelled)
        }
        return respond(line, 0)
    }

    private mutating func respond(_ line: Span<UInt8>, _ start: Int) -> SMTPServerEvent {
        let text = line.extracting(start..<line.count)
        // An empty response is `=` where it comes with the command (RFC 4954 section 4).
        let isEmpty = start > 0 && text.count == 1 && text[0] == UInt8(ascii: "=")
        let step = exchange
        exchange = .none
        guard let octets = isEmpty ? [] : Base64.decode(text) else { return fail(.malformedCredentials) }
        switch step {
        case .none:
            return fail(.badSequence)
        case .plain:
            return SMTPLogin(plain: octets).map { .login($0) } ?? fail(.malformedCredentials)
        case .user:
            guard let user = SMTPLogin.text(octets) else { return fail(.malformedCredentials) }
            exchange = .password(user: user)
            return .reply(.passwordPrompt)
        case .password(let user):
            return SMTPLogin(user: user.utf8, password: octets).map { .login($0) } ?? fail(.malformedCredentials)
        }
    }

    /// What the login comes to that was handed out; nil where that could not be found out.
    mutating func settle(_ login: SMTPLogin, isRight: Bool?) -> SMTPServerEvent {
        switch isRight {
        case true?:
            user = login.user
            return .reply(.authenticated)
        case false?:
            failedLogins += 1
            return failedLogins < max(rules.limits.authenticationFailures, 1)
                ? fail(.authenticationFailed) : .close(.tooManyFailures)
        case nil:
            return idle(.authenticationUnavailable)
        }
    }
}
