import Foundation
import TestSupport
import Testing

@testable import Netius

@Suite struct DatagramTests {
    private static let anyPort = SocketAddress.ip(.v4(.loopback), port: 0)

    @Test("Packets arrive whole, with their sender, over IPv4 and IPv6", arguments: ["127.0.0.1:0", "[::1]:0"])
    func echo(where place: String) async throws {
        try await withLoops(2) { group in
            let address = try #require(SocketAddress(place))
            let server = try await Datagram.bind(address, on: group.loops[0])
            let serving = group.loops[0].start {
                for try await packet in server { try await server.send(packet.bytes, to: packet.sender) }
            }
            let bound = try await Datagram.bind(address, on: group.loops[1])
            let connected = try await Datagram.connect(to: server.address, on: group.loops[1])
            var random = SeededRandom(seed: 1)
            for size in [0, 1, 1400, 9000, 60_000] {
                let bytes = random.bytes(size)
                try await bound.send(bytes, to: server.address)
                #expect(try await bound.receive() == Datagram.Packet(bytes: bytes, sender: server.address))
                try await connected.send(bytes)
                #expect(try await connected.receive() == Datagram.Packet(bytes: bytes, sender: server.address))
            }
            await server.close()
            try await serving.value
            await bound.close()
            await connected.close()
        }
    }

    @Test("The sender that a packet names is the socket it came from")
    func sender() async throws {
        try await withLoop { loop in
            let server = try await Datagram.bind(Self.anyPort, on: loop)
            for _ in 0..<5 {
                let client = try await Datagram.connect(to: server.address, on: loop)
                try await client.send([1])
                #expect(try await server.receive()?.sender == client.address)
                await client.close()
            }
            await server.close()
        }
    }

    @Test("A packet that is too long is refused, and the socket goes on")
    func tooLong() async throws {
        try await withLoop { loop in
            let server = try await Datagram.bind(Self.anyPort, on: loop)
            let client = try await Datagram.connect(to: server.address, on: loop)
            let error = await #expect(throws: SystemError.self) {
                try await client.send([UInt8](repeating: 0, count: 70_000))
            }
            #expect(error?.code == EMSGSIZE)
            try await client.send([1, 2])
            #expect(try await server.receive()?.bytes == [1, 2])
            await client.close()
            await server.close()
        }
    }

    @Test("A connected socket learns that nobody is there, and goes on")
    func refused() async throws {
        try await withLoop { loop in
            let gone = try await Datagram.bind(Self.anyPort, on: loop)
            let client = try await Datagram.connect(to: gone.address, on: loop)
            await gone.close()
            try await client.send([1])
            let error = await #expect(throws: SystemError.self) { try await client.receive() }
            #expect(error?.code == ECONNREFUSED)
            let back = try await Datagram.bind(gone.address, on: loop)
            try await client.send([2])
            #expect(try await back.receive()?.bytes == [2])
            await client.close()
            await back.close()
        }
    }

    @Test("Many packets arrive, each once and in order over loopback, while both sides go on")
    func many() async throws {
        try await withLoops(2) { group in
            let server = try await Datagram.bind(Self.anyPort, on: group.loops[0])
            let client = try await Datagram.connect(to: server.address, on: group.loops[1])
            let credit = Counter()
            let receiving = group.loops[0].start {
                var next: UInt8 = 0
                for try await packet in server {
                    guard packet.bytes.count == 2 else { break }
                    #expect(packet.bytes == [next, next])
                    next &+= 1
                    credit.add()
                }
            }
            for number in 0..<5000 {
                // No more under way than the system's buffer holds.
                while number - credit.value > 50 { await client.loop.yield() }
                try await client.send([UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number)])
            }
            try await client.send([])
            try await receiving.value
            #expect(credit.value == 5000)
            await server.close()
            await client.close()
        }
    }

    @Test("Closing ends a sequence, cancelling throws, and a second receiver is refused")
    func endings() async throws {
        try await withLoop { loop in
            let socket = try await Datagram.bind(Self.anyPort, on: loop)
            let cancelled = loop.start { try await socket.receive() }
            for _ in 0..<5 { await loop.yield() }
            await #expect(throws: ConnectionError.concurrentRead) { try await socket.receive() }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            let sequence = loop.start { for try await _ in socket {} }
            for _ in 0..<5 { await loop.yield() }
            await socket.close()
            try await sequence.value
            #expect(try await socket.receive() == nil)
            await #expect(throws: ConnectionError.closed) { try await socket.send([1], to: socket.address) }
            await socket.close()
        }
    }

    @Test("A port that is taken is an error that names it")
    func taken() async throws {
        try await withLoop { loop in
            let socket = try await Datagram.bind(Self.anyPort, on: loop)
            let error = await #expect(throws: SystemError.self) { try await Datagram.bind(socket.address, on: loop) }
            #expect(error?.description == "bind \(socket.address): Address already in use")
            await socket.close()
        }
    }

    @Test("A packet doesn't overwrite what a connection of the same loop has not consumed")
    func sharedBuffer() async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            let socket = try await Datagram.bind(Self.anyPort, on: loop)
            try await loop.perform {
                pair.write("unread")
                try await eventually { await pair.receive() == "unread" }
                try await socket.send([1, 2, 3, 4, 5, 6, 7, 8], to: socket.address)
                #expect(try await socket.receive()?.bytes.count == 8)
                #expect(await pair.unread == "unread")
            }
            await socket.close()
            await pair.close()
        }
    }
}
