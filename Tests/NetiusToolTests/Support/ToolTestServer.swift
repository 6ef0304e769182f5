import Foundation
import Netius
import NetiusHTTP

/// Serves while a test needs it, at a port of loopback, which is what it is told.
func withHTTPServer(
    tls: TLSServerContext? = nil, handler: @escaping HTTPServer.Handler, _ test: (UInt16) async throws -> Void
) async throws {
    let group = try LoopGroup(count: 1)
    var configuration = HTTPServer.Configuration()
    configuration.loops = group
    configuration.shutdownSignals = []
    configuration.shutdownTimeout = .seconds(10)
    configuration.tls = tls
    let server = HTTPServer(port: 0, configuration: configuration, handler: handler)
    let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
    let task = Task {
        defer { listening.finish() }
        try await server.run(whenListening: { listening.yield($0) })
    }
    let result: Result<Void, any Error>
    do {
        var iterator = addresses.makeAsyncIterator()
        guard let port = await iterator.next()?.port else { return try await task.value }
        result = .success(try await test(port))
        server.shutdown()
    } catch {
        result = .failure(error)
        task.cancel()
    }
    _ = await task.result
    await group.shutdown()
    try result.get()
}

/// Runs the program to its end.
func runTool(
    _ arguments: [String], _ variables: [String: String] = [:], input: String? = nil
) async throws -> (ending: RunningTool.Ending, bytes: [UInt8]) {
    let tool = try RunningTool(arguments, variables, input: input)
    let ending = try await tool.end()
    return (ending, tool.outputBytes)
}

/// A folder that is empty, removed afterwards.
func withTemporaryFolder(_ test: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("netius-tool-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await test(folder)
}

/// The bytes of a file; nil where there is none.
func content(of path: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { Array($0) }
}

func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}
