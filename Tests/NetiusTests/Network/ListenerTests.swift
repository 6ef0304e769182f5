import Foundation
import Testing

@testable import Netius

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ListenerTests {
    @Test("Port 0 becomes a port of the system's choice, over IPv4 and IPv6", arguments: ["127.0.0.1:0", "[::1]:0"])
    func anyPort(where place: String) async throws {
        try await withLoop { loop in
            let address = try #require(SocketAddress(place))
            let listener = try await Listener.bind(address, on: loop)
            #expect(listener.address.ipAddress == address.ipAddress)
            #expect(listener.address.port != 0)
            let client = try await Connection.connect(to: listener.address, on: loop)
            let accepted = try #require(try await listener.accept())
            #expect(accepted.loop === loop)
            await accepted.close()
            await client.close()
            await listener.close()
        }
    }

    @Test("The unspecified IPv6 address listens for IPv4 too, unless told not to")
    func dualStack() async throws {
        try await withLoop { loop in
            for isIPv6Only in [false, true] {
                var options = Listener.Options()
                options.isIPv6Only = isIPv6Only
                let listener = try await Listener.bind(
                    .ip(.v6(.any), port: 0), options: options, on: loop)
                let port = try #require(listener.address.port)
                let overV6 = try await Connection.connect(host: "::1", port: port, on: loop)
                await overV6.close()
                await (try #require(try await listener.accept())).close()
                if isIPv6Only {
                    await #expect(throws: SystemError.self) {
                        try await Connection.connect(host: "127.0.0.1", port: port, on: loop)
                    }
                } else {
                    let overV4 = try await Connection.connect(host: "127.0.0.1", port: port, on: loop)
                    let accepted = try #require(try await listener.accept())
                    #expect(accepted.peerAddress.port == (await overV4.localAddress)?.port)
                    await accepted.close()
                    await overV4.close()
                }
                await listener.close()
            }
        }
    }

    @Test("A port that is taken is said so in one line that names it")
    func taken() async throws {
        try await withLoop { loop in
            let listener = try await Listener.bind(port: 0, on: loop)
            let error = await #expect(throws: SystemError.self) {
                try await Listener.bind(listener.address, on: loop)
            }
            #expect(error?.code == EADDRINUSE)
            #expect(error?.description == "bind \(listener.address): Address already in use")
            await listener.close()
            // Free again at once, though connections of the first may linger.
            await (try await Listener.bind(listener.address, on: loop)).close()
        }
    }

    @Test("A server can come back to its port while connections of its predecessor linger")
    func lingering() async throws {
        try await withLoop { loop in
            let first = try await Listener.bind(port: 0, on: loop)
            let client = try await Connection.connect(to: first.address, on: loop)
            let accepted = try #require(try await first.accept())
            // The side that closes first is the one that lingers.
            await accepted.close()
            #expect(try await client.read() == nil)
            await client.close()
            await first.close()
            let second = try await Listener.bind(first.address, on: loop)
            await second.close()
        }
    }

    @Test("Closing ends a sequence that waits, cancelling throws, a second that accepts is refused")
    func endings() async throws {
        try await withLoop { loop in
            let listener = try await Listener.bind(port: 0, on: loop)
            let cancelled = loop.start { try await listener.accept() }
            for _ in 0..<5 { await loop.yield() }
            await #expect(throws: ConnectionError.concurrentRead) { try await listener.accept() }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            let sequence = loop.start { for try await connection in listener { await connection.close() } }
            for _ in 0..<5 { await loop.yield() }
            await listener.close()
            try await sequence.value
            #expect(try await listener.accept() == nil)
            await listener.close()
        }
    }

    @Test("A listener that is dropped stops listening")
    func dropped() async throws {
        try await withLoop { loop in
            let address = try await Listener.bind(port: 0, on: loop).address
            try await eventually {
                do {
                    try await Connection.connect(to: address, on: loop).close()
                    return false
                } catch let error as SystemError {
                    return error.code == ECONNREFUSED
                }
            }
        }
    }

    @Test("Clients that are gone before they are accepted do no harm")
    func gone() async throws {
        try await withLoops(2) { group in
            let listener = try await Listener.bind(port: 0, on: group.loops[0])
            for round in 0..<40 {
                let client = try await Connection.connect(to: listener.address, on: group.loops[1])
                if round % 2 == 0 { await client.abort() } else { await client.close() }
            }
            let last = try await Connection.connect(to: listener.address, on: group.loops[1])
            try await last.write("here")
            var found = false
            while !found, let connection = try await listener.accept() {
                let bytes = try? await connection.read()
                found = bytes == Array("here".utf8)
                await connection.close()
            }
            #expect(found)
            await last.close()
            await listener.close()
        }
    }

    @Test("A listening socket that was inherited is taken over, non-blocking and closed on exec")
    func adopt() async throws {
        try await withLoop { loop in
            let any = SocketAddress.ip(.v4(.loopback), port: 0)
            let descriptor = try Socket.open(for: any)
            try Socket.bind(descriptor, to: any)
            try Socket.listen(descriptor, backlog: 10)
            // As a supervisor hands it over.
            #expect(fcntl(descriptor, F_SETFL, 0) == 0)
            #expect(fcntl(descriptor, F_SETFD, 0) == 0)
            let listener = try await Listener.adopt(descriptor: descriptor, on: loop)
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            let client = try await Connection.connect(to: listener.address, on: loop)
            let accepted = try #require(try await listener.accept())
            #expect(await accepted.peerAddress == client.localAddress)
            await accepted.close()
            await client.close()
            await listener.close()
        }
    }

    @Test("What isn't a socket isn't adopted, and left alone")
    func adoptOther() async throws {
        try await withLoop { loop in
            let descriptor = open("/dev/null", O_RDONLY)
            let error = await #expect(throws: SystemError.self) {
                try await Listener.adopt(descriptor: descriptor, on: loop)
            }
            #expect(error?.description == "adopt descriptor \(descriptor): Socket operation on non-socket")
            #expect(close(descriptor) == 0)
        }
    }
}
