@testable import Netius

/// Somebody between two ends, who hands on what each sends, in the pieces and with the changes that a test wants.
struct TLSRelay {
    /// The end that connects.
    let client: Connection
    /// The end that was connected to.
    let server: Connection
    private let halves: [Connection]

    // `change` is given each run of bytes, with whether the client sent it, and says what to send instead, a piece at a
    // time; an empty piece ends that direction.
    init(
        on group: LoopGroup, _ change: @escaping @Sendable (_ isClients: Bool, [UInt8]) -> [[UInt8]]
    ) async throws {
        let loops = group.loops
        let near = try await ConnectionPair(on: loops[0], and: loops[loops.count - 1])
        let far = try await ConnectionPair(on: loops[loops.count - 1], and: loops[0])
        client = near.first
        server = far.second
        halves = [near.second, far.first]
        Self.pump(from: near.second, to: far.first) { change(true, $0) }
        Self.pump(from: far.first, to: near.second) { change(false, $0) }
    }

    private static func pump(
        from source: Connection, to destination: Connection, _ change: @escaping @Sendable ([UInt8]) -> [[UInt8]]
    ) {
        Task {
            pumping: while let bytes = try? await source.read() {
                for piece in change(bytes) {
                    guard !piece.isEmpty else { break pumping }
                    try? await destination.write(piece)
                }
            }
            await destination.finishWriting()
        }
    }

    func shakeHands(_ contexts: TLSContexts) async throws {
        async let served: Void = server.startTLS(contexts.server)
        do {
            try await client.startTLS(contexts.client, serverName: "localhost")
        } catch {
            await close()
            _ = try? await served
            throw error
        }
        try await served
    }

    func close() async {
        for connection in halves + [client, server] { await connection.close() }
    }
}

extension [UInt8] {
    /// The bytes in pieces of at most `count`.
    func pieces(of count: Int) -> [[UInt8]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
