import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: requests that are cancelled", .timeLimit(.minutes(5)))
struct HTTPClientCancellationTests {
    enum Stage: CaseIterable {
        case waitingForResponse, sending, waitingForContent, receiving, waitingForOwnContent, waitingForConnection
    }

    @Test(
        "A request that is cancelled ends at once, wherever it is, and so does its handler", arguments: Stage.allCases,
        TransportMode.allCases)
    func cancelling(stage: Stage, mode: TransportMode) async throws {
        let (reached, cancelled, answered, left) = (Gate(), Gate(), Gate(), Gate())
        try await withServer(in: mode) { request in
            reached.open()
            if stage == .sending || stage == .waitingForOwnContent {
                // Over HTTP/1.1 it is the content that ends: what comes after it is not looked at before.
                await left.wait()
                do {
                    for try await _ in request.body {}
                } catch {
                    cancelled.open()
                    throw error
                }
            }
            guard stage == .waitingForContent || stage == .receiving else { try await untilCancelled(cancelled) }
            return HTTPResponse(.ok, contentLength: 9) { writer in
                try await writer.write(stage == .receiving ? "abc" : "")
                try await untilCancelled(cancelled)
            }
        } _: { server async throws in
            try await withClient(in: mode, { $0.maximumConnectionsPerOrigin = 1 }) { client async throws in
                let url = server.url("/")
                let blocker = stage == .waitingForConnection ? Task { try await client.get(url).status } : nil
                if blocker != nil { await reached.wait() }
                let body: HTTPRequestBody =
                    switch stage {
                    case .sending: .bytes([UInt8](repeating: 1, count: 20_000_000))
                    case .waitingForOwnContent: HTTPRequestBody(AsyncStream<[UInt8]> { _ in })
                    default: .none
                    }
                let task = Task {
                    let response = try await client.execute(.post, url, body: body)
                    answered.open()
                    return try await response.body.collect(upTo: 99)
                }
                switch stage {
                case .waitingForContent, .receiving: await answered.wait()
                case .waitingForConnection: try await Task.sleep(for: .milliseconds(20))
                default: await reached.wait()
                }
                task.cancel()
                let result = await task.result
                #expect(throws: CancellationError.self) { try result.get() }
                left.open()
                blocker?.cancel()
                _ = await blocker?.result
                try await eventually("the handlers are cancelled") { cancelled.count == reached.count }
                if !mode.isHTTP2 { try await server.waitForConnections(0) }
            }
        }
    }

    @Test(
        "Requests that come and go at random leave no connection and nobody waiting", arguments: 0..<3,
        TransportMode.allCases)
    func storm(seed: Int, mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            if request.path == "/slow" { try await Task.sleep(for: .milliseconds(3)) }
            return HTTPResponse(
                status: .ok, body: .bytes([UInt8](repeating: 1, count: request.path == "/big" ? 300_000 : 9)))
        } _: { server async throws in
            try await withClient(in: mode, loops: 2, { $0.maximumConnectionsPerOrigin = 4 }) { client async throws in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            var random = SeededGenerator(seed: UInt64(seed * 100 + number + 1))
                            for _ in 0..<15 {
                                let path = ["/", "/slow", "/big"].randomElement(using: &random) ?? "/"
                                let task = Task {
                                    let response = try await client.get(server.url("\(path)"))
                                    return try await response.body.collect(upTo: 300_000).count
                                }
                                let delay = Int.random(in: 0...8, using: &random)
                                if Bool.random(using: &random) {
                                    try? await Task.sleep(for: .milliseconds(delay))
                                    task.cancel()
                                }
                                switch await task.result {
                                case .success(let count): #expect(count == (path == "/big" ? 300_000 : 9))
                                case .failure(let error): #expect(error is CancellationError, "\(error)")
                                }
                            }
                        }
                    }
                }
                for loop in try #require(client.configuration.loops).loops {
                    let worker = try #require(client.workers.get().first { $0.loop === loop })
                    let counts = await worker.counts
                    #expect(counts.waiting == 0 && counts.early == 0 && counts.connections == counts.idle)
                }
                await client.shutdown()
                try await server.waitForConnections(0)
            }
        }
    }
}
