import Netius
import NetiusHTTP

extension JSONTests {
    static var configuration: HTTPServer.Configuration {
        var configuration = HTTPServer.Configuration()
        configuration.shutdownSignals = []
        return configuration
    }
}

/// Runs a server around a test.
func withRunning(_ server: HTTPServer, _ test: (SocketAddress) async throws -> Void) async throws {
    let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
    let task = Task {
        defer { listening.finish() }
        try await server.run { listening.yield($0) }
    }
    for await address in addresses {
        do {
            try await test(address)
        } catch {
            task.cancel()
            throw error
        }
        server.shutdown()
        break
    }
    try await task.value
}

/// Sends JSON on a connection of its own; the whole answer as text.
func post(_ json: String, to address: SocketAddress) async throws -> String {
    let connection = try await Connection.connect(to: address)
    await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
    try await connection.write(
        """
        POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n\
        Content-Length: \(json.utf8.count)\r\n\r\n\(json)
        """)
    var answer: [UInt8] = []
    while let bytes = try await connection.read() { answer += bytes }
    await connection.close()
    return String(decoding: answer, as: UTF8.self)
}
