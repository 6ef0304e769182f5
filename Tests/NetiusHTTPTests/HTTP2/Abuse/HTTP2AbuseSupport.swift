import Foundation
import Testing

@testable import NetiusHTTP

/// Runs an attack on a server that serves somebody else too, and expects that the attacker's connection ends with
/// ENHANCE_YOUR_CALM, that it and the log name the limit, that the others go on, that no handler is left behind, and that
/// the attack has not cost memory.
func expectCalm(
    _ reason: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    _ attack: (RawHTTP2Client) async throws -> Void
) async throws {
    try await withHTTP2Server(configure) { server in
        let bystander = try await server.connect()
        try await bystander.expectLife(sourceLocation: sourceLocation)
        let attacker = try await server.connect(opensWindows: false)
        let before = residentBytes()
        try await attack(attacker)
        try await attacker.readToEnd()
        #expect(
            attacker.goAways.last?.code == RawErrorCode.enhanceYourCalm.rawValue, "GOAWAY: \(attacker.goAways)",
            sourceLocation: sourceLocation)
        #expect(attacker.goAways.last?.debug.contains(reason) == true, sourceLocation: sourceLocation)
        try await server.waitForLog(reason, sourceLocation: sourceLocation)
        await attacker.close()
        try await server.server.waitForConnections(1)
        try await bystander.expectLife(sourceLocation: sourceLocation)
        await bystander.close()
        expectFlat(since: before, sourceLocation: sourceLocation)
    }
}

/// Expects that this process, the server's too, has not grown by what an attack would cost that is let happen.
func expectFlat(since before: Int?, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let before, let after = residentBytes() else { return }
    #expect(after - before < 48 << 20, "\((after - before) >> 20) MiB more", sourceLocation: sourceLocation)
}

/// The memory that this process has; nil where the system does not tell.
func residentBytes() -> Int? {
    let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
}
