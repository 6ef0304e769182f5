import Netius

/// Two ends of one TCP connection over loopback.
struct ConnectionPair: Sendable {
    let first: Connection
    let second: Connection

    /// The first end lives on `loop`, the second on `other`.
    init(on loop: EventLoop, and other: EventLoop, address: SocketAddress = .ip(.v4(.loopback), port: 0)) async throws {
        let listener = try await Listener.bind(address, on: other)
        async let accepted = listener.accept()
        first = try await Connection.connect(to: listener.address, on: loop)
        guard let second = try await accepted else { throw ConnectionError.closed }
        self.second = second
        await listener.close()
    }
}

extension Connection {
    /// Reads until the peer's end.
    func readAll() async throws -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await read() { all += bytes }
        return all
    }

    /// Reads until there are `count` bytes, or the peer's end.
    func read(atLeast count: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count, let bytes = try await read() { all += bytes }
        return all
    }
}
