import Netius
import Synchronization
import TestSupport
import Testing

@testable import NetiusHTTP

/// A server that runs for as long as a test needs it, on loops of its own and a port that the system chose.
struct TestServer: Sendable {
    let mode: TransportMode
    let server: HTTPServer
    let address: SocketAddress
    let log: RecordingLogSink
    /// What `run` came to.
    let task: Task<Void, any Error>

    var port: UInt16 { address.port ?? 0 }

    /// Where the server is, as a client is told, with a path.
    func url(_ path: String = "") -> String { "\(mode.scheme)://127.0.0.1:\(port)\(path)" }

    /// A client that speaks as the mode says.
    func connect(on loop: EventLoop? = nil) async throws -> RawClient {
        let connection = try await Connection.connect(to: address, on: loop)
        await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
        if mode.isSecure {
            try await connection.startTLS(
                TestIdentity.client.get(), serverName: "localhost", applicationProtocols: [mode.applicationProtocol])
        }
        return mode.isHTTP2
            ? try await HTTP2TextClient(connection, scheme: mode.scheme) : RawClient(connection)
    }

    /// Sends one request on a connection of its own and reads the response.
    func respond(_ request: String, to method: String = "GET") async throws -> RawResponse {
        let client = try await connect()
        try await client.send(request)
        let response = try await client.response(to: method)
        await client.close()
        return response
    }

    /// The connections that the server has in its tables.
    func connectionCount() async throws -> Int { try await server.running.connectionCount() }

    /// Waits until the server has that many connections.
    func waitForConnections(_ count: Int) async throws {
        try await eventually("\(count) connections") { try await connectionCount() == count }
    }
}

/// Runs a server around a test and shuts it down after it.
func withServer<Result>(
    in mode: TransportMode = .http1, loops: Int = 1, at address: SocketAddress = .ip(.v4(.loopback), port: 0),
    _ configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    handler: @escaping HTTPServer.Handler, _ test: (TestServer) async throws -> Result
) async throws -> Result {
    try await withServer(in: mode, loops: loops, at: address, configure, handler: handler, run: nil, test)
}

/// The same for a server whose connections are handed over.
func withConnectionServer<Result>(
    _ configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    serve: @escaping HTTPServer.ConnectionHandler, _ test: (TestServer) async throws -> Result
) async throws -> Result {
    try await withServer(
        in: .http1, loops: 1, at: .ip(.v4(.loopback), port: 0), configure, handler: nil, run: serve, test)
}

private func withServer<Result>(
    in mode: TransportMode, loops: Int, at address: SocketAddress,
    _ configure: (inout HTTPServer.Configuration) -> Void,
    handler: HTTPServer.Handler?, run: HTTPServer.ConnectionHandler?, _ test: (TestServer) async throws -> Result
) async throws -> Result {
    try await ServerSlots.shared.use {
        try await runServer(
            in: mode, loops: loops, at: address, configure, handler: handler, connections: run, test)
    }
}

private func runServer<Result>(
    in mode: TransportMode, loops: Int, at address: SocketAddress,
    _ configure: (inout HTTPServer.Configuration) -> Void,
    handler: HTTPServer.Handler?, connections: HTTPServer.ConnectionHandler?,
    _ test: (TestServer) async throws -> Result
) async throws -> Result {
    let group = try LoopGroup(count: loops)
    let log = RecordingLogSink()
    var configuration = HTTPServer.Configuration()
    configuration.loops = group
    configuration.shutdownSignals = []
    configuration.shutdownTimeout = .seconds(10)
    // Tests that are about none of these are not to fail on a machine that is busy.
    configuration.lingerTimeout = .seconds(30)
    configuration.bodyGracePeriod = .seconds(30)
    configuration.headTimeout = .seconds(60)
    configuration.log = Log(level: .debug, sink: log)
    if mode.isSecure { configuration.tls = try TestIdentity.server.get() }
    configure(&configuration)
    let server = HTTPServer(address: address, configuration: configuration, handler: handler)
    return try await withRunning(
        on: group,
        { whenListening in
            if let connections {
                try await server.serve(whenListening: whenListening, connections)
            } else {
                try await server.run(whenListening: whenListening)
            }
        }, shutdown: server.shutdown
    ) { address, task in
        try await test(TestServer(mode: mode, server: server, address: address, log: log, task: task))
    }
}
