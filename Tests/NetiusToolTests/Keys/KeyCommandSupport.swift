import Foundation
import Netius
import Testing

@testable import NetiusTool

/// Runs `body` with the path of a new folder, removed afterwards.
func withKeyFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.path)
}

/// Writes a text to a file.
func writeText(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

/// What a file has, as text.
func readText(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

/// OpenSSL's program; nil, with a message, where it is not installed.
func openSSL(_ arguments: [String]) async throws -> String? {
    let paths = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"]
    guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
        print("skipped: openssl is not installed")
        return nil
    }
    let ending = try await RunningTool(arguments, program: path).end()
    #expect(ending.status == 0, "\(ending.errors)")
    return ending.output
}

/// The words of a line, understood as a command's.
func keyCommand<Chosen: Command>(_ line: [String], _: Chosen.Type) throws(UsageError) -> Chosen {
    let parsed = try CommandLineParser.parse(line, for: Chosen.description)
    return try Chosen(CommandValues(parsed: parsed, environment: .init([:])))
}
