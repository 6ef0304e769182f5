import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: one connection for many requests", .timeLimit(.minutes(5)))
struct HTTP2ClientSharingTests {
    private static let maximumStreams = RawFrame.Setting.maximumConcurrentStreams

    /// Asks for as many paths at a time; whether each answer was the right one.
    private func ask(_ client: HTTPClient, _ url: @escaping @Sendable (String) -> String, _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask { try await client.get(url("/\(number)")).text() == "/\(number)" }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("Requests share one connection, all at a time")
    func sharing() async throws {
        let gate = Gate()
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            var requests: [ScriptedHTTP2Request] = []
            while requests.count < 50 { requests.append(try await connection.request()) }
            gate.open()
            // In any order.
            for request in requests.reversed() { try await connection.respond(request.stream, request.path) }
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                try await ask(client, server.url, 50)
                #expect(gate.count == 1)
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("No more requests at a time than the server allows; the others wait, and go on as it allows more")
    func limit() async throws {
        let most = Box(0)
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start([(Self.maximumStreams, 1)])
            var open = 0
            var count = 0
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                count += 1
                open += 1
                most.value = max(most.value, open)
                // One by one, then all.
                if count == 20 { try await connection.send(.settings((Self.maximumStreams, 1000))) }
                if count > 20, count < 25 { continue }
                if count == 25 {
                    for stream in stride(from: request.stream - 8, to: request.stream, by: 2) {
                        try await connection.respond(stream, "/late")
                    }
                    open -= 4
                }
                try await connection.respond(request.stream, request.path)
                open -= 1
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                #expect(try await client.get(server.url("/first")).text() == "/first")
                try await eventually("the limit is known") { try await client.sharedCapacity() == 1 }
                try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 0..<30 {
                        group.addTask { try await client.get(server.url("/\(number)")).text() }
                    }
                    var texts: [String] = []
                    for try await text in group { texts.append(text) }
                    #expect(texts.count == 30 && texts.count { $0 == "/late" } == 4)
                }
            }
            #expect(most.value == 5 && server.accepted.count == 1)
        }
    }

    @Test("A server that allows none just now is waited for, no longer than a request may wait")
    func none() async throws {
        let gate = Gate()
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start([(Self.maximumStreams, 0)])
            let request = try await connection.request()
            // It came before the server's word did.
            try await connection.respond(request.stream, "first")
            await gate.wait()
            try await connection.send(.settings((Self.maximumStreams, 1)))
            try await connection.echoPaths()
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.poolTimeout = .milliseconds(50) }) { client async throws in
                #expect(try await client.get(server.url()).text() == "first")
                try await eventually("the limit is known") { try await client.sharedCapacity() == 0 }
                let error = await clientError { _ = try await client.get(server.url()) }
                #expect(error?.code == .poolTimedOut)
                gate.open()
                try await eventually("the limit is known") { try await client.sharedCapacity() == 1 }
                #expect(try await client.get(server.url("/next")).text() == "/next")
            }
        }
    }

    @Test("Our own limit holds where the server has none")
    func ownLimit() async throws {
        let (open, most) = (Box(0), Box(0))
        try await withServer { request in
            open.value += 1
            most.value = max(most.value, open.value)
            for _ in 0..<3 { await Task.yield() }
            open.value -= 1
            return .ok(request.path ?? "")
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.http2Limits.concurrentStreams = 3 }) { client async throws in
                try await ask(client, { "http://127.0.0.1:\(server.port)\($0)" }, 60)
                #expect(try await server.connectionCount() == 1)
            }
        }
        #expect(most.value <= 3)
    }

    @Test("A connection that is idle is closed with a word, when its time is over or it has served enough")
    func idle() async throws {
        let last = Box<[UInt8]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                last.value.append(frame.kind)
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                try await connection.respond(request.stream, request.path)
            }
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.idleTimeout = .milliseconds(50) }) { client async throws in
                #expect(try await client.get(server.url("/a")).text() == "/a")
                try await eventually("it is closed") { last.value.last == RawFrame.Kind.goAway }
            }
            try await withClientOfHTTP2({ $0.maximumUses = 2 }) { client async throws in
                for number in 0..<6 { #expect(try await client.get(server.url("/\(number)")).text() == "/\(number)") }
                #expect(server.accepted.count == 4)
            }
            try await withClientOfHTTP2({ $0.maximumUses = 7 }) { client async throws in
                try await ask(client, server.url, 70)
                #expect(server.accepted.count >= 14)
            }
        }
    }

    @Test("Shut down, a client lets what is under way end")
    func shutdown() async throws {
        let (asked, gate) = (Gate(), Gate())
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            let request = try await connection.request()
            asked.open()
            await gate.wait()
            try await connection.respond(request.stream, "done")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let task = Task { try await client.get(server.url()).text() }
                await asked.wait()
                let end = Task { await client.shutdown() }
                try await eventually("it is shut down") { try await client.workers.get()[0].isShutDown }
                #expect(await clientError { _ = try await client.get(server.url()) }?.code == .shutDown)
                gate.open()
                #expect(try await task.value == "done")
                await end.value
            }
        }
    }

    @Test("Cut off, what is under way fails")
    func cutOff() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let task = Task { await clientError { _ = try await client.get(server.url()) }?.code }
                await server.accepted.wait()
                await client.shutdown(within: .milliseconds(20))
                let code = await task.value
                #expect(code == .connectionClosed || code == .shutDown)
            }
        }
    }
}

extension HTTPClient {
    /// How many requests the one connection takes that requests share.
    func sharedCapacity() async throws -> Int? {
        for worker in try workers.get() {
            if let capacity = await worker.sharedCapacity { return capacity }
        }
        return nil
    }
}

extension HTTPClientWorker {
    fileprivate var sharedCapacity: Int? {
        pool.slots.indices.compactMap { slot in
            sharedConnection(Pool.ID(slot: slot, generation: pool.slots[slot].generation))?.capacity
        }.first
    }
}
