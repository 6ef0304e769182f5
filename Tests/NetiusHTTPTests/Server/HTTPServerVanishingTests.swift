import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: clients that vanish", .timeLimit(.minutes(5)))
struct HTTPServerVanishingTests {
    enum Stage: String, CaseIterable {
        case connected, inRequestLine, inHead, inBody, inChunk, handling, inResponse, inStream, afterResponse
    }

    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private static func request(at stage: Stage) -> String {
        switch stage {
        case .connected: ""
        case .inRequestLine: "GET /ab"
        case .inHead: "GET / HTTP/1.1\r\nHost: h\r\nX-Some"
        case .inBody: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"
        case .inChunk: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde"
        case .handling: "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"
        case .inResponse: "GET /big HTTP/1.1\r\nHost: h\r\n\r\n"
        case .inStream: "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"
        case .afterResponse: get
        }
    }

    @Test(
        "At every stage, by FIN and by RST, nothing of them is left behind", arguments: Stage.allCases,
        TransportMode.allCases)
    func vanish(stage: Stage, mode: TransportMode) async throws {
        let big = [UInt8](repeating: 97, count: 8_000_000)
        let handling = Gate()
        try await withServer(in: mode, loops: 2) { request in
            switch request.path {
            case "/wait":
                handling.open()
                try await untilCancelled(Gate())
            case "/big": return HTTPResponse(status: .ok, body: .bytes(big))
            case "/stream": return HTTPResponse(.ok) { while true { try await $0.write(big[..<100_000]) } }
            default: return .ok("\(try await request.body.collect(upTo: 100).count)")
            }
        } _: { server in
            let staying = try await server.connect()
            try await staying.send(Self.get)
            #expect(try await staying.response().status == 200)
            for number in 0..<(mode == .http1 ? 30 : 10) {
                let client = try await server.connect()
                let request = Self.request(at: stage)
                if !request.isEmpty { try await client.send(request) }
                switch stage {
                case .handling: await handling.wait(number + 1)
                case .inResponse, .inStream: #expect(try await client.receiveMore())
                case .afterResponse: #expect(try await client.response().status == 200)
                default: break
                }
                if number.isMultiple(of: 2) { await client.close() } else { await client.reset() }
            }
            try await server.waitForConnections(1)
            try await eventually("no socket is left, of \(openSockets(at: server.port) ?? -1)") {
                (openSockets(at: server.port) ?? 2) == 2
            }
            try await staying.send(Self.get)
            #expect(try await staying.response().status == 200)
            #expect(server.log.records.filter { $0.level >= .warning }.isEmpty)
            await staying.close()
        }
    }
}
