import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: limits", .timeLimit(.minutes(5)))
struct HTTPServerLimitTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(
        "Sizes are refused from the first octet beyond them",
        arguments: [
            ("GET /", "a", " HTTP/1.1\r\nHost: h\r\n\r\n", 200 - 16, 414),
            ("GET / HTTP/1.1\r\nHost: h\r\nX: ", "a", "\r\n\r\n", 300 - 16, 431),
            ("GET / HTTP/1.1\r\nHost: h\r\n", "X: a\r\n", "\r\n", 9, 431),
            (
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ", "4", "\r\n\r\n" + String(repeating: "x", count: 44),
                2, 413
            ),
        ])
    func sizes(start: String, repeated: String, end: String, most: Int, status: Int) async throws {
        try await withServer {
            $0.limits.requestLine = 200
            $0.limits.headerBlock = 300
            $0.limits.fieldCount = 10
            $0.limits.bodySize = 44
        } handler: { request in
            try await describe(request)
        } _: { server in
            for (count, expected) in [(most, 200), (most + 1, status)] {
                let client = try await server.connect()
                try await client.send(start + String(repeating: repeated, count: count) + end)
                #expect(try await client.response().status == expected)
                if expected != 200 { #expect(try await client.isClosedByServer()) }
                await client.close()
            }
        }
    }

    @Test(
        "A head that takes too long is answered with 408, counted from its first octet",
        arguments: [
            "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: h\r\nX",
        ])
    func slowHead(piece: String) async throws {
        try await withServer({ $0.headTimeout = .milliseconds(500) }, handler: describe) { server in
            let client = try await server.connect()
            // The time of a request before, and that between the two, do not count.
            try await client.send(Self.get)
            #expect(try await client.response().status == 200)
            try await Task.sleep(for: .milliseconds(600))
            try await client.send(piece)
            let response = try await client.response()
            #expect(response.status == 408 && response["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test("A head that trickles in does not outlive its time, however often an octet comes")
    func trickle() async throws {
        try await withServer({ $0.headTimeout = .milliseconds(500) }, handler: describe) { server in
            let client = try await server.connect()
            let trickling = Task { [connection = client.connection] in
                try await connection.write("GET / HTTP/1.1\r\n")
                while true {
                    try await connection.write("X: y\r\n")
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            #expect(try await client.response().status == 408)
            trickling.cancel()
            _ = await trickling.result
            await client.close()
        }
    }

    @Test(
        "A connection without a request is closed without a word: at first, and when it has become idle",
        arguments: TransportMode.allCases)
    func idle(mode: TransportMode) async throws {
        // A client of HTTP/2 that has said that it is one has begun.
        if !mode.isHTTP2 {
            try await withServer(in: mode, { $0.headTimeout = .milliseconds(500) }, handler: describe) { server in
                let client = try await server.connect()
                #expect(try await client.isClosedByServer())
                await client.close()
            }
        }
        try await withServer(in: mode, { $0.idleTimeout = .milliseconds(500) }, handler: describe) { server in
            let client = try await server.connect()
            for ending in ["", "\r\n"] {
                try await client.send(Self.get + ending)
                #expect(try await client.response().status == 200)
            }
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test(
        "A body that comes too slowly is answered with 408, the time of the handler not counting",
        arguments: TransportMode.allCases)
    func slowBody(mode: TransportMode) async throws {
        let tooLate = Box("")
        try await withServer(in: mode) {
            $0.bodyGracePeriod = .milliseconds(400)
            $0.minimumBodyRate = 100
        } handler: { request in
            if request.path == "/slow" { try await Task.sleep(for: .milliseconds(500)) }
            do {
                return .ok("\(try await request.body.collect(upTo: 10_000).count)")
            } catch {
                tooLate.value = "\(error)"
                throw error
            }
        } _: { server in
            let client = try await server.connect()
            let head = "POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"
            try await client.send(head + String(repeating: "x", count: 1001))
            #expect(try await client.response().text == "1001")
            // A thousand octets have earned ten seconds.
            try await client.send(head + String(repeating: "x", count: 1000))
            try await Task.sleep(for: .milliseconds(600))
            try await client.send("x")
            #expect(try await client.response().text == "1001")
            try await client.send(head + "x")
            let response = try await client.response()
            #expect(response.status == 408 && response["Connection"] == mode.closing)
            #expect(tooLate.value == "the client sends the body too slowly")
            if !mode.isHTTP2 { #expect(try await client.isClosedByServer()) }
            await client.close()
        }
    }

    @Test("A client that takes nothing of its response is cut off", arguments: [false, true], TransportMode.allCases)
    func stall(isStream: Bool, mode: TransportMode) async throws {
        let (began, ended) = (Gate(), Gate())
        let big = [UInt8](repeating: 97, count: 20_000_000)
        try await withServer(in: mode, { $0.writeTimeout = .milliseconds(100) }) { _ in
            began.open()
            guard isStream else { return HTTPResponse(status: .ok, body: .bytes(big)) }
            return HTTPResponse(.ok, contentLength: 20_000_003) { writer in
                // An error that a writer swallows changes nothing.
                _ = await failure { try await writer.write(big) }
                _ = await failure { try await writer.write("abc") }
                ended.open()
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get + Self.get)
            await began.wait()
            // HTTP/2 ends what is not taken, and may have more of it to end.
            if let client = client as? HTTP2TextClient {
                try await client.waitUntilOver()
            } else {
                try await server.waitForConnections(0)
            }
            if isStream { await ended.wait() }
            let response = try await client.truncatedResponse()
            #expect(response?.body.allSatisfy { $0 == 97 } ?? !mode.isHTTP2)
            #expect(mode.isHTTP2 || ended.count <= 1)
            #expect(server.log.records.filter { $0.level >= .warning }.isEmpty)
            await client.close()
        }
    }

    @Test("Connections beyond the most there may be get a 503, the others go on, and there is room again after them")
    func connections() async throws {
        try await withServer({ $0.maximumConnections = 2 }, handler: describe) { server in
            let clients = [try await server.connect(), try await server.connect()]
            try await server.waitForConnections(2)
            for _ in 0..<20 {
                let refused = try await server.connect()
                let response = try await refused.response()
                #expect(response.status == 503 && response["Retry-After"] == "1" && response["Connection"] == "close")
                #expect(try await refused.isClosedByServer())
                await refused.close()
            }
            for client in clients {
                try await client.send(Self.get)
                #expect(try await client.response().status == 200)
            }
            await clients[0].close()
            try await server.waitForConnections(1)
            for _ in 0..<3 {
                #expect(try await server.respond(Self.get).status == 200)
                try await server.waitForConnections(1)
            }
            await clients[1].close()
            try await server.waitForConnections(0)
            #expect(server.log.records(.warning).allSatisfy { $0.message == "refused: too many connections" })
        }
    }

    @Test("Connections of one address beyond the most there may be get a 503, those of others do not")
    func addresses() async throws {
        try await withServer({ $0.maximumConnectionsPerAddress = 1 }, handler: describe) { server in
            let first = try await server.connect()
            try await server.waitForConnections(1)
            #expect(try await server.respond("").status == 503)
            let text = try exchange(Self.get, from: "127.0.0.2", with: server.port)
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            try await server.waitForConnections(1)
            await first.close()
            try await server.waitForConnections(0)
            #expect(try await server.respond(Self.get).status == 200)
        }
    }
}

/// Sends a request from one of this machine's addresses and reads what comes first.
private func exchange(_ request: String, from source: String, with port: UInt16) throws -> String {
    func address(_ text: String, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(text)
        return address
    }
    func call(_ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ address: sockaddr_in) -> Int32 {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    try #require(call({ bind($0, $1, $2) }, address(source, 0)) == 0)
    try #require(call({ connect($0, $1, $2) }, address("127.0.0.1", port)) == 0)
    try #require(send(descriptor, request, request.utf8.count, 0) == request.utf8.count)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
}
