internal import CNetius
internal import Synchronization

/// A number of loops among which connections are spread, so that a process uses all its processors.
public final class LoopGroup: Sendable {
    /// The loops, at least one.
    public let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    /// Makes the loops and starts their threads.
    ///
    /// - Parameters:
    ///   - count: How many; by default one for each processor that this process may run on.
    ///   - poller: Which of the system's pollers they wait with.
    ///   - longestWait: A cap on how long one wait for events may take; none by default.
    /// - Throws: `SystemError` when descriptors or threads have run out.
    public init(
        count: Int = LoopGroup.availableProcessors, poller: PollerKind = .available[0], longestWait: Duration? = nil
    ) throws {
        var made: [EventLoop] = []
        do {
            for number in 0..<max(count, 1) {
                made.append(try EventLoop(name: "netius-loop-\(number)", poller: poller, longestWait: longestWait))
            }
        } catch {
            // Their threads would go on for ever.
            for loop in made { Task { await loop.shutdown() } }
            throw error
        }
        loops = made
    }

    /// The processors that this process may run on.
    public static var availableProcessors: Int { Int(netius_available_processors()) }

    /// The group that is used where none is named, made when it is first needed and never ended.
    ///
    /// - Throws: `SystemError` when it could not be made.
    public static var shared: LoopGroup {
        get throws { try sharedResult.get() }
    }

    private static let sharedResult = Result { try LoopGroup() }

    /// The loops in turn.
    public func next() -> EventLoop {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops[Int(UInt(bitPattern: number) % UInt(loops.count))]
    }

    /// Ends all loops; see `EventLoop.shutdown()`.
    public func shutdown() async {
        for loop in loops { await loop.shutdown() }
    }

    /// Listens on an address with all loops.
    ///
    /// Where the system spreads the connections of one port over several sockets (Linux, TCP), every loop has its own
    /// listener and they share nothing; else there is one, and whoever accepts from it hands the connections out.
    package func listen(on address: SocketAddress, options: Listener.Options) async throws -> [Listener] {
        #if os(Linux)
            let canShare = address.ipAddress != nil && loops.count > 1
        #else
            let canShare = false
        #endif
        guard canShare, let port = address.port, let ipAddress = address.ipAddress else {
            return [try await Listener.bind(address, options: options, on: loops[0])]
        }
        var options = options
        options.sharing = .first
        var listeners = [try await Listener.bind(address, options: options, on: loops[0])]
        do {
            options.sharing = .another
            let bound = SocketAddress.ip(ipAddress, port: listeners[0].address.port ?? port)
            for loop in loops.dropFirst() {
                listeners.append(try await Listener.bind(bound, options: options, on: loop))
            }
        } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
        return listeners
    }
}
