import Foundation
import TestSupport
import Testing

@testable import Netius

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ConnectionTests {
    @Test(
        "What is sent comes back, over IPv4, IPv6 and Unix domain sockets",
        arguments: ["127.0.0.1:0", "[::1]:0", "unix"])
    func echo(where place: String) async throws {
        try await withTemporaryDirectory { directory in
            try await withLoops(2) { group in
                let address = try #require(SocketAddress(place == "unix" ? "unix:\(directory)/s" : place))
                let listener = try await Listener.bind(address, on: group.loops[1])
                let serving = group.loops[1].start {
                    for try await connection in listener {
                        connection.handle { for try await bytes in $0 { try await $0.write(bytes) } }
                    }
                }
                let client = try await Connection.connect(to: listener.address, on: group.loops[0])
                #expect(client.peerAddress == listener.address)
                for text in ["a", "hello", String(repeating: "x", count: 100_000)] {
                    async let back = client.read(atLeast: text.utf8.count)
                    try await client.write(text)
                    #expect(String(decoding: try await back, as: UTF8.self) == text)
                }
                await client.finishWriting()
                #expect(try await client.read() == nil)
                await client.close()
                await listener.close()
                try await serving.value
            }
        }
    }

    @Test("Both ends know their own address and the other's")
    func addresses() async throws {
        try await withLoops(2) { group in
            for place in ["127.0.0.1:0", "[::1]:0"] {
                let address = try #require(SocketAddress(place))
                let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1], address: address)
                #expect(await pair.first.localAddress == pair.second.peerAddress)
                #expect(await pair.second.localAddress == pair.first.peerAddress)
                #expect(pair.first.peerAddress.ipAddress == address.ipAddress)
                await pair.first.close()
                #expect(await pair.first.localAddress == nil)
                await pair.second.close()
            }
        }
    }

    #if DEBUG
        private static let largeSize = 16 << 20
    #else
        private static let largeSize = 64 << 20
    #endif

    @Test("Much goes both ways at once, while both read slowly, and arrives as it was")
    func large() async throws {
        try await withLoops(2, within: .seconds(120)) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let size = Self.largeSize
            @Sendable func send(_ connection: Connection, seed: UInt64) async throws -> Checksum {
                var random = SeededRandom(seed: seed)
                var checksum = Checksum()
                while checksum.count < size {
                    let bytes = random.bytes(min(.random(in: 1...400_000, using: &random), size - checksum.count))
                    checksum.add(bytes)
                    try await connection.write(bytes)
                }
                await connection.finishWriting()
                return checksum
            }
            @Sendable func receive(_ connection: Connection) async throws -> Checksum {
                var checksum = Checksum()
                var reads = 0
                for try await bytes in connection {
                    checksum.add(bytes)
                    reads += 1
                    if reads % 50 == 0 { try await connection.loop.sleep(for: .milliseconds(1)) }
                }
                return checksum
            }
            async let there = send(pair.first, seed: 1)
            async let back = send(pair.second, seed: 2)
            async let arrivedThere = receive(pair.second)
            async let arrivedBack = receive(pair.first)
            let sums = try await (there, back, arrivedThere, arrivedBack)
            #expect(sums.0 == sums.2)
            #expect(sums.1 == sums.3)
            #expect(sums.0.count == size && sums.1.count == size)
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("Runs of any length, empty ones too, arrive in order when written in one call")
    func vectored() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            var random = SeededRandom(seed: 5)
            for _ in 0..<30 {
                let runs = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                    let count =
                        [0, 1, 100, 16 * 1024, 16 * 1024 + 1, 70_000, 300_000].randomElement(using: &random) ?? 0
                    return random.bytes(count)[...].dropFirst(count / 7)
                }
                let all = runs.reduce(into: [UInt8]()) { $0 += $1 }
                async let arrived = pair.second.read(atLeast: all.count)
                try await pair.first.write(vector: runs)
                #expect(try await arrived == all)
            }
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("After finishWriting the peer sees the end, and reading goes on")
    func halfClose() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            try await pair.first.write("question")
            await pair.first.finishWriting()
            await pair.first.finishWriting()
            #expect(try await pair.second.readAll() == Array("question".utf8))
            // The end stays the end.
            #expect(try await pair.second.read() == nil)
            try await pair.second.write("answer")
            #expect(try await pair.first.read() == Array("answer".utf8))
            try await pair.second.write("more")
            await #expect(throws: SystemError.self) { try await pair.first.write("too late") }
            #expect(try await pair.first.read() == Array("more".utf8))
            await pair.second.close()
            #expect(try await pair.first.read() == nil)
            await pair.first.close()
        }
    }

    @Test("A write of nothing sends nothing and takes no time")
    func emptyWrite() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            try await pair.first.write([] as [UInt8])
            try await pair.first.write(vector: [])
            try await pair.first.write("")
            try await pair.first.write("x")
            #expect(try await pair.second.read() == Array("x".utf8))
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("What arrived before the peer closed is read before its end, whenever the reader comes")
    func dataBeforeEnd() async throws {
        try await withLoops(2) { group in
            for size in [1, 1000, 65_536, 65_537, 200_000] {
                let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
                let bytes = [UInt8](repeating: 7, count: size)
                try await pair.first.write(bytes)
                await pair.first.close()
                for _ in 0..<5 { await pair.second.loop.yield() }
                #expect(try await pair.second.readAll() == bytes)
                await pair.second.close()
            }
        }
    }

    @Test("An aborted connection is reset: the peer reads an error, not an end")
    func abort() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let reader = group.loops[1].start { try await pair.second.read() }
            await pair.first.abort()
            let error = await #expect(throws: SystemError.self) { try await reader.value }
            #expect(error?.code == ECONNRESET)
            // It is told again to who asks again.
            await #expect(throws: SystemError.self) { try await pair.second.write("x") }
            await pair.second.close()
        }
    }

    @Test("A write that fails doesn't hide what the peer had sent before, nor make the cut look like an end")
    func readAfterFailedWrite() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            try await pair.second.write("too large")
            try await pair.first.write("unread")
            // To close with something unread resets the connection.
            await pair.second.close()
            await #expect(throws: SystemError.self) {
                while true { try await pair.first.write("x") }
            }
            #expect(try await pair.first.read() == Array("too large".utf8))
            await #expect(throws: SystemError.self) { try await pair.first.read() }
            await #expect(throws: SystemError.self) { try await pair.first.read() }
            await pair.first.close()
        }
    }

    @Test("Handling closes the connection when the body ends, throws or is cancelled", arguments: 0..<3)
    func handle(ending: Int) async throws {
        struct Ending: Error {}
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let task = pair.second.handle { connection in
                #expect(connection.loop.isCurrent)
                #expect(try await connection.read() == Array("x".utf8))
                #expect(connection.loop.isCurrent)
                switch ending {
                case 0: return
                case 1: throw Ending()
                default: _ = try await connection.read()
                }
            }
            try await pair.first.write("x")
            if ending == 2 { task.cancel() }
            #expect(try await pair.first.read() == nil)
            switch (ending, await task.result) {
            case (0, .success): break
            case (1, .failure(let error)): #expect(error is Ending)
            case (2, .failure(let error)): #expect(error is CancellationError)
            case (_, let result): Issue.record("\(result)")
            }
            await #expect(throws: ConnectionError.closed) { try await pair.second.read() }
            await pair.first.close()
        }
    }

    @Test("A connection that is dropped is closed")
    func dropped() async throws {
        try await withLoops(2) { group in
            let listener = try await Listener.bind(port: 0, on: group.loops[1])
            for _ in 0..<20 {
                let client = try await Connection.connect(to: listener.address, on: group.loops[0])
                _ = try await listener.accept()
                #expect(try await client.read() == nil)
                await client.close()
            }
            await listener.close()
        }
    }
}
