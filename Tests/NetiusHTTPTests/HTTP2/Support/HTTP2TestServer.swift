import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// How a client of HTTP/2 reaches its server: in clear text by prior knowledge, or over TLS by ALPN.
enum HTTP2Wire: CaseIterable, Sendable { case clear, tls }

/// A server whose handlers do what the path of a request says, and what they came to.
struct HTTP2TestServer: Sendable {
    let server: TestServer
    let wire: HTTP2Wire
    /// Opened at each request that a handler is given.
    let handled: Gate
    /// Opened when a handler that holds its request is cancelled.
    let cancelled: Gate
    /// Opens what lets the held requests go.
    let release: Gate

    static let identity = Result { try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1"]) }

    /// A client that has sent nothing yet.
    func dial() async throws -> RawHTTP2Client {
        let identity = wire == .tls ? try Self.identity.get() : nil
        return try await server.dialHTTP2(identity)
    }

    /// A client that has exchanged settings with the server.
    func connect(_ settings: [(UInt16, UInt32)] = [], opensWindows: Bool = true) async throws -> RawHTTP2Client {
        let client = try await dial()
        try await client.start(settings, opensWindows: opensWindows)
        return client
    }

    /// Waits until the log has a line that says this.
    func waitForLog(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("a line of the log with \(text)", sourceLocation: sourceLocation) {
            server.log.records.contains { $0.message.contains(text) }
        }
    }
}

extension TestServer {
    /// A client of HTTP/2 that has sent nothing yet; over TLS where there is an identity to trust.
    func dialHTTP2(_ identity: TLSIdentity? = nil) async throws -> RawHTTP2Client {
        let connection = try await Connection.connect(to: address)
        await connection.setTimeouts(read: .seconds(30), write: .seconds(30))
        guard let identity else { return RawHTTP2Client(connection) }
        var configuration = TLSClientConfiguration()
        configuration.trustRoots = .certificates(identity.chain)
        try await connection.startTLS(
            TLSClientContext(configuration), serverName: "localhost", applicationProtocols: ["h2"])
        return RawHTTP2Client(connection, scheme: "https")
    }

    /// A client of HTTP/2 that has exchanged settings with the server.
    func connectHTTP2(_ identity: TLSIdentity? = nil) async throws -> RawHTTP2Client {
        let client = try await dialHTTP2(identity)
        try await client.start()
        return client
    }
}

/// Runs a server around a test.
func withHTTP2Server<Result>(
    over wire: HTTP2Wire = .clear, _ configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    _ test: (HTTP2TestServer) async throws -> Result
) async throws -> Result {
    let context = wire == .tls ? try TLSServerContext(identity: HTTP2TestServer.identity.get()) : nil
    let gates = (handled: Gate(), cancelled: Gate(), release: Gate())
    return try await withServer {
        $0.tls = context
        configure(&$0)
    } handler: { request in
        gates.handled.open()
        return try await answer(request, cancelled: gates.cancelled, release: gates.release)
    } _: { server in
        // What is held still must not hold up the end.
        defer { gates.release.open() }
        return try await test(
            HTTP2TestServer(
                server: server, wire: wire, handled: gates.handled, cancelled: gates.cancelled,
                release: gates.release))
    }
}

/// Runs a server and a client of it that has exchanged settings around a test.
func withHTTP2Client<Result>(
    over wire: HTTP2Wire = .clear, settings: [(UInt16, UInt32)] = [], opensWindows: Bool = true,
    _ configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    _ test: (RawHTTP2Client, HTTP2TestServer) async throws -> Result
) async throws -> Result {
    try await withHTTP2Server(over: wire, configure) { server in
        let client = try await server.connect(settings, opensWindows: opensWindows)
        let result = try await test(client, server)
        await client.close()
        return result
    }
}

private func answer(_ request: HTTPRequest, cancelled: Gate, release: Gate) async throws -> HTTPResponse {
    let parts = (request.path ?? "").split(separator: "/")
    switch parts.first {
    case "echo":
        return HTTPResponse(.ok) { writer in for try await bytes in request.body { try await writer.write(bytes) } }
    case "size": return .ok("\(try await request.body.collect(upTo: 100 << 20).count)")
    case "fields":
        let fields = request.headerFields.map { "\($0.name.canonicalName)=\($0.value)" }
        return .ok(fields.joined(separator: ","))
    case "trailers":
        _ = try await request.body.collect(upTo: 1 << 20)
        let trailers = await request.body.trailers
        return .ok(trailers.map { "\($0.name.canonicalName)=\($0.value)" }.joined(separator: ","))
    case "zeros":
        let count = Int(parts.last ?? "") ?? 0
        return HTTPResponse(status: .ok, body: .bytes([UInt8](repeating: 0, count: count)))
    case "stream":
        let count = Int(parts.last ?? "") ?? 0
        return HTTPResponse(.ok) { writer in
            for _ in 0..<count { try await writer.write([UInt8](repeating: 0, count: 10_000)) }
        }
    case "hold":
        // Until it is let go, or cancelled.
        await withTaskCancellationHandler {
            await release.wait()
        } onCancel: {
            cancelled.open()
        }
        return .ok("held")
    case "wait": try await untilCancelled(cancelled)
    default: return .ok("hello")
    }
}
