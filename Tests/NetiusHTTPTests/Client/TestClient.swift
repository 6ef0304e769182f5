import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

extension HTTPClient.Configuration {
    /// Of a client that speaks as the mode says.
    init(speaking mode: TransportMode) throws {
        self.init()
        http2 =
            switch mode {
            case .http1, .http1TLS: .never
            case .http2TLS: .automatic
            case .http2: .priorKnowledge
            }
        if mode.isSecure { tls = try TestIdentity.client.get() }
    }
}

/// Runs a client on loops of its own around a test, and shuts it down after it.
func withClient<Result>(
    in mode: TransportMode = .http1, loops: Int = 1, _ configure: (inout HTTPClient.Configuration) -> Void = { _ in },
    _ test: (HTTPClient) async throws -> Result
) async throws -> Result {
    let group = try LoopGroup(count: loops)
    var configuration = try HTTPClient.Configuration(speaking: mode)
    configuration.loops = group
    // Tests that are about none of these are not to fail on a machine that is busy.
    configuration.connectTimeout = .seconds(60)
    configuration.poolTimeout = .seconds(60)
    configure(&configuration)
    let client = HTTPClient(configuration: configuration)
    do {
        let result = try await test(client)
        await client.shutdown(within: .zero)
        await group.shutdown()
        return result
    } catch {
        await client.shutdown(within: .zero)
        await group.shutdown()
        throw error
    }
}

/// What a client's request failed with; anything else is an issue.
func clientError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> HTTPClientError? {
    do {
        try await body()
        Issue.record("it did not fail", sourceLocation: sourceLocation)
    } catch let error as HTTPClientError {
        return error
    } catch {
        Issue.record("it failed with \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

/// A server that does on each connection what a test tells it to.
struct ScriptedServer: Sendable {
    let port: UInt16
    /// Opened at each connection.
    let accepted: Gate

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
}

/// One connection of such a server.
final class ScriptedConnection: @unchecked Sendable {
    // @unchecked: used by one task at a time.
    let connection: Connection
    private var received: [UInt8] = []

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// The next head up to its empty line; nil when the client has closed.
    func head() async throws -> String? {
        while true {
            if let end = received.firstRange(of: octets("\r\n\r\n")) {
                let head = String(decoding: received[..<end.upperBound], as: UTF8.self)
                received.removeFirst(end.upperBound)
                return head
            }
            guard let bytes = try await connection.read() else { return nil }
            received += bytes
        }
    }

    /// That many bytes.
    func read(_ count: Int) async throws -> [UInt8] {
        while received.count < count {
            guard let bytes = try await connection.read() else { throw RawError.closed }
            received += bytes
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// Everything up to the end of the stream.
    func rest() async throws -> [UInt8] {
        while let bytes = try await connection.read() { received += bytes }
        defer { received = [] }
        return received
    }

    func send(_ text: String) async throws { try await connection.write(text) }

    /// Waits until the client has closed, in order or not.
    func waitForEnd() async { while let bytes = try? await connection.read(), !bytes.isEmpty {} }
}

/// Runs a scripted server around a test. The script is called for each connection with its number from 0 on, and the
/// connection closed when it ends.
func withScriptedServer<Result>(
    _ script: @escaping @Sendable (ScriptedConnection, Int) async throws -> Void,
    _ test: (ScriptedServer) async throws -> Result
) async throws -> Result {
    let group = try LoopGroup(count: 1)
    let listener = try await Listener.bind(.ip(.v4(.loopback), port: 0), on: group.loops[0])
    let accepted = Gate()
    let server = Task {
        var tasks: [Task<Void, any Error>] = []
        while let connection = try? await listener.accept() {
            let number = accepted.count
            accepted.open()
            tasks.append(connection.handle { try await script(ScriptedConnection($0), number) })
        }
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }
    let result: Swift.Result<Result, any Error>
    do {
        result = .success(try await test(ScriptedServer(port: listener.address.port ?? 0, accepted: accepted)))
    } catch {
        result = .failure(error)
    }
    await listener.close()
    server.cancel()
    await server.value
    await group.shutdown()
    return try result.get()
}

extension HTTPClientWorker {
    /// How many there are of what must not be left behind.
    var counts: (waiting: Int, early: Int, connections: Int, idle: Int) {
        (waiting.count + pool.waiterCount, early.count, pool.connectionCount, pool.idleCount)
    }
}

/// The names of what is in a directory.
func files(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory)
}

func contents(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Cuts a file off.
func makeTruncated(_ path: String, _ size: UInt64) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: size)
    try handle.close()
}
