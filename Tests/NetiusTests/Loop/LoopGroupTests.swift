import Foundation
import Testing

@testable import Netius

@Suite struct LoopGroupTests {
    @Test("The loops are given out in turn")
    func roundRobin() async throws {
        try await withLoops(3) { group in
            let given = (0..<9).map { _ in group.next() }
            #expect(given.enumerated().allSatisfy { $1 === group.loops[$0 % 3] })
        }
    }

    @Test("A group has the loops it was asked for, and at least one")
    func count() async throws {
        #expect(LoopGroup.availableProcessors >= 1)
        for (asked, made) in [(-1, 1), (0, 1), (1, 1), (4, 4)] {
            try await withLoops(asked) { group in #expect(group.loops.count == made) }
        }
        let group = try LoopGroup(poller: .underTest)
        #expect(group.loops.count == LoopGroup.availableProcessors)
        await group.shutdown()
    }

    @Test("The shared group is one")
    func shared() throws {
        let (first, second) = (try LoopGroup.shared, try LoopGroup.shared)
        #expect(first === second)
    }

    @Test("A group listens on one port with all its loops, and connections are spread over them")
    func listen() async throws {
        try await withLoops(2) { group in
            let listeners = try await group.listen(on: .ip(.v4(.loopback), port: 0), options: .init())
            #expect(Set(listeners.map(\.address)).count == 1)
            #if os(Linux)
                #expect(listeners.map { ObjectIdentifier($0.loop) } == group.loops.map { ObjectIdentifier($0) })
            #endif
            let counts = listeners.map { _ in Counter() }
            for (listener, count) in zip(listeners, counts) {
                listener.loop.start {
                    for try await connection in listener {
                        count.add()
                        await connection.close()
                    }
                }
            }
            for _ in 0..<200 {
                let client = try await Connection.connect(to: listeners[0].address, on: group.next())
                #expect(try await client.read() == nil)
                await client.close()
            }
            #expect(counts.reduce(0) { $0 + $1.value } == 200)
            #if os(Linux)
                #expect(counts.allSatisfy { $0.value > 40 }, "\(counts.map(\.value))")
            #endif
            for listener in listeners { await listener.close() }
        }
    }

    @Test(
        "A second group, or anybody else, is refused the port of the first",
        arguments: ["127.0.0.1:0", "[::]:0", "unix"])
    func listenTwice(place: String) async throws {
        try await withTemporaryDirectory { directory in
            try await withLoops(2) { group in
                let address = try #require(SocketAddress(place == "unix" ? "unix:\(directory)/s" : place))
                let listeners = try await group.listen(on: address, options: .init())
                let bound = listeners[0].address
                let error = await #expect(throws: SystemError.self) {
                    _ = try await group.listen(on: bound, options: .init())
                }
                #expect(error?.code == EADDRINUSE)
                #expect(error?.description == "bind \(bound): Address already in use")
                await #expect(throws: SystemError.self) { try await Listener.bind(bound, on: group.loops[0]) }
                for listener in listeners { await listener.close() }
                // Free again, and none of the refused attempts has left a socket.
                for listener in try await group.listen(on: bound, options: .init()) { await listener.close() }
            }
        }
    }
}
