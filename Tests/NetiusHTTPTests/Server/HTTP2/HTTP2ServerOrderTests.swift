import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Who is sent what when over HTTP/2") struct HTTP2ServerOrderTests {
    @Test("a small response overtakes a large one")
    func smallFirst() async throws {
        try await withHTTP2Client { client, _ in
            let large = try await client.get("/zeros/200000000")
            try await client.receive("some of it") { client.streams[large]?.body.count ?? 0 > 1_000_000 }
            let small = try await client.get("/")
            try await client.expectResponse(200, "hello", on: small)
            #expect(client.streams[large]?.isEnded != true)
            try await client.send(.reset(large))
            try await client.expectLife()
        }
    }

    @Test("large responses take turns")
    func turns() async throws {
        try await withHTTP2Client(opensWindows: false) { client, server in
            // Everything waits for the connection's window, which is then opened bit by bit.
            try await client.send(.settings((RawFrame.Setting.initialWindowSize, 1 << 30)))
            let streams = try await [
                client.get("/zeros/1000000"), client.get("/zeros/1000000"), client.get("/zeros/1000000"),
            ]
            // The first has all of the window that there is at first.
            await server.handled.wait(3)
            try await client.receive("a full window") { client.contentCount(of: streams) == 65_535 }
            try await client.roundTrip()
            let before = streams.map { client.streams[$0]?.body.count ?? 0 }
            for _ in 0..<10 { try await client.send(.windowUpdate(0, 48 * 1024)) }
            let all = 65_535 + 10 * 48 * 1024
            try await client.receive("as much as there is room for") { client.contentCount(of: streams) == all }
            let counts = zip(streams, before).map { (client.streams[$0]?.body.count ?? 0) - $1 }
            let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
            #expect(most - least <= 3 * 16_384, "\(counts)")
        }
    }

    @Test("what is more urgent comes first", arguments: ["field", "frame", "frame before"])
    func urgent(by signal: String) async throws {
        try await withHTTP2Client(opensWindows: false) { client, server in
            try await client.send(.settings((RawFrame.Setting.initialWindowSize, 1 << 30)))
            let first = try await client.get("/zeros/1000000", [("priority", "u=5")])
            try await client.receive("a full window") { client.contentCount(of: [first]) == 65_535 }
            let second: UInt32
            if signal == "frame before" {
                try await client.send(.priorityUpdate(first + 2, "u=1"))
                second = try await client.get("/zeros/1000000")
            } else {
                second = try await client.get("/zeros/1000000", signal == "field" ? [("priority", "u=1")] : [])
                if signal == "frame" { try await client.send(.priorityUpdate(second, "u=1")) }
            }
            // It has to be there to be preferred.
            await server.handled.wait(2)
            try await client.roundTrip()
            try await client.send(.windowUpdate(0, 500_000))
            try await client.receive("the rest of the window") {
                client.contentCount(of: [first, second]) == 565_535
            }
            #expect(client.contentCount(of: [second]) == 500_000)
        }
    }

    @Test("a stream whose window stays shut is given up, and only that")
    func shutWindow() async throws {
        try await withHTTP2Client(opensWindows: false) {
            $0.writeTimeout = .milliseconds(100)
        } _: { client, _ in
            try await client.send(.settings((RawFrame.Setting.initialWindowSize, 1000)))
            let stream = try await client.get("/zeros/100000")
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            #expect(client.streams[stream]?.body.count == 1000)
            try await client.expectLife()
        }
    }

    @Test("a window below zero holds a response back until it is above again")
    func negativeWindow() async throws {
        try await withHTTP2Client(opensWindows: false) { client, _ in
            let stream = try await client.get("/zeros/100000")
            try await client.receive("a full window") { client.contentCount(of: [stream]) == 65_535 }
            try await client.send(.settings((RawFrame.Setting.initialWindowSize, 1000)))
            // 1000 less 65,535 that are out: this comes to 1.
            try await client.send(.windowUpdate(0, 1 << 20), .windowUpdate(stream, 64_536))
            try await client.receive("one octet") { client.contentCount(of: [stream]) == 65_536 }
            try await client.send(.windowUpdate(stream, 1 << 20))
            let response = try await client.response(on: stream)
            #expect(response.body.count == 100_000)
        }
    }
}

extension RawHTTP2Client {
    /// The content that has come on all of the streams.
    func contentCount(of streams: [UInt32]) -> Int {
        streams.reduce(0) { $0 + (self.streams[$1]?.body.count ?? 0) }
    }
}
