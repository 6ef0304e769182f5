import Netius
import Testing

/// Tasks that wait for a socket and are cancelled at all sorts of moments: before they begin, on their way to the loop,
/// while they wait, and while they are being resumed.
@Suite("Cancelling a wait", .timeLimit(.minutes(1)))
struct WaitCancellationTests {
    /// Cancels `operation` again and again; a cancellation that gets lost hangs.
    private func cancelAgainAndAgain(
        _ bystander: Connection, _ operation: @escaping @Sendable () async throws -> Void
    ) async {
        for round in 0..<2000 {
            let task = Task { try await operation() }
            if round.isMultiple(of: 2) { await Task.yield() }
            for _ in 0..<(round % 7) { _ = await bystander.localAddress }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    private func withSockets(_ body: (Listener, Connection, Connection) async throws -> Void) async throws {
        let loop = try EventLoop(name: "test")
        let listener = try await Listener.bind(port: 0, on: loop)
        let client = try await Connection.connect(to: listener.address, on: loop)
        let server = try #require(try await listener.accept())
        try await body(listener, client, server)
        await client.close()
        await server.close()
        await listener.close()
        await loop.shutdown()
    }

    @Test("A read ends whenever it is cancelled, and the next one reads on")
    func reading() async throws {
        try await withSockets { _, client, server in
            await cancelAgainAndAgain(client) { _ = try await client.read() }
            try await server.write("ping")
            #expect(try await client.read() == Array("ping".utf8))
        }
    }

    @Test("A write that waits ends whenever it is cancelled, and closes the connection")
    func writing() async throws {
        for round in 0..<40 {
            try await withSockets { listener, client, _ in
                let task = Task { while true { try await client.write([UInt8](repeating: 0, count: 1 << 20)) } }
                for _ in 0..<(round % 20) { await Task.yield() }
                if round.isMultiple(of: 4) { try await listener.loop.sleep(for: .milliseconds(5)) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                await #expect(throws: ConnectionError.closed) { try await client.write("more") }
            }
        }
    }

    @Test("Accepting ends whenever it is cancelled, and goes on")
    func accepting() async throws {
        try await withSockets { listener, client, _ in
            await cancelAgainAndAgain(client) { _ = try await listener.accept() }
            let another = try await Connection.connect(to: listener.address, on: listener.loop)
            let accepted = try #require(try await listener.accept())
            await accepted.close()
            await another.close()
        }
    }

    @Test("Receiving ends whenever it is cancelled, and goes on")
    func receiving() async throws {
        try await withSockets { listener, client, _ in
            let socket = try await Datagram.bind(.ip(.v4(.loopback), port: 0), on: listener.loop)
            await cancelAgainAndAgain(client) { _ = try await socket.receive() }
            try await socket.send(Array("ping".utf8), to: socket.address)
            #expect(try await socket.receive()?.bytes == Array("ping".utf8))
            await socket.close()
        }
    }
}
