import TestSupport
import Testing

@testable import Netius

@Suite("The run of a server", .timeLimit(.minutes(2)))
struct ServerRunTests {
    private func withServer(
        loops: Int = 1, shutdownTimeout: Duration = .seconds(60),
        _ test: @escaping @Sendable (SilentServer, SocketAddress, Task<Void, any Error>) async throws -> Void
    ) async throws {
        let group = try LoopGroup(count: loops, poller: .underTest)
        let server = SilentServer(group: group, shutdownTimeout: shutdownTimeout)
        try await withRunning(
            on: group,
            { whenListening in
                let hasServed = try await server.serve(whenListening: whenListening)
                #expect(hasServed)
            },
            shutdown: { server.running.withLock { $0 }?.beginShutdown() }
        ) { address, task in
            try await test(server, address, task)
        }
    }

    private func clients(_ count: Int, of address: SocketAddress, on loop: EventLoop) async throws -> [Connection] {
        var clients: [Connection] = []
        for _ in 0..<count { clients.append(try await Connection.connect(to: address, on: loop)) }
        return clients
    }

    @Test("Where one listener serves several loops, they get the connections in turn")
    func turns() async throws {
        try await withServer(loops: 3) { server, address, _ in
            let clients = try await clients(9, of: address, on: server.group.loops[0])
            for worker in try server.run.workers {
                try await eventually("it has three") { try await worker.loop.run { worker.connections.count == 3 } }
            }
            for client in clients { await client.close() }
        }
    }

    @Test("Connections leave in whatever order, and each is counted until it has")
    func leaving() async throws {
        try await withServer { server, address, _ in
            var random = SeededRandom(seed: 7)
            for _ in 0..<3 {
                var clients = try await clients(20, of: address, on: server.group.loops[0]).shuffled(using: &random)
                try await eventually("all are there") { try await server.running.connectionCount() == 20 }
                while let client = clients.popLast() {
                    await client.close()
                    let left = clients.count
                    try await eventually("\(left) are left") { try await server.running.connectionCount() == left }
                }
            }
        }
    }

    @Test("A graceful shutdown refuses new connections, tells those there are, and ends with the last")
    func shutdown() async throws {
        try await withServer(loops: 2) { server, address, task in
            let clients = try await clients(2, of: address, on: server.group.loops[0])
            try await eventually("both are there") { try await server.running.connectionCount() == 2 }
            let run = try server.run
            run.beginShutdown()
            run.beginShutdown()
            await #expect(throws: SystemError.self) {
                while true { await (try Connection.connect(to: address, on: server.group.loops[0])).close() }
            }
            await clients[0].close()
            try await eventually("one is left") { try await server.running.connectionCount() == 1 }
            await clients[1].close()
            try await task.value
            #expect(server.running.withLock { $0 == nil })
            #expect(server.warnings.isEmpty)
        }
    }

    @Test("What is in flight when the time for it is over is cancelled, and the log says so")
    func overdue() async throws {
        try await withServer(shutdownTimeout: .milliseconds(50)) { server, address, task in
            let clients = try await clients(2, of: address, on: server.group.loops[0])
            try await eventually("both are there") { try await server.running.connectionCount() == 2 }
            try server.run.beginShutdown()
            try await task.value
            #expect(server.warnings == ["things were still in flight at the end of the shutdown: cancelled"])
            for client in clients {
                await #expect(throws: (any Error).self) { _ = try await client.read() }
                await client.close()
            }
        }
    }

    @Test("To cancel the task ends everything at once")
    func cancelled() async throws {
        try await withServer { server, address, task in
            let clients = try await clients(2, of: address, on: server.group.loops[0])
            try await eventually("both are there") { try await server.running.connectionCount() == 2 }
            task.cancel()
            _ = await task.result
            #expect(server.running.withLock { $0 == nil })
            #expect(server.warnings.isEmpty)
            for client in clients { await client.close() }
        }
    }

    @Test("A second run while there is one serves nothing, and lets go of its listeners")
    func second() async throws {
        try await withServer { server, address, _ in
            let first = try server.run
            let hasListened = Box(false)
            let hasServed = try await server.serve { _ in hasListened.value = true }
            #expect(!hasServed && !hasListened.value)
            #expect(try server.run === first)
            let client = try await Connection.connect(to: address, on: server.group.loops[0])
            try await eventually("the first serves") { try await server.running.connectionCount() == 1 }
            await client.close()
        }
    }
}
