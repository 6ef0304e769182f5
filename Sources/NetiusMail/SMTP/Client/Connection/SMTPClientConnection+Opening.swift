public import Netius

extension SMTPClientConnection {
    /// Connects to a server and makes the session ready for messages: TLS, EHLO, and AUTH where there are credentials.
    ///
    /// The host's addresses are tried, IPv6 and IPv4 in turn (RFC 8305); where one greets with a refusal, the others are
    /// asked. Where opportunistic TLS fails, it connects again without.
    ///
    /// - Parameters:
    ///   - host: A name or an address, which the certificate must be for where it is verified.
    ///   - port: The port.
    ///   - addresses: The host's addresses; they are looked up where there are none, the default.
    ///   - security: Whether and how TLS is spoken; it is required by default.
    ///   - tls: Whom to trust; what the configuration says by default.
    ///   - credentials: Whom to authenticate; nobody by default.
    ///   - configuration: Everything else.
    ///   - loop: Where the connection is to live; one of the configuration's by default.
    /// - Returns: The connection, which is to be closed.
    /// - Throws: `SMTPClientError`; `CancellationError`.
    public static func connect(
        to host: String, port: UInt16, at addresses: [IPAddress] = [], security: SMTPSecurity = .required,
        tls: TLSClientContext? = nil, credentials: SMTPCredentials? = nil,
        configuration: SMTPClient.Configuration = SMTPClient.Configuration(), on loop: EventLoop? = nil
    ) async throws -> SMTPClientConnection {
        let opener = try SMTPConnectionOpener(
            host: host, security: security, tls: tls, credentials: credentials, configuration: configuration, loop: loop
        )
        return try await opener.connect(port: port, addresses)
    }

    /// Connects to an address, such as the path of a Unix domain socket, and makes the session ready for messages.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - serverName: What the certificate must be for where it is verified, and errors call the server.
    ///   - security: Whether and how TLS is spoken; it is required by default.
    ///   - tls: Whom to trust; what the configuration says by default.
    ///   - credentials: Whom to authenticate; nobody by default.
    ///   - configuration: Everything else.
    ///   - loop: Where the connection is to live; one of the configuration's by default.
    /// - Returns: The connection, which is to be closed.
    /// - Throws: `SMTPClientError`; `CancellationError`.
    public static func connect(
        to address: SocketAddress, serverName: String, security: SMTPSecurity = .required,
        tls: TLSClientContext? = nil, credentials: SMTPCredentials? = nil,
        configuration: SMTPClient.Configuration = SMTPClient.Configuration(), on loop: EventLoop? = nil
    ) async throws -> SMTPClientConnection {
        let opener = try SMTPConnectionOpener(
            host: serverName, security: security, tls: tls, credentials: credentials, configuration: configuration,
            loop: loop)
        return try await opener.connect(to: address)
    }

    /// Does all that comes before the first message; the connection is closed when this throws.
    func open(_ opener: SMTPConnectionOpener) async throws {
        isBusy = true
        defer { isBusy = false }
        do {
            try await withCancellation { try await self.prepare(opener) }
        } catch var error as SMTPClientError {
            error.transcript = transcript
            failure = error
            close()
            throw error
        } catch {
            close()
            throw error
        }
    }

    private func prepare(_ opener: SMTPConnectionOpener) async throws {
        if opener.security == .implicit { try await startTLS(opener) }
        let greeting = try await readReply(within: configuration.greetingTimeout)
        self.greeting = greeting
        guard greeting.code == 220 else {
            throw SMTPClientError(.refused, host: host, reason: "the server refused", reply: greeting)
        }
        try await hello()
        switch opener.security {
        case .none, .implicit: break
        case .opportunistic:
            if capabilities.offersStartTLS, try await askForTLS() != nil { break }
            if tls == nil, capabilities.offersStartTLS { try await startTLSAfterReply(opener) }
        case .required:
            guard capabilities.offersStartTLS else {
                throw SMTPClientError(.tlsUnavailable, host: host, reason: "the server does not offer TLS")
            }
            if let refusal = try await askForTLS() {
                throw SMTPClientError(.tlsFailed, host: host, reason: "the server refused TLS", reply: refusal)
            }
            try await startTLSAfterReply(opener)
        }
        if let credentials = opener.credentials {
            // Opportunistic TLS may be with anybody.
            let isSafe = tls != nil && opener.security != .opportunistic
            guard isSafe || configuration.allowsPlaintextAuthentication else {
                throw SMTPClientError(
                    .authenticationUnavailable, host: host,
                    reason: "the secret would be sent without TLS, or to a server that is not verified")
            }
            try await authenticate(credentials)
        }
    }

    /// Says who we are (RFC 5321 section 4.1.1.1), in the older way where the server does not know the newer.
    private func hello() async throws {
        let name = try ownName()
        let verb = configuration.speaksLMTP ? "LHLO" : "EHLO"
        let reply = try await command("\(verb) \(name)", within: configuration.commandTimeout)
        if reply.isPositive {
            isExtended = true
            capabilities = SMTPCapabilities(reply)
            return
        }
        capabilities = .none
        // Over TLS the server has understood EHLO before, and must so again.
        let isUnknown = [500, 501, 502, 504, 550].contains(reply.code)
        guard !configuration.speaksLMTP, isUnknown, tls == nil else {
            throw SMTPClientError(.refused, host: host, reason: "the server refused", reply: reply)
        }
        let second = try await command("HELO \(name)", within: configuration.commandTimeout)
        guard second.isPositive else {
            throw SMTPClientError(.refused, host: host, reason: "the server refused", reply: second)
        }
    }

    private func ownName() throws -> String {
        if let name = configuration.hostName {
            guard !name.isEmpty, name.utf8.count <= 255, name.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
                throw SMTPClientError(
                    .invalidConfiguration, host: host, reason: "\(name.quoted) is no name for this host")
            }
            return name
        }
        switch transport.localAddress()?.ipAddress {
        case .v4(let address): return "[\(address)]"
        // A zone means nothing to the other side.
        case .v6(let address): return "[IPv6:\("\(address)".prefix { $0 != "%" })]"
        case nil: return "localhost"
        }
    }

    // MARK: TLS

    /// Asks for TLS (RFC 3207); the reply where it is not granted.
    private func askForTLS() async throws -> SMTPReply? {
        let reply = try await command("STARTTLS", within: configuration.commandTimeout)
        return reply.code == 220 ? nil : reply
    }

    private func startTLSAfterReply(_ opener: SMTPConnectionOpener) async throws {
        try await startTLS(opener)
        // RFC 3207 section 4.2: what was known before is forgotten.
        capabilities = .none
        isExtended = false
        try await hello()
    }

    private func startTLS(_ opener: SMTPConnectionOpener) async throws {
        do {
            let context = try opener.context()
            let session = try context.makeSession(
                serverName: host, port: peerAddress.port ?? 0, applicationProtocols: [])
            // Refuses what came behind the reply, which is not the server's.
            try transport.startTLS(session)
            try await transport.handshake(until: loop.now + configuration.tlsTimeout, isCancellable: true)
            isVerified = context.configuration.verifiesPeer || !context.configuration.pins.isEmpty
        } catch {
            try Task.checkCancellation()
            throw SMTPClientError(.tlsFailed, host: host, reason: "TLS failed", underlying: error)
        }
    }
}
