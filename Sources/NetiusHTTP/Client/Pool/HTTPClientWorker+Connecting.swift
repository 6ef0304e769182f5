internal import Netius

extension HTTPClientWorker {
    /// Makes a connection, for which the pool has a place already.
    func connect(
        _ id: Pool.ID, _ route: HTTPClientRoute, _ request: HTTPClientRequest, until deadline: MonotonicTime
    ) async throws -> Lease {
        do {
            let transport = try await transport(to: route, request, until: deadline)
            let speaksHTTP2: Bool
            do {
                try await prepare(transport, id, route, request, until: deadline)
                speaksHTTP2 = try self.speaksHTTP2(transport, route, request)
                guard !isCutOff else {
                    throw HTTPClientError(.shutDown, request.url, "the client has been shut down")
                }
            } catch {
                unsafe transport.pollable.observer = nil
                transport.close()
                throw error
            }
            guard !speaksHTTP2 else {
                let connection = HTTP2ClientConnection(id: id, transport, worker: self)
                insert(connection)
                return .http2(connection)
            }
            let connection = HTTPClientConnection(id: id, transport, isToProxy: route.isToProxy, worker: self)
            insert(connection)
            return .http1(connection)
        } catch {
            // That this request is cancelled, or out of time, says nothing of the server.
            if Task.isCancelled || deadline <= .now { closed(id) } else { failed(id) }
            try Task.checkCancellation()
            throw error
        }
    }

    /// Whether a connection that has been made is one of HTTP/2.
    private func speaksHTTP2(
        _ transport: Transport, _ route: HTTPClientRoute, _ request: HTTPClientRequest
    ) throws -> Bool {
        let isChosen = transport.tls?.information?.applicationProtocol == Self.http2Protocol
        switch route.version {
        case .http1: return false
        case .negotiated: return isChosen
        case .http2:
            // RFC 9113 section 3.2: over TLS it is chosen, or not spoken.
            guard isChosen || transport.tls == nil else {
                throw HTTPClientError(.noHTTP2, request.url, "the server does not speak HTTP/2")
            }
            return true
        }
    }

    private static let http2Protocol = "h2"
    private static let http1Protocol = "http/1.1"

    private static func protocols(of route: HTTPClientRoute) -> [String] {
        switch route.version {
        case .http1: [http1Protocol]
        case .http2: [http2Protocol]
        case .negotiated: [http2Protocol, http1Protocol]
        }
    }

    private func transport(
        to route: HTTPClientRoute, _ request: HTTPClientRequest, until deadline: MonotonicTime
    ) async throws -> Transport {
        try Task.checkCancellation()
        let limit = min(loop.now + configuration.connectTimeout, deadline)
        do {
            return try await open(route, request, until: limit).releaseTransport()
        } catch let error as ResolverError {
            throw HTTPClientError(.resolutionFailed, request.url, "the host was not found", underlying: error)
        } catch  where error is ConnectError || error is DeadlineError {
            try checkDeadline(deadline, request.url)
            throw HTTPClientError(.connectTimedOut, request.url, "connecting took too long")
        } catch let error as CancellationError {
            throw error
        } catch {
            throw HTTPClientError(.connectFailed, request.url, "no connection", underlying: error)
        }
    }

    func checkDeadline(_ deadline: MonotonicTime, _ url: HTTPURL) throws {
        guard deadline > .now else { throw HTTPClientError(.requestTimedOut, url, "the request took too long in all") }
    }

    private func open(
        _ route: HTTPClientRoute, _ request: HTTPClientRequest, until deadline: MonotonicTime
    ) async throws -> Connection {
        let (loop, local, observer) = (loop, configuration.localAddress, configuration.observer)
        guard let target = route.proxy?.url.origin ?? route.origin else { throw ConnectionError.closed }
        if let path = configuration.socketPath ?? target.socketPath {
            return try await observer.observing(.connecting, of: request) {
                try await Connection.connect(to: .unix(path: path), until: deadline, on: loop)
            }
        }
        let (host, port) = (target.host, target.port)
        if let addresses = knownAddresses(of: target) {
            let usable = try Self.usable(addresses, of: host, from: local)
            return try await observer.observing(.connecting, of: request) {
                try await Connection.connect(toAnyOf: usable, port: port, from: local, until: deadline, on: loop)
            }
        }
        let resolver = configuration.resolver
        return try await loop.withDeadline(at: deadline) {
            let addresses = try await observer.observing(.resolving, of: request) {
                try await resolver.addresses(of: host)
            }
            let usable = try Self.usable(addresses, of: host, from: local)
            return try await observer.observing(.connecting, of: request) {
                try await Connection.connect(toAnyOf: usable, port: port, from: local, until: deadline, on: loop)
            }
        }
    }

    /// The addresses that need no looking up.
    private func knownAddresses(of origin: HTTPOrigin) -> [IPAddress]? {
        if let zone = origin.zone { return IPAddress("\(origin.host)%\(zone)").map { [$0] } }
        if !configuration.addresses.isEmpty,
            let known = configuration.addresses["\(origin.host):\(origin.port)"] ?? configuration.addresses[origin.host]
        {
            return known
        }
        return IPAddress(origin.host).map { [$0] }
    }

    private static func usable(_ addresses: [IPAddress], of host: String, from local: IPAddress?) throws -> [IPAddress]
    {
        guard let local, !addresses.isEmpty else {
            guard !addresses.isEmpty else { throw ResolverError(host: host, reason: "it has no address") }
            return addresses
        }
        let usable = addresses.filter { $0.isV6 == local.isV6 }
        guard !usable.isEmpty else {
            throw ResolverError(host: host, reason: "it has no address of the family that is to be connected from")
        }
        return usable
    }

    // MARK: Tunnels and TLS

    /// Does what comes before the first request: TLS to the proxy, the tunnel, TLS to the server.
    private func prepare(
        _ transport: Transport, _ id: Pool.ID, _ route: HTTPClientRoute, _ request: HTTPClientRequest,
        until deadline: MonotonicTime
    ) async throws {
        if let proxy = route.proxy {
            let isSecure = proxy.url.scheme == .https
            if isSecure {
                let protocols = [Self.http1Protocol]
                try await startTLS(on: transport, proxy.url.origin, protocols, request, until: deadline)
            }
            guard let origin = route.origin else { return }
            guard !isSecure else {
                throw HTTPClientError(
                    .proxyRefused, request.url, "a proxy of https is used for http alone, not for https within https")
            }
            try await configuration.observer.observing(.tunnelling, of: request) {
                try await openTunnel(transport, id, proxy, to: origin, request, until: deadline)
            }
        }
        if let origin = route.origin, origin.scheme == .https {
            try await startTLS(on: transport, origin, Self.protocols(of: route), request, until: deadline)
        }
    }

    private func startTLS(
        on transport: Transport, _ origin: HTTPOrigin, _ protocols: [String], _ request: HTTPClientRequest,
        until deadline: MonotonicTime
    ) async throws {
        let limit = min(MonotonicTime.now + configuration.tlsTimeout, deadline)
        do {
            let context = try configuration.tls ?? .default
            let session = try context.makeSession(
                serverName: origin.host, port: origin.port, applicationProtocols: protocols)
            try await configuration.observer.observing(.handshaking, of: request) {
                try transport.startTLS(session)
                try await withTaskCancellationHandler {
                    self.loop.assertCurrent()
                    try await transport.handshake(until: limit, isCancellable: true)
                } onCancel: {
                    loop.execute { transport.pollable.cancel() }
                }
            }
        } catch TLSError.timedOut {
            try checkDeadline(deadline, request.url)
            throw HTTPClientError(.tlsTimedOut, request.url, "the TLS handshake took too long")
        } catch {
            try Task.checkCancellation()
            throw HTTPClientError(.tlsFailed, request.url, "TLS failed", underlying: error)
        }
    }

    /// Asks a proxy for a tunnel (RFC 9110 section 9.3.6).
    private func openTunnel(
        _ transport: Transport, _ id: Pool.ID, _ proxy: HTTPProxy, to origin: HTTPOrigin, _ request: HTTPClientRequest,
        until deadline: MonotonicTime
    ) async throws {
        var fields = HTTPFields()
        if let userAgent = request.fields[.userAgent] { fields.append(.userAgent, userAgent) }
        if let value = proxy.credentials?.fieldValue { fields.append(.proxyAuthorization, value) }
        let connect = HTTPClientRequest(method: .connect, url: request.url, fields: fields, body: .none)
        // It is not in the table: what it leads to will be.
        let connection = HTTPClientConnection(id: id, transport, isToProxy: false, worker: self)
        defer { unsafe transport.pollable.observer = nil }
        let limit = min(MonotonicTime.now + configuration.connectTimeout, deadline)
        do {
            try await withTaskCancellationHandler {
                self.loop.assertCurrent()
                _ = try connection.send(connect)
                try await connection.receiveHead(of: connect, until: limit, awaitsContinue: false)
                guard connection.decoder.framing != .tunnel else { return }
                throw await connection.refusal(of: connect, until: limit)
            } onCancel: {
                loop.execute { transport.pollable.cancelReader() }
            }
        } catch let error as HTTPClientError where error.code == .requestTimedOut {
            try checkDeadline(deadline, request.url)
            throw HTTPClientError(.connectTimedOut, request.url, "the proxy took too long to connect")
        }
    }
}

extension HTTPClientConnection {
    /// Why a proxy has opened no tunnel, with what it says of it.
    fileprivate func refusal(of request: HTTPClientRequest, until deadline: MonotonicTime) async -> HTTPClientError {
        var error = HTTPClientError(.proxyRefused, request.url, "the proxy did not connect: \(head.status)")
        while error.proxyResponse.count < configuration.maximumDiscardedBody,
            let bytes = try? await readBody(until: deadline, request.url)
        {
            error.proxyResponse += bytes
        }
        return error
    }
}
