import Foundation
import Testing

@testable import Netius

@Suite struct ConnectTests {
    /// A port that nobody listens on: one that was just given up.
    private static func freeAddress(on loop: EventLoop) async throws -> SocketAddress {
        let listener = try await Listener.bind(port: 0, on: loop)
        await listener.close()
        return listener.address
    }

    @Test("A port that nobody listens on is refused, by address and by name")
    func refused() async throws {
        try await withLoop { loop in
            let address = try await Self.freeAddress(on: loop)
            let error = await #expect(throws: SystemError.self) { try await Connection.connect(to: address, on: loop) }
            #expect(error?.code == ECONNREFUSED)
            #expect(error?.description == "connect \(address): Connection refused")
            let byName = await #expect(throws: SystemError.self) {
                try await Connection.connect(host: "localhost", port: address.port ?? 0, on: loop)
            }
            #expect(byName?.code == ECONNREFUSED)
        }
    }

    @Test("A Unix domain socket that isn't there, or whose listener is gone, is an error")
    func unixRefused() async throws {
        try await withTemporaryDirectory { directory in
            try await withLoop { loop in
                let path = SocketAddress.unix(path: directory + "/none")
                let error = await #expect(throws: SystemError.self) { try await Connection.connect(to: path, on: loop) }
                #expect(error?.code == ENOENT)
                let tooLong = SocketAddress.unix(path: directory + String(repeating: "x", count: 200))
                await #expect(throws: SocketAddressError.self) { try await Connection.connect(to: tooLong, on: loop) }
            }
        }
    }

    @Test("localhost is found, by whichever of its addresses is listened on", arguments: ["127.0.0.1", "::1"])
    func localhost(host: String) async throws {
        try await withLoop { loop in
            let listener = try await Listener.bind(host: host, port: 0, on: loop)
            let addresses = try await Resolver.shared.addresses(of: "localhost")
            guard addresses.contains(where: { $0.description == host }) else { return await listener.close() }
            let connection = try await Connection.connect(
                host: "localhost", port: listener.address.port ?? 0, on: loop)
            #expect(connection.peerAddress == listener.address)
            let accepted = try #require(try await listener.accept())
            #expect(await accepted.localAddress == connection.peerAddress)
            await accepted.close()
            await connection.close()
            await listener.close()
        }
    }

    @Test("Text that is no host name, and names that lead nowhere, are errors that name them")
    func unresolvable() async throws {
        try await withLoop { loop in
            for host in ["", String(repeating: "a", count: 254), "a\0b"] {
                let error = await #expect(throws: ResolverError.self) {
                    try await Connection.connect(host: host, port: 80, on: loop)
                }
                #expect(error?.host == host)
                #expect(error?.reason == "not a host name" && error?.isTemporary == false)
            }
            let error = await #expect(throws: ResolverError.self) {
                try await Resolver.shared.addresses(of: "a name with spaces")
            }
            #expect(error?.description.hasPrefix("cannot resolve \"a name with spaces\": ") == true)
        }
    }

    #if os(Linux)
        /// Listens, never accepts, and takes as many connections as it does before the system lets it hang.
        private static func withFullListener(
            _ body: @escaping @Sendable (SocketAddress, EventLoop) async throws -> Void
        ) async throws {
            try await withLoop { loop in
                var options = Listener.Options()
                options.backlog = 0
                let listener = try await Listener.bind(port: 0, options: options, on: loop)
                var waiting: [Connection] = []
                do {
                    while waiting.count < 10 {
                        waiting.append(
                            try await Connection.connect(to: listener.address, within: .milliseconds(150), on: loop))
                    }
                    Issue.record("the listener is not full")
                } catch ConnectError.timedOut {}
                try await body(listener.address, loop)
                for connection in waiting { await connection.close() }
                await listener.close()
            }
        }

        @Test("A peer that doesn't answer ends the attempt at its deadline, by address and by name")
        func deadline() async throws {
            try await Self.withFullListener { address, loop in
                let start = ContinuousClock.now
                await #expect(throws: ConnectError.timedOut) {
                    try await Connection.connect(to: address, within: .milliseconds(50), on: loop)
                }
                await #expect(throws: ConnectError.timedOut) {
                    try await Connection.connect(
                        host: "127.0.0.1", port: address.port ?? 0, within: .milliseconds(50), on: loop)
                }
                #expect(ContinuousClock.now - start >= .milliseconds(100))
                #expect(ContinuousClock.now - start < .seconds(10))
                let left = try await loop.run { (loop.timers.count, loop.pollables.count) }
                #expect(left.0 == 0, "a timer is left")
            }
        }

        @Test("A cancelled attempt throws at once, by address and by name, from on and off the loop")
        func cancellation() async throws {
            try await Self.withFullListener { address, loop in
                let attempts: [@Sendable () async throws -> Connection] = [
                    { try await Connection.connect(to: address, on: loop) },
                    { try await Connection.connect(host: "127.0.0.1", port: address.port ?? 0, on: loop) },
                    { try await Connection.connect(host: "localhost", port: address.port ?? 0, on: loop) },
                ]
                let before = try await loop.run { loop.pollables.count }
                for (number, attempt) in attempts.enumerated() {
                    for pause in 0..<4 {
                        let task = number % 2 == 0 ? loop.start(attempt) : Task.detached { try await attempt() }
                        for _ in 0..<(pause * pause) { await loop.yield() }
                        task.cancel()
                        switch await task.result {
                        case .success: Issue.record("connected")
                        case .failure(let error): #expect(error is CancellationError || error is SystemError)
                        }
                    }
                }
                #expect(try await loop.run { loop.pollables.count } == before, "an attempt's socket is left")
            }
        }
    #endif

    @Test("Many connect at once, each to its own")
    func many() async throws {
        try await withLoops(2) { group in
            let listener = try await Listener.bind(port: 0, on: group.loops[1])
            let serving = group.loops[1].start {
                for try await connection in listener {
                    connection.handle { for try await bytes in $0 { try await $0.write(bytes) } }
                }
            }
            let clients = (0..<200).map { number in
                group.loops[0].start {
                    let connection = try await Connection.connect(to: listener.address, on: group.next())
                    try await connection.write("\(number)")
                    await connection.finishWriting()
                    let answer = try await connection.readAll()
                    await connection.close()
                    return answer == Array("\(number)".utf8)
                }
            }
            for client in clients { #expect(try await client.value) }
            await listener.close()
            try await serving.value
        }
    }
}
