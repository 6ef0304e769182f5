extension Connection {
    /// Connects to a TCP port of a host, by name or address.
    ///
    /// All of the host's addresses are tried, IPv6 and IPv4 in turn and overlapping as RFC 8305 asks; resolving the
    /// name does not hold up any loop.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The port.
    ///   - deadline: How long it may take in all; 30 seconds by default.
    ///   - loop: Where the connection is to live; one of the shared group's by default.
    ///   - resolver: What finds the addresses of the name; the system by default.
    /// - Returns: The connection, which is to be closed.
    /// - Throws: `ResolverError`; the `SystemError` of the first address when all have failed;
    ///   `ConnectError.timedOut`; `CancellationError`.
    public static func connect(
        host: String, port: UInt16, within deadline: Duration = .seconds(30), on loop: EventLoop? = nil,
        resolver: Resolver = .shared
    ) async throws -> Connection {
        let loop = try loop ?? LoopGroup.shared.next()
        let end = MonotonicTime.now + deadline
        do {
            return try await loop.withDeadline(at: end) {
                let addresses = try await resolver.addresses(of: host)
                guard !addresses.isEmpty else { throw ResolverError(host: host, reason: "it has no address") }
                return try await connect(toAnyOf: addresses, port: port, until: end, on: loop)
            }
        } catch is DeadlineError {
            throw ConnectError.timedOut
        }
    }

    /// Connects to an address, or to the path of a Unix domain socket.
    ///
    /// - Throws: `SystemError`; `SocketAddressError`; `ConnectError.timedOut`; `CancellationError`.
    public static func connect(
        to address: SocketAddress, within deadline: Duration = .seconds(30), on loop: EventLoop? = nil
    ) async throws -> Connection {
        let loop = try loop ?? LoopGroup.shared.next()
        return try await connect(to: address, until: .now + deadline, on: loop)
    }

    /// The same from an address of this machine, if one is given.
    package static func connect(
        to address: SocketAddress, from localAddress: IPAddress? = nil, until end: MonotonicTime, on loop: EventLoop
    ) async throws -> Connection {
        try await Connector(loop: loop).connect(to: address, from: localAddress, until: end)
    }

    /// Tries the addresses, as RFC 8305 asks, until one connects.
    package static func connect(
        toAnyOf addresses: [IPAddress], port: UInt16, from localAddress: IPAddress? = nil, until end: MonotonicTime,
        on loop: EventLoop
    ) async throws -> Connection {
        if addresses.count == 1 {
            return try await connect(
                to: .ip(addresses[0], port: port), from: localAddress, until: end, on: loop)
        }
        enum Event: Sendable {
            case connected(Connection)
            case failed(any Error)
            case delayPassed(Int)
        }
        var race = ConnectionRace(addresses)
        var firstError: (any Error)?
        return try await withThrowingTaskGroup(of: Event.self) { group in
            var action = race.proceed()
            while true {
                switch action {
                case .attempt(let index):
                    let address = SocketAddress.ip(race.addresses[index], port: port)
                    group.addTask {
                        do {
                            return .connected(
                                try await connect(to: address, from: localAddress, until: end, on: loop))
                        } catch {
                            return .failed(error)
                        }
                    }
                    group.addTask {
                        try? await loop.sleep(for: attemptDelay)
                        return .delayPassed(index)
                    }
                case .wait: break
                case .giveUp:
                    group.cancelAll()
                    throw firstError ?? ConnectError.timedOut
                }
                switch try await group.next() {
                case .connected(let connection):
                    group.cancelAll()
                    // A slower attempt may have come through as well.
                    while let late = try await group.next() {
                        if case .connected(let spare) = late { await spare.close() }
                    }
                    return connection
                case .failed(let error):
                    firstError = firstError ?? error
                    action = race.failed()
                case .delayPassed(let index): action = race.delayPassed(of: index)
                case nil: throw firstError ?? ConnectError.timedOut
                }
            }
        }
    }

    /// RFC 8305's "Connection Attempt Delay".
    private static var attemptDelay: Duration { .milliseconds(250) }
}

/// Why no connection came about.
public enum ConnectError: Error, Hashable, CustomStringConvertible {
    /// The time was over.
    case timedOut

    /// One line for people.
    public var description: String { "connecting took too long" }
}
