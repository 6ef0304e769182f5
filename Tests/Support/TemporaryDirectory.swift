internal import Foundation
package import Netius

/// Runs `body` with the path of a new directory, removed afterwards.
package func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = "/tmp/netius-http-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// Writes a file into a directory and opens it.
package func makeFile(_ bytes: [UInt8], in directory: String, named name: String = "file") throws -> File {
    let path = directory + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try File(path: path)
}
