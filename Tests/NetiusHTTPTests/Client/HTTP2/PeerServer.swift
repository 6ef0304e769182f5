import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// A server of others that runs for as long as a test needs it.
final class PeerServer: @unchecked Sendable {
    // @unchecked: what changes is used by one task at a time.
    private let process = Process()
    let port: UInt16

    /// Starts a program, and waits until it takes connections at a port, which its arguments name.
    init(_ path: String, port: UInt16, _ arguments: [String]) async throws {
        self.port = port
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try await eventually("\(path) listens") {
            guard let connection = try? await Connection.connect(to: .ip(.v4(.loopback), port: port)) else {
                return false
            }
            await connection.close()
            return true
        }
    }

    /// Ends the program, which may have inherited that other signals are blocked.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
    }

    /// A port that nobody listens at, just now.
    static func freePort() async throws -> UInt16 {
        let group = try LoopGroup(count: 1)
        let listener = try await Listener.bind(.ip(.v4(.loopback), port: 0), on: group.loops[0])
        let port = try #require(listener.address.port)
        await listener.close()
        await group.shutdown()
        return port
    }

    /// The path of a program; nil, with a message, where it is not installed.
    static func path(of name: String) -> String? {
        for directory in ["/usr/sbin", "/usr/local/sbin"] {
            let path = "\(directory)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        return ChildProcess(name)?.path
    }
}

/// Runs a program around a test; nothing where it is not installed. Its arguments are made of a directory for it, in which
/// there are `cert.pem` and `key.pem`, and of a port.
func withPeerServer(
    _ name: String, _ arguments: (String, UInt16) throws -> [String], _ test: (PeerServer, String) async throws -> Void
) async throws {
    guard let path = PeerServer.path(of: name) else { return }
    try await withTemporaryDirectory { directory in
        let identity = try TestIdentity.shared.get()
        try identity.write(certificateFile: directory + "/cert.pem", keyFile: directory + "/key.pem")
        let port = try await PeerServer.freePort()
        let server = try await PeerServer(path, port: port, arguments(directory, port))
        defer { server.stop() }
        try await test(server, directory)
    }
}
