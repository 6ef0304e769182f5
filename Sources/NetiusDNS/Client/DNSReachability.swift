internal import Netius

/// Which networks this machine has a way to, remembered for some seconds: it takes a socket to find out.
final class DNSReachability: Sendable {
    /// For how long it is remembered.
    private static let memory: Duration = .seconds(5)
    /// Of how many networks. Whoever answers may name any.
    private static let maximumNetworks = 256

    private struct Entry {
        let isReachable: Bool
        let until: MonotonicTime
    }

    private let networks = Guarded<[UInt64: Entry]>([:])

    /// Whether the system knows a way to an address, or lately did to another of its network: what has the same upper
    /// half, as routes are seldom narrower. `find` finds out; only where it is cancelled this throws.
    func isReachable(
        _ address: IPv6Address, at now: MonotonicTime = .now,
        _ find: (IPv6Address) async throws -> Bool = DNSReachability.hasWay
    ) async throws -> Bool {
        let network = UInt64(truncatingIfNeeded: address.bits >> 64)
        let known = networks.withLock { networks in
            networks[network].flatMap { $0.until > now ? $0.isReachable : nil }
        }
        if let known { return known }
        let isReachable = try await find(address)
        networks.withLock { networks in
            if networks.count >= Self.maximumNetworks { networks = networks.filter { $0.value.until > now } }
            if networks.count >= Self.maximumNetworks { networks = [:] }
            networks[network] = Entry(isReachable: isReachable, until: now + Self.memory)
        }
        return isReachable
    }

    /// Asks the system, which sends nothing to find out.
    private static func hasWay(to address: IPv6Address) async throws -> Bool {
        do {
            let socket = try await Datagram.connect(to: .ip(.v6(address), port: 53))
            await socket.close()
            return true
        } catch let error as CancellationError {
            throw error
        } catch {
            return false
        }
    }
}
