import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// The ways to make a server reset a stream whose handler it has started: what MadeYouReset (CVE-2025-8671) uses.
enum HTTP2ForcedReset: CaseIterable, Sendable {
    case emptyWindowUpdate, windowOverflow, dataAfterEnd, headersAfterEnd, wrongPriority, ownPriority
    case contentBeyondLength, trailersThatGoOn, malformedTrailers, dataAfterReset

    /// Opens a stream, and has it reset.
    func frames(_ stream: UInt32, _ client: RawHTTP2Client) -> [RawFrame] {
        let open = RawFrame.headers(stream, client.block("POST", "/wait"), ends: false)
        let ended = RawFrame.headers(stream, client.block("POST", "/wait"))
        let field = RawHPACK.block([("x-a", "b")])
        return switch self {
        case .emptyWindowUpdate: [ended, .windowUpdate(stream, 0)]
        case .windowOverflow: [ended, .windowUpdate(stream, 1 << 31 - 1)]
        case .dataAfterEnd: [ended, .data(stream, "a")]
        case .headersAfterEnd: [ended, .headers(stream, field)]
        case .wrongPriority: [ended, RawFrame.priority(stream).with(payload: [0])]
        case .ownPriority: [ended, .priority(stream, on: stream)]
        case .contentBeyondLength:
            [
                .headers(stream, client.block("POST", "/wait", [("content-length", "1")]), ends: false),
                .data(stream, "ab"),
            ]
        case .trailersThatGoOn: [open, .headers(stream, field, ends: false)]
        case .malformedTrailers: [open, .headers(stream, RawHPACK.block([(":path", "/")]))]
        case .dataAfterReset: [open, .reset(stream), .data(stream, "a")]
        }
    }
}

@Suite("HTTP/2 abuse: resets", .timeLimit(.minutes(5)))
struct HTTP2ResetAbuseTests {
    /// Whatever began has to end: no handler is left to run for nobody.
    private func waitForHandlers(_ server: HTTP2TestServer) async throws {
        try await eventually("every handler is cancelled") { server.cancelled.count == server.handled.count }
    }

    /// CVE-2023-44487.
    @Test("Rapid reset is ENHANCE_YOUR_CALM, paced below the streams allowed or not", arguments: [true, false])
    func rapidReset(isPaced: Bool) async throws {
        try await withHTTP2Server { server in
            let bystander = try await server.connect()
            let attacker = try await server.connect()
            let before = residentBytes()
            for _ in 0..<30 where attacker.goAways.isEmpty {
                var frames: [RawFrame] = []
                for _ in 0..<50 {
                    let stream = attacker.newStream()
                    frames += [.headers(stream, attacker.block("GET", "/wait")), .reset(stream)]
                }
                try await attacker.send(frames)
                guard isPaced else { continue }
                // Until the cancelled handlers have ended.
                try await waitForHandlers(server)
                try await attacker.roundTripOrEnd()
            }
            try await attacker.readToEnd()
            #expect(attacker.goAways.last?.code == RawErrorCode.enhanceYourCalm.rawValue)
            if isPaced { try await server.waitForLog("too many resets of streams") }
            try await waitForHandlers(server)
            // The budget, and what comes back of it meanwhile.
            #expect(server.handled.count < 1500)
            try await bystander.expectLife()
            expectFlat(since: before)
            await attacker.close()
            await bystander.close()
        }
    }

    @Test("A client that makes the server reset streams is ENHANCE_YOUR_CALM", arguments: HTTP2ForcedReset.allCases)
    func forcedResets(kind: HTTP2ForcedReset) async throws {
        try await withHTTP2Server { server in
            let bystander = try await server.connect()
            let attacker = try await server.connect()
            let start = ContinuousClock.now
            for _ in 0..<20 where attacker.goAways.isEmpty {
                try await attacker.send((0..<20).flatMap { _ in kind.frames(attacker.newStream(), attacker) })
                try await attacker.roundTripOrEnd()
                // While handlers run that were given up, further streams are refused, which costs little.
                try await waitForHandlers(server)
            }
            try await attacker.readToEnd()
            #expect(attacker.goAways.last?.code == RawErrorCode.enhanceYourCalm.rawValue, "\(attacker.goAways)")
            try await server.waitForLog("too many errors of streams")
            try await waitForHandlers(server)
            // The budget, and the ten a second that come back of it.
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            #expect(Double(server.handled.count) <= 201 + seconds * 10)
            try await bystander.expectLife()
            await attacker.close()
            await bystander.close()
        }
    }

    @Test(
        "Each way to have a stream reset cancels its handler, and leaves the connection",
        arguments: HTTP2ForcedReset.allCases)
    func single(kind: HTTP2ForcedReset) async throws {
        try await withHTTP2Client { client, server in
            let stream = client.newStream()
            try await client.send(kind.frames(stream, client))
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            await server.cancelled.wait()
            try await client.expectLife()
        }
    }

    @Test("A stream that was reset counts until its handler ends")
    func handlersThatGoOn() async throws {
        try await withHTTP2Client {
            $0.http2.concurrentStreams = 10
        } _: { client, server in
            // Their handlers take no notice.
            for _ in 0..<10 {
                let stream = try await client.get("/hold")
                try await client.send(.reset(stream))
            }
            await server.cancelled.wait(10)
            let refused = try await client.get("/")
            try await client.receive("RST_STREAM") { client.streams[refused]?.reset != nil }
            #expect(client.streams[refused]?.reset == RawErrorCode.refusedStream.rawValue)
            #expect(server.handled.count == 10)
            server.release.open()
            try await eventually("a stream is free") {
                let stream = try await client.get("/")
                try await client.receive("a response") {
                    client.streams[stream]?.isEnded == true || client.streams[stream]?.reset != nil
                }
                return client.streams[stream]?.status == 200
            }
        }
    }

    @Test("A client that opens streams beyond the limit without end is ENHANCE_YOUR_CALM")
    func refusedWithoutEnd() async throws {
        try await expectCalm("too many errors of streams") {
            $0.http2.concurrentStreams = 5
        } _: { client in
            for _ in 0..<500 { _ = try await client.get("/wait") }
        }
    }

    @Test("Handlers of a connection that breaks are cancelled")
    func broken() async throws {
        try await withHTTP2Server { server in
            let client = try await server.connect()
            for _ in 0..<10 { _ = try await client.open("POST", "/wait") }
            await server.handled.wait(10)
            await client.connection.abort()
            await server.cancelled.wait(10)
            try await server.server.waitForConnections(0)
        }
    }
}
