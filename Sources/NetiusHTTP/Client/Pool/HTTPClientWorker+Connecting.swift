internal import Netius

extension HTTPClientWorker {
    /// Makes a connection, for which the pool has a place already.
    func connect(
        _ id: Pool.ID, _ route: HTTPClientRoute, _ request: HTTPClientRequest, until deadline: MonotonicTime
    ) async throws -> HTTPClientConnection {
        do {
            let transport = try await transport(to: route, request.url, until: deadline)
            let connection = HTTPClientConnection(id: id, transport, isToProxy: false, worker: self)
            insert(connection)
            return connection
        } catch {
            closed(id)
            try Task.checkCancellation()
            throw error
        }
    }

    private func transport(
        to route: HTTPClientRoute, _ url: HTTPURL, until deadline: MonotonicTime
    ) async throws -> Transport {
        try Task.checkCancellation()
        let limit = min(loop.now + configuration.connectTimeout, deadline)
        do {
            let connection = try await open(route, until: limit)
            return try await connection.releaseTransport()
        } catch let error as ResolverError {
            throw HTTPClientError(.resolutionFailed, url, "the host was not found", underlying: error)
        } catch where error is ConnectError || error is DeadlineError {
            guard deadline > loop.now else {
                throw HTTPClientError(.requestTimedOut, url, "the request took too long in all")
            }
            throw HTTPClientError(.connectTimedOut, url, "connecting took too long")
        } catch let error as CancellationError {
            throw error
        } catch {
            throw HTTPClientError(.connectFailed, url, "no connection", underlying: error)
        }
    }

    private func open(_ route: HTTPClientRoute, until deadline: MonotonicTime) async throws -> Connection {
        let (loop, local) = (loop, configuration.localAddress)
        if let path = configuration.socketPath ?? route.origin.socketPath {
            return try await Connection.connect(to: .unix(path: path), until: deadline, on: loop)
        }
        let (host, port) = (route.origin.host, route.origin.port)
        if let zone = route.origin.zone, let address = IPAddress("\(host)%\(zone)") {
            return try await Connection.connect(to: .ip(address, port: port), from: local, until: deadline, on: loop)
        }
        if let addresses = configuration.addresses[host] ?? IPAddress(host).map({ [$0] }) {
            if let address = addresses.first, addresses.count == 1 {
                return try await Connection.connect(
                    to: .ip(address, port: port), from: local, until: deadline, on: loop)
            }
            return try await loop.withDeadline(at: deadline) {
                try await Self.connect(addresses, host, port, from: local, until: deadline, on: loop)
            }
        }
        return try await loop.withDeadline(at: deadline) { [configuration] in
            let addresses = try await configuration.resolver.addresses(of: host)
            return try await Self.connect(addresses, host, port, from: local, until: deadline, on: loop)
        }
    }

    private static func connect(
        _ addresses: [IPAddress], _ host: String, _ port: UInt16, from local: IPAddress?, until deadline: MonotonicTime,
        on loop: EventLoop
    ) async throws -> Connection {
        let usable = addresses.filter { address in local.map { $0.isV6 == address.isV6 } ?? true }
        guard !usable.isEmpty else {
            throw ResolverError(host: host, reason: addresses.isEmpty ? "it has no address" : "no address of the family")
        }
        return try await Connection.connect(toAnyOf: usable, port: port, from: local, until: deadline, on: loop)
    }
}
