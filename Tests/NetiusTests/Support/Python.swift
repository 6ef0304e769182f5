import Foundation

/// The system's Python, whose opinion a test asks.
enum Python {
    struct Failure: Error {
        let errors: String
    }

    /// Whether there is one.
    static var isInstalled: Bool { path != nil }

    private static var path: String? {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return directories.map { "\($0)/python3" }.first(where: FileManager.default.isExecutableFile)
    }

    /// Runs a script over the lines of its input, and returns the lines of its output; nil, with a message, where there
    /// is no Python.
    static func lines(_ script: String, input: [String]) async throws -> [String]? {
        guard let path else {
            print("skipped: python3 is not installed")
            return nil
        }
        return try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: what follows blocks.
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(path, script, input: input) })
            }
        }
    }

    private static func run(_ path: String, _ script: String, input: [String]) throws -> [String] {
        // Files, unlike pipes, are never full.
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = ["in", "out", "err"].map { directory.appendingPathComponent($0) }
        try Data(input.map { $0 + "\n" }.joined().utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", script]
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        if ended.wait(timeout: .now() + 120) == .timedOut {
            process.terminate()
            ended.wait()
        }
        guard process.terminationStatus == 0 else {
            throw Failure(errors: try String(contentsOf: files[2], encoding: .utf8))
        }
        let output = try String(contentsOf: files[1], encoding: .utf8)
        return output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
