internal import Netius

/// How connections to one server are made.
struct SMTPConnectionOpener: Sendable {
    let host: String
    let security: SMTPSecurity
    let tls: TLSClientContext?
    let credentials: SMTPCredentials?
    let configuration: SMTPClient.Configuration
    let loop: EventLoop

    init(
        host: String, security: SMTPSecurity, tls: TLSClientContext?, credentials: SMTPCredentials?,
        configuration: SMTPClient.Configuration, loop: EventLoop?
    ) throws {
        self.host = host
        self.security = security
        self.tls = tls
        self.credentials = credentials
        self.configuration = configuration
        do {
            self.loop = try loop ?? (configuration.loops ?? .shared).next()
        } catch {
            throw SMTPClientError(.connectFailed, host: host, reason: "there is no loop", underlying: error)
        }
    }

    private func with(_ security: SMTPSecurity) throws -> SMTPConnectionOpener {
        try SMTPConnectionOpener(
            host: host, security: security, tls: tls, credentials: credentials, configuration: configuration, loop: loop
        )
    }

    // MARK: Connecting

    /// Connects to one of the host's addresses.
    func connect(port: UInt16, _ addresses: [IPAddress]) async throws -> SMTPClientConnection {
        var left = try await known(addresses)
        var attempts = 1
        while true {
            let candidates = left
            let connection = try await connect {
                try await Connection.connect(
                    toAnyOf: candidates, port: port, from: configuration.localAddress,
                    until: .now + configuration.connectTimeout, on: loop)
            }
            do {
                return try await open(connection)
            } catch let error as SMTPClientError
                where error.isTemporary && error.code != .timedOut && error.code != .tlsUnavailable
            {
                let tried = connection.peerAddress.ipAddress
                left.removeAll { $0 == tried }
                guard !left.isEmpty, left.count < candidates.count, attempts < configuration.maximumAddresses else {
                    throw error
                }
                attempts += 1
            }
        }
    }

    /// Connects to an address.
    func connect(to address: SocketAddress) async throws -> SMTPClientConnection {
        try await open(try await connect(address))
    }

    private func connect(_ address: SocketAddress) async throws -> Connection {
        try await connect {
            try await Connection.connect(
                to: address, from: configuration.localAddress, until: .now + configuration.connectTimeout, on: loop)
        }
    }

    private func connect(_ connect: () async throws -> Connection) async throws -> Connection {
        do {
            return try await connect()
        } catch let error as CancellationError {
            throw error
        } catch ConnectError.timedOut {
            throw SMTPClientError(.connectTimedOut, host: host, reason: "connecting took too long")
        } catch {
            throw SMTPClientError(.connectFailed, host: host, reason: "no connection", underlying: error)
        }
    }

    /// The host's addresses, from here or from the system's resolver.
    private func known(_ addresses: [IPAddress]) async throws -> [IPAddress] {
        var found = addresses
        if found.isEmpty { found = configuration.addresses[host.lowercasedASCII] ?? [] }
        if found.isEmpty {
            do {
                found = try await Resolver.shared.addresses(of: host)
            } catch let error as CancellationError {
                throw error
            } catch {
                throw SMTPClientError(.lookUpFailed, host: host, reason: "the host was not found", underlying: error)
            }
        }
        if let local = configuration.localAddress { found.removeAll { $0.isV6 != local.isV6 } }
        guard !found.isEmpty else {
            throw SMTPClientError(.lookUpFailed, host: host, reason: "the host has no address")
        }
        return found
    }

    // MARK: The session

    private func open(_ connection: Connection) async throws -> SMTPClientConnection {
        let address = connection.peerAddress
        let transport: Transport
        do {
            transport = try await connection.releaseTransport()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw SMTPClientError(.connectFailed, host: host, reason: "no connection", underlying: error)
        }
        let made = SMTPClientConnection(transport, host: host, configuration: configuration)
        do {
            try await made.open(self)
            return made
        } catch let error as SMTPClientError where security == .opportunistic && error.code == .tlsFailed {
            // RFC 7435 section 3: better than no mail at all, which is what those who ask for this mean.
            return try await with(.none).connect(to: address)
        }
    }

    /// What TLS begins with.
    func context() throws -> TLSClientContext {
        if let tls { return tls }
        if security == .opportunistic { return try configuration.opportunisticTLS ?? Self.unverified.get() }
        return try configuration.tls ?? .default
    }

    private static let unverified = Result {
        var configuration = TLSClientConfiguration()
        configuration.verifiesPeer = false
        return try TLSClientContext(configuration)
    }
}
