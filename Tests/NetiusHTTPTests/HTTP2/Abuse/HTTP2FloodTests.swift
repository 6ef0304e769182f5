import TestSupport
import Testing

@testable import NetiusHTTP

/// Frames of which each costs the server something and the client nothing.
enum HTTP2Flood: CaseIterable, Sendable {
    case pings, settings, priorities, priorityUpdates, emptyData, windowUpdates, windowUpdatesOfStream, resets

    /// What the log says of it.
    var reason: String {
        switch self {
        case .pings: "too many PINGs"
        case .settings: "too many SETTINGS"
        case .priorities, .priorityUpdates: "too many priorities"
        case .emptyData: "too many empty DATA frames"
        case .windowUpdates, .windowUpdatesOfStream: "too many WINDOW_UPDATEs"
        case .resets: "too many resets of streams"
        }
    }

    /// Allows so many, and none more with time.
    func limit(_ limits: inout HTTP2Limits, to count: Int) {
        let rate = HTTP2Limits.Rate(burst: count, perSecond: 0)
        switch self {
        case .pings: limits.pings = rate
        case .settings: limits.settings = rate
        case .priorities, .priorityUpdates: limits.priorities = rate
        case .emptyData: limits.emptyData = rate
        case .windowUpdates, .windowUpdatesOfStream:
            limits.windowUpdates = rate
            limits.windowUpdatesPerDataFrame = 0
        case .resets: limits.resetsByPeer = rate
        }
    }

    /// How many a client has used up that has exchanged settings and is to show that it is alive.
    var used: Int { self == .pings || self == .settings ? 1 : 0 }

    /// How many it takes after that: for the content of a response one PING more is allowed.
    var oneMore: Int { self == .pings ? 2 : 1 }

    /// Sends that many.
    func send(_ count: Int, by client: RawHTTP2Client) async throws {
        switch self {
        case .pings: try await client.send((0..<count).map { .ping(UInt64($0)) })
        case .settings: try await client.send((0..<count).map { _ in .settings() })
        case .priorities: try await client.send((0..<count).map { _ in .priority(9999) })
        case .priorityUpdates: try await client.send((0..<count).map { .priorityUpdate(9999, "u=\($0 % 8)") })
        case .emptyData:
            let stream = try await client.open("POST", "/size")
            try await client.send((0..<count).map { _ in .data(stream) })
        case .windowUpdates: try await client.send((0..<count).map { _ in .windowUpdate(0, 1) })
        case .windowUpdatesOfStream:
            let stream = try await client.open("POST", "/size")
            try await client.send((0..<count).map { _ in .windowUpdate(stream, 1) })
        case .resets:
            // No more at a time than the server takes.
            for start in stride(from: 0, to: count, by: 20) where client.goAways.isEmpty {
                for _ in start..<min(start + 20, count) {
                    let stream = client.newStream()
                    try await client.send(.headers(stream, client.block()), .reset(stream))
                }
                if count > 20 { try await client.roundTripOrEnd() }
            }
        }
    }
}

@Suite("HTTP/2 abuse: floods of frames", .timeLimit(.minutes(5)))
struct HTTP2FloodTests {
    @Test("What the budget allows is served, one more is ENHANCE_YOUR_CALM", arguments: HTTP2Flood.allCases)
    func budget(flood: HTTP2Flood) async throws {
        try await expectCalm(flood.reason) {
            flood.limit(&$0.http2, to: 30)
        } _: { client in
            try await flood.send(30 - flood.used, by: client)
            try await client.expectLife()
            try await flood.send(flood.oneMore, by: client)
        }
    }

    @Test("The defaults end each flood", arguments: HTTP2Flood.allCases)
    func defaults(flood: HTTP2Flood) async throws {
        try await expectCalm(flood.reason) { client in
            try await flood.send(flood == .resets ? 1500 : 5000, by: client)
        }
    }

    @Test("SETTINGS of more values than allowed are ENHANCE_YOUR_CALM")
    func valuesInSettings() async throws {
        try await expectCalm(HTTP2Flood.settings.reason) { client in
            try await client.send(.settings((0..<32).map { (0xFF00 + $0, 1) }))
            try await client.expectLife()
            try await client.send(.settings((0..<33).map { (0xFF00 + $0, 1) }))
        }
    }

    @Test("Acknowledgements of SETTINGS that were never sent count as SETTINGS")
    func acknowledgements() async throws {
        try await expectCalm(HTTP2Flood.settings.reason) { client in
            try await client.send((0..<1000).map { _ in .settingsAcknowledgement })
        }
    }

    @Test("Updates of the windows that responses need are not counted against the client")
    func legitimateUpdates() async throws {
        try await withHTTP2Client(opensWindows: false) {
            $0.http2.windowUpdates = .init(burst: 5, perSecond: 0)
        } _: { client, _ in
            let stream = try await client.get("/zeros/1000000")
            var received = 0
            while client.streams[stream]?.isEnded != true {
                guard let frame = try await client.next() else { throw TestFailure("the connection ended") }
                guard frame.kind == RawFrame.Kind.data, !frame.payload.isEmpty else { continue }
                received += frame.payload.count
                let count = UInt32(frame.payload.count)
                try await client.send(.windowUpdate(stream, count), .windowUpdate(0, count))
            }
            #expect(received == 1_000_000)
        }
    }

    @Test("Many frames of extensions are ignored, and cost nothing")
    func extensions() async throws {
        try await withHTTP2Client { client, _ in
            let before = residentBytes()
            let frame = RawFrame(kind: 0x42, payload: [UInt8](repeating: 0, count: 1000))
            for _ in 0..<50 { try await client.send([RawFrame](repeating: frame, count: 100)) }
            try await client.expectLife()
            expectFlat(since: before)
        }
    }
}
