import Netius
import NetiusHTTP
import Testing

@Suite("A client that stops reading")
struct StalledResponseTests {
    @Test("Beyond the write timeout it gets a part of the response, and nothing after it", .timeLimit(.minutes(1)))
    func cutsOff() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.loops = try LoopGroup(count: 1)
        configuration.writeTimeout = .milliseconds(100)
        configuration.idleTimeout = .seconds(1)
        configuration.lingerTimeout = .milliseconds(100)
        configuration.shutdownSignals = []
        configuration.log = Log(level: .critical)
        let size = 32 << 20
        let content = [UInt8](repeating: UInt8(ascii: "a"), count: size)
        let (ended, hasEnded) = AsyncStream<Void>.makeStream()
        let server = HTTPServer(port: 0, configuration: configuration) { request in
            if request.path == "/ended" { hasEnded.finish() }
            return HTTPResponse(status: .ok, body: .bytes(content))
        }
        let (addresses, hasAddress) = AsyncStream<SocketAddress>.makeStream()
        let running = Task { try await server.run { hasAddress.yield($0) } }
        let address = try #require(await addresses.first { _ in true })

        let connection = try await Connection.connect(to: address)
        try await connection.write("GET / HTTP/1.1\r\nHost: test\r\n\r\nGET /ended HTTP/1.1\r\nHost: test\r\n\r\n")
        // Not a byte is read until the server has given up: it would go on to the second request if it had not.
        let patience = Task {
            try await Task.sleep(for: .milliseconds(500))
            hasEnded.finish()
        }
        for await _ in ended {}
        patience.cancel()
        var received: [UInt8] = []
        do {
            for try await bytes in connection { received += bytes }
        } catch is SystemError {
            // A reset shows that it was cut off as well.
        }
        let head = try #require(
            received.indices.dropFirst(3).first { received[($0 - 3)...$0].elementsEqual("\r\n\r\n".utf8) })
        #expect(received.count - head - 1 < size)
        #expect(received[(head + 1)...].allSatisfy { $0 == UInt8(ascii: "a") })
        await connection.close()
        server.shutdown()
        try await running.value
        await configuration.loops?.shutdown()
    }
}
