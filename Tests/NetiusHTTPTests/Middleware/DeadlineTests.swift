import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Deadline of a handler", .timeLimit(.minutes(2)))
struct DeadlineTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(
        "A handler in time is answered as without a deadline, whether it waits or not",
        arguments: TransportMode.allCases)
    func inTime(mode: TransportMode) async throws {
        let handler = HTTPMiddleware.deadline(.seconds(60))({ request in
            switch request.path {
            case "/wait":
                try await EventLoop.current?.sleep(for: .milliseconds(1))
                return .ok("waited")
            case "/body": return .ok(try await request.body.text(upTo: 100))
            case "/fail": throw HTTPError(.conflict)
            case "/late":
                await Task.yield()
                throw HTTPError(.gone)
            default: return .ok("at once")
            }
        })
        try await withServer(in: mode, handler: handler) { server in
            let client = try await server.connect()
            for (request, status, text) in [
                ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 200, "at once"),
                ("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n", 200, "waited"),
                ("GET /fail HTTP/1.1\r\nHost: h\r\n\r\n", 409, "409 Conflict\n"),
                ("GET /late HTTP/1.1\r\nHost: h\r\n\r\n", 410, "410 Gone\n"),
            ] {
                try await client.send(request)
                let response = try await client.response()
                #expect(response.status == status)
                #expect(response.text == text)
            }
            try await client.send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab")
            try await client.send("cd")
            #expect(try await client.response().text == "abcd")
            await client.close()
        }
    }

    @Test(
        "A handler that is late is cancelled and answered 503, and its connection goes on",
        arguments: TransportMode.allCases)
    func late(mode: TransportMode) async throws {
        let cancelled = Gate()
        let handler = HTTPMiddleware.deadline(.milliseconds(20))({ request in
            guard request.path == "/slow" else { return .ok("quick") }
            try await untilCancelled(cancelled)
        })
        try await withServer(in: mode, handler: handler) { server in
            let client = try await server.connect()
            for _ in 0..<3 {
                try await client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 503)
                #expect(response.text == "503 Service Unavailable\n")
                try await client.send(Self.get)
                #expect(try await client.response().text == "quick")
            }
            #expect(cancelled.count == 3)
            await client.close()
        }
    }

    @Test("What a handler returns after it was cancelled is dropped", arguments: TransportMode.allCases)
    func ignoring(mode: TransportMode) async throws {
        let handler = HTTPMiddleware.deadline(.milliseconds(5))({ _ in
            try? await EventLoop.current?.sleep(for: .seconds(3600))
            return .ok("late")
        })
        try await withServer(in: mode, handler: handler) { server in
            let response = try await server.respond(Self.get)
            #expect(response.status == 503)
        }
    }

    @Test("A client that leaves cancels the handler, long before its deadline", arguments: TransportMode.allCases)
    func leaving(mode: TransportMode) async throws {
        let (started, cancelled) = (Gate(), Gate())
        let handler = HTTPMiddleware.deadline(.seconds(3600))({ _ in
            started.open()
            try await untilCancelled(cancelled)
        })
        try await withServer(in: mode, handler: handler) { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            await started.wait()
            await client.reset()
            await cancelled.wait()
            try await server.waitForConnections(0)
        }
    }

    @Test(
        "A handler stays on the loop of its connection, before and after it has waited",
        arguments: TransportMode.allCases)
    func isolation(mode: TransportMode) async throws {
        let names = Box<[String?]>([])
        let handler = HTTPMiddleware.deadline(.seconds(60))({ request in
            names.value.append(EventLoop.current?.name)
            await Task.yield()
            names.value.append(EventLoop.current?.name)
            for try await _ in request.body { names.value.append(EventLoop.current?.name) }
            names.value.append(EventLoop.current?.name)
            return .ok("done")
        })
        try await withServer(in: mode, handler: handler) { server in
            let client = try await server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na")
            try await client.send("b")
            #expect(try await client.response().text == "done")
            await client.close()
        }
        #expect(names.value.count >= 4)
        #expect(Set(names.value).count == 1)
        #expect(names.value.first != .some(nil))
    }

    @Test(
        "What is streamed after the handler has returned takes as long as it needs", arguments: TransportMode.allCases)
    func streaming(mode: TransportMode) async throws {
        let handler = HTTPMiddleware.deadline(.milliseconds(10))({ _ in
            HTTPResponse(.ok) { writer in
                for number in 0..<3 {
                    try await EventLoop.current?.sleep(for: .milliseconds(10))
                    try await writer.write("\(number)")
                }
            }
        })
        try await withServer(in: mode, handler: handler) { server in
            let response = try await server.respond(Self.get)
            #expect(response.text == "012")
        }
    }

    @Test("Outside of any loop a deadline holds as well")
    func elsewhere() async throws {
        let cancelled = Gate()
        let handler = HTTPMiddleware.deadline(.milliseconds(5))({ _ in try await untilCancelled(cancelled) })
        let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        #expect(try await handler(request).status == .serviceUnavailable)
        #expect(cancelled.count == 1)
    }
}
