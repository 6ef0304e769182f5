import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: storms", .timeLimit(.minutes(5)))
struct HTTP2ClientStormTests {
    /// Does what the path says: `/size/pieces`.
    @Sendable private static func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
        let parts = (request.path ?? "").split(separator: "/").map { Int($0) ?? 0 }
        let received = try await request.body.collect(upTo: 10_000_000).count
        guard parts.count == 2 else { return .ok("\(received)") }
        return HTTPResponse(.ok) { writer in
            for _ in 0..<parts[1] { try await writer.write([UInt8](repeating: 1, count: parts[0])) }
        }
    }

    @Test("Requests that are cancelled at any time leave nothing behind, and harm no other", arguments: 0..<6)
    func cancellation(seed: Int) async throws {
        let tls = seed.isMultiple(of: 2) ? nil : try TestIdentity.server.get()
        try await withServer({ $0.tls = tls }, handler: Self.answer) { server async throws in
            try await withClientOfHTTP2({
                $0.tls = try? TestIdentity.client.get()
                $0.http2Limits.concurrentStreams = 8
            }) { client async throws in
                let scheme = tls == nil ? "http" : "https"
                let url = "\(scheme)://localhost:\(server.port)"
                var random = SeededGenerator(seed: UInt64(seed) + 1)
                for _ in 0..<8 {
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for _ in 0..<30 {
                            let isCancelled = Bool.random(using: &random)
                            let delay = Int.random(in: 0...3000, using: &random)
                            let size = Int.random(in: 1...40_000, using: &random)
                            let pieces = Int.random(in: 1...8, using: &random)
                            let upload = Int.random(in: 0...3, using: &random) == 0 ? size * 5 : 0
                            group.addTask {
                                let task = Task {
                                    let body = HTTPRequestBody.bytes([UInt8](repeating: 2, count: upload))
                                    let path = upload == 0 ? "/\(size)/\(pieces)" : "/"
                                    let response = try await client.post(url + path, body: body)
                                    let content = try await response.body.collect(upTo: 1 << 30)
                                    return upload == 0
                                        ? content.count == size * pieces : content == Array("\(upload)".utf8)
                                }
                                guard isCancelled else { return try await task.value }
                                try await Task.sleep(for: .microseconds(delay))
                                task.cancel()
                                switch await task.result {
                                case .success(let isRight): return isRight
                                case .failure(let error): return error is CancellationError
                                }
                            }
                        }
                        for try await isRight in group { #expect(isRight) }
                    }
                }
                try await eventually("nothing is left") {
                    let counts = try await client.counts()
                    return counts.waiting == 0 && counts.early == 0 && counts.connections == counts.idle
                }
                #expect(try await client.get(url + "/5/1").body.collect(upTo: 9).count == 5)
            }
        }
    }

    @Test("Servers that go away all the time lose no request that may be sent again", arguments: 0..<3)
    func goingAway(seed: Int) async throws {
        try await withScriptedHTTP2Server { connection, number in
            var random = SeededGenerator(seed: UInt64(seed) &* 1_000_003 &+ UInt64(number))
            try await connection.start([(RawFrame.Setting.maximumConcurrentStreams, 20)])
            // As many as there are at a time: nobody is refused again and again.
            let limit = Int.random(in: 20...60, using: &random)
            var count = 0
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                count += 1
                if count == limit {
                    try await connection.send(.goAway(lastStream: request.stream))
                } else if count > limit {
                    continue
                }
                try await connection.respond(request.stream, request.path)
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for task in 0..<20 {
                        group.addTask {
                            for number in 0..<30 {
                                let path = "/\(task)/\(number)"
                                guard try await client.post(server.url(path)).text() == path else { return false }
                            }
                            return true
                        }
                    }
                    for try await isRight in group { #expect(isRight) }
                }
                #expect(server.accepted.count > 5)
            }
        }
    }
}
