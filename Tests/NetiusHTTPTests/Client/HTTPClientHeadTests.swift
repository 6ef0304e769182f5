import Netius
import Testing

@testable import NetiusHTTP

@Suite("The heads that a client sends and receives", .timeLimit(.minutes(2)))
struct HTTPClientHeadTests {
    @Test("Host may be another than the URL's, but never what is no host", arguments: TransportMode.allCases)
    func host(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: { .ok($0.authority ?? "-") }) { server in
            let url = server.url("/")
            try await withClient(in: mode) { client in
                let own = try await client.get(url, headerFields: [.host: "other.test:81"])
                #expect(try await own.body.text(upTo: 100) == "other.test:81")
                #expect(try await client.get(url).body.text(upTo: 100) == "127.0.0.1:\(server.port)")
                let error = await clientError { _ = try await client.get(url, headerFields: [.host: "a b/c"]) }
                #expect(error?.code == .invalidRequest)
            }
        }
    }

    @Test("An observer of heads gets what is sent, octet for octet, and every head that comes")
    func heads() async throws {
        let heads = Guarded<[String]>([])
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n")
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await connection.waitForEnd()
        } _: { server in
            try await withClient({ configuration in
                configuration.userAgent = nil
                configuration.decodesContent = false
                let observe: @Sendable (HTTPClientObserver.Head) -> Void = { head in
                    let text =
                        switch head {
                        case .sent(let bytes): String(decoding: bytes, as: UTF8.self)
                        case .received(let status, let version, let fields):
                            "\(version) \(status) \(fields.map { "\($0)" })"
                        }
                    heads.withLock { $0.append(text) }
                }
                configuration.observer = HTTPClientObserver(heads: observe) { _ in }
            }) { client in
                _ = try await client.get(server.url("/a"), headerFields: [.accept: "x"])
            }
            let port = server.port
            #expect(
                heads.withLock { $0 } == [
                    "GET /a HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAccept: x\r\n\r\n",
                    "HTTP/1.1 103 Early Hints [\"Link: a\"]", "HTTP/1.1 200 OK [\"Content-Length: 0\"]",
                ])
        }
    }
}
