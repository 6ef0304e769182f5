import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: clients that leave", .timeLimit(.minutes(5)))
struct HTTPServerLeavingTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    enum Departure: CaseIterable {
        case closes, resets, endsItsSide
        /// Gives up the request: that is to reset its stream in HTTP/2, and the connection in HTTP/1.
        case cancels
    }

    @Test(
        "A client that leaves while its handler runs cancels it", arguments: Departure.allCases, TransportMode.allCases)
    func leaves(departure: Departure, mode: TransportMode) async throws {
        let (running, cancelled) = (Gate(), Gate())
        try await withServer(in: mode) { _ in
            running.open()
            try await untilCancelled(cancelled)
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            await running.wait()
            await client.leave(departure)
            await cancelled.wait()
            if departure == .cancels { await client.close() }
            try await server.waitForConnections(0)
            #expect(server.log.records(.error).isEmpty)
            await client.close()
        }
    }

    @Test("So does one that has left before its handler begins", arguments: Departure.allCases, TransportMode.allCases)
    func leftBefore(departure: Departure, mode: TransportMode) async throws {
        let (blocked, unblock, began, cancelled) = (Gate(), Gate(), Gate(), Gate())
        try await withServer(in: mode) { request in
            if request.path == "/block" {
                let number = blocked.count
                blocked.open()
                // The loop sees the second request and the departure at once.
                unblock.waitBlocking(number + 1)
                return .ok("")
            }
            began.open()
            for try await _ in request.body {}
            try await untilCancelled(cancelled)
        } _: { server in
            for request in [Self.get, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"] {
                let before = (blocked.count, cancelled.count)
                let (blocker, client) = (try await server.connect(), try await server.connect())
                try await server.waitForConnections(2)
                try await blocker.send("GET /block HTTP/1.1\r\nHost: h\r\n\r\n")
                await blocked.wait(before.0 + 1)
                try await client.send(request)
                await client.leave(departure)
                unblock.open()
                // What was sent before a reset may be lost; in HTTP/2 the server speaks first, to nobody.
                if departure == .endsItsSide || (departure == .closes && !mode.isHTTP2) {
                    await cancelled.wait(before.1 + 1)
                }
                await blocker.close()
                if departure == .cancels { await client.close() }
                try await server.waitForConnections(0)
                #expect(cancelled.count == began.count)
                await client.close()
            }
        }
    }

    @Test("A client that ends its side gets its response where that is allowed")
    func halfClosure() async throws {
        let (running, mayAnswer) = (Gate(), Gate())
        try await withServer({ $0.allowsHalfClosure = true }) { _ in
            running.open()
            await mayAnswer.wait()
            try Task.checkCancellation()
            return .ok("x")
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get + Self.get)
            await running.wait()
            await client.finishWriting()
            mayAnswer.open()
            #expect(try await client.responses(2).map(\.text) == ["x", "x"])
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test("A client that resets the connection has left even where half-closure is allowed")
    func resetWithHalfClosure() async throws {
        let (running, cancelled) = (Gate(), Gate())
        try await withServer({ $0.allowsHalfClosure = true }) { _ in
            running.open()
            try await untilCancelled(cancelled)
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            await running.wait()
            await client.reset()
            await cancelled.wait()
        }
    }

    @Test(
        "A client that leaves amid a response ends the writer, and nobody is alarmed", arguments: [false, true],
        TransportMode.allCases)
    func amidResponse(isWhole: Bool, mode: TransportMode) async throws {
        let (writing, ended) = (Gate(), Gate())
        let big = [UInt8](repeating: 97, count: 20_000_000)
        try await withServer(in: mode) { _ in
            guard !isWhole else { return HTTPResponse(status: .ok, body: .bytes(big)) }
            return HTTPResponse(.ok) { writer in
                writing.open()
                defer { ended.open() }
                while true { try await writer.write(big) }
            }
        } _: { server in
            for resets in [false, true] {
                let client = try await server.connect()
                try await client.send(Self.get)
                if !isWhole { await writing.wait() }
                #expect(try await client.receiveMore())
                if resets { await client.reset() } else { await client.close() }
                try await server.waitForConnections(0)
            }
            #expect(isWhole || ended.count == 2)
            #expect(server.log.records.filter { $0.level >= .warning }.isEmpty)
        }
    }

    @Test("A handler that cancels a task of its own has not been left", arguments: TransportMode.allCases)
    func ownCancellation(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            let task = Task { try await Task.sleep(for: .seconds(60)) }
            task.cancel()
            try await task.value
            return .ok("")
        } _: { server async throws in
            #expect(try await server.respond(Self.get).status == 500)
            #expect(server.log.records(.error).count == 1)
        }
    }
}

extension RawClient {
    func leave(_ departure: HTTPServerLeavingTests.Departure) async {
        switch departure {
        case .closes: await close()
        case .resets: await reset()
        case .endsItsSide: await finishWriting()
        case .cancels: await cancelRequest()
        }
    }
}
