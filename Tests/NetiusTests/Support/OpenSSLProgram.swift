import Foundation

/// The `openssl` program, whose opinion a test asks.
enum OpenSSLProgram {
    struct Failure: Error {
        let errors: String
    }

    /// Runs it, and returns what it prints; nil, with a message, where there is no such program.
    static func run(_ arguments: String...) async throws -> String? {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard let path = directories.map({ "\($0)/openssl" }).first(where: FileManager.default.isExecutableFile) else {
            print("skipped: openssl is not installed")
            return nil
        }
        return try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: what follows blocks.
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(path, arguments) })
            }
        }
    }

    private static func run(_ path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        // What it says fits a pipe.
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let error = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(errors: String(decoding: error, as: UTF8.self)) }
        return String(decoding: text, as: UTF8.self)
    }
}
