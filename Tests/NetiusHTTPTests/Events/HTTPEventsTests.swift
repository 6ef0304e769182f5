import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Server-sent events", .timeLimit(.minutes(2)))
struct HTTPEventsTests {
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("The head says what it is, and the events follow", arguments: TransportMode.allCases)
    func response(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .events(headerFields: [.contentType: "text/plain", .eTag: "\"a\""]) { events in
                try await events.send("one", id: "1")
                try await events.comment("nothing")
                try await events.send("two\nlines", event: "note")
            }
        } _: { server in
            let response = try await server.respond(Self.request)
            #expect(response.status == 200)
            #expect(response["Content-Type"] == "text/event-stream")
            #expect(response["Cache-Control"] == "no-store")
            #expect(response["ETag"] == "\"a\"")
            #expect(response.text == ":\n\nid: 1\ndata: one\n\n: nothing\n\nevent: note\ndata: two\ndata: lines\n\n")
        }
    }

    @Test("The head comes before there is an event, and each event when it is sent", arguments: TransportMode.allCases)
    func promptness(mode: TransportMode) async throws {
        let gate = Gate()
        try await withServer(in: mode) { _ in
            .events { events in
                for number in 1...3 {
                    await gate.wait(number)
                    try await events.send("\(number)")
                }
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.request)
            try await client.receiveContent(endingWith: ":\n\n")
            for number in 1...3 {
                gate.open()
                try await client.receiveContent(endingWith: "data: \(number)\n\n")
            }
            _ = try await client.response()
            await client.close()
        }
    }

    @Test("A quiet stream has a heartbeat", arguments: TransportMode.allCases)
    func heartbeat(mode: TransportMode) async throws {
        let ended = Gate()
        try await withServer(in: mode) { _ in
            .events(heartbeat: .milliseconds(20)) { _ in try await untilCancelled(ended) }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.request)
            try await client.receiveContent { $0.hasPrefix(":\n\n:\n\n:\n\n:\n\n") }
            await client.reset()
            await ended.wait()
        }
    }

    @Test(
        "Without a heartbeat there is none, and a client that leaves still ends the stream",
        arguments: TransportMode.allCases)
    func noHeartbeat(mode: TransportMode) async throws {
        let ended = Gate()
        try await withServer(in: mode) { _ in
            .events(heartbeat: nil) { events in
                try await events.send("one")
                try await untilCancelled(ended)
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.request)
            try await client.receiveContent(endingWith: "data: one\n\n")
            await client.close()
            await ended.wait()
        }
    }

    @Test("A client that takes nothing any more is found by the heartbeat", arguments: TransportMode.allCases)
    func stalled(mode: TransportMode) async throws {
        let ended = Gate()
        try await withServer(in: mode) {
            $0.writeTimeout = .milliseconds(200)
        } handler: { _ in
            .events(heartbeat: .milliseconds(10)) { events in
                // One that cares about nothing but its cancellation.
                do {
                    while true { try await events.send(String(repeating: "x", count: 100_000)) }
                } catch is CancellationError {
                    Issue.record("the write was interrupted")
                } catch {
                    try await untilCancelled(ended)
                }
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.request)
            try await client.receiveContent { $0.hasPrefix(":\n\n") }
            await ended.wait()
            await client.reset()
        }
    }

    @Test("Several tasks may send at a time, and no event is torn", arguments: TransportMode.allCases)
    func concurrency(mode: TransportMode) async throws {
        let data = String(repeating: "x", count: 40_000)
        try await withServer(in: mode) { _ in
            .events(heartbeat: .milliseconds(10)) { events in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<4 {
                        group.addTask {
                            for number in 0..<20 { try await events.send(data, id: "\(task)-\(number)") }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        } _: { server in
            let events = EventReader.read(try await server.respond(Self.request).body)
            #expect(Set(events.map(\.id)) == Set((0..<4).flatMap { task in (0..<20).map { "\(task)-\($0)" } }))
            #expect(events.count == 80)
            #expect(events.allSatisfy { $0.data.count == data.utf8.count })
            for task in 0..<4 {
                let own = events.map(\.id).filter { $0.hasPrefix("\(task)-") }
                #expect(own == (0..<20).map { "\(task)-\($0)" })
            }
        }
    }

    @Test("An error cuts the stream, so that it does not look like one that ended", arguments: TransportMode.allCases)
    func failing(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .events { events in
                try await events.send("one")
                try await events.send("two", event: "a\nb")
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.request)
            let response = try #require(try await client.truncatedResponse())
            #expect(response.text == ":\n\ndata: one\n\n")
            #expect(server.log.records(.error).contains { "\($0.message)".contains("line end") })
        }
    }

    @Test("HEAD gets the head alone", arguments: TransportMode.allCases)
    func head(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .events { _ in Issue.record("a stream for HEAD") }
        } _: { server in
            let response = try await server.respond("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", to: "HEAD")
            #expect(response["Content-Type"] == "text/event-stream")
        }
    }

    @Test("A client that comes again says what it has got")
    func lastEventID() {
        var request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        #expect(request.lastEventID == nil)
        request.headerFields.append(.lastEventID, "42")
        #expect(request.lastEventID == "42")
    }

    @Test("What is sent can be looked at without a server")
    func collecting() async throws {
        let response = HTTPResponse.events { events in try await events.send("one") }
        #expect(try await response.body.collect(upTo: 100) == octets(":\n\ndata: one\n\n"))
    }

    @Test("curl shows events while they are sent")
    func curl() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withServer { request in
            .events { events in try await events.send("after \(request.lastEventID ?? "nothing")") }
        } _: { server in
            let result = try await curl.run(
                ["-sSN", "-m", "30", "--noproxy", "*", "-H", "Last-Event-ID: 7", "http://\(server.address)/"])
            #expect(result.output == ":\n\ndata: after 7\n\n", "\(result.errors)")
        }
    }
}
