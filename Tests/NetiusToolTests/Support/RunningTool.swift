import Foundation
import Netius
import Testing

/// The built program, running.
final class RunningTool: Sendable {
    struct Ending: Equatable {
        var status: Int32
        /// Whether it was a signal, of that number, that ended it.
        var isSignal: Bool
        var output: String
        var errors: String
    }

    private struct State {
        var output = Data()
        var errors = Data()
        var isOver = false
    }

    private let process = Process()
    private let state = Guarded(State())

    /// The program that was built with these tests, beside which it lies.
    static var path: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("netius").path
    }

    /// Starts it with these variables and no others; or, where a program is given, that one.
    init(
        _ arguments: [String], _ variables: [String: String] = [:], input: String? = nil, program: String = path
    ) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = variables
        let inputPipe = input.map { _ in Pipe() }
        if let inputPipe { process.standardInput = inputPipe } else { process.standardInput = FileHandle.nullDevice }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        if let inputPipe, let input {
            // As much as a pipe takes without a reader.
            inputPipe.fileHandleForWriting.write(Data(input.utf8.prefix(4096)))
            try inputPipe.fileHandleForWriting.close()
        }
        for (pipe, path) in [(output, \State.output), (errors, \State.errors)]
            as [(Pipe, WritableKeyPath<State, Data> & Sendable)]
        {
            let handle = pipe.fileHandleForReading
            // Blocking reads, on threads of their own; they end with the program.
            Thread.detachNewThread { [self] in
                while case let data = handle.availableData, !data.isEmpty {
                    state.withLock { $0[keyPath: path].append(data) }
                }
            }
        }
        Thread.detachNewThread { [self] in
            process.waitUntilExit()
            state.withLock { $0.isOver = true }
        }
    }

    var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var outputBytes: [UInt8] { state.withLock { Array($0.output) } }
    var errors: String { state.withLock { String(decoding: $0.errors, as: UTF8.self) } }
    var identifier: Int32 { process.processIdentifier }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end.
    func end() async throws -> Ending {
        try await eventually("the program ends") { state.withLock { $0.isOver } }
        let isSignal = process.terminationReason == .uncaughtSignal
        // What it wrote last may still be in the pipes.
        var counts = [-1, -1]
        try await eventually("what it wrote has come") {
            let before = counts
            counts = state.withLock { [$0.output.count, $0.errors.count] }
            try await Task.sleep(for: .milliseconds(5))
            return before == counts
        }
        return Ending(status: process.terminationStatus, isSignal: isSignal, output: output, errors: errors)
    }

    /// Where it serves, once its log says so.
    func address() async throws -> SocketAddress {
        var address: SocketAddress?
        try await eventually("the program serves: \(errors)") {
            guard let start = errors.range(of: "address=") else { return state.withLock { $0.isOver } }
            let text = errors[start.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" }
            address = errors[start.upperBound...].contains("\n") ? SocketAddress(String(text)) : nil
            return address != nil
        }
        return try #require(address, "\(errors)")
    }

    /// Sends it a request and reads what it answers until it closes.
    func respond(_ request: String) async throws -> String {
        String(decoding: try await exchange(Array(request.utf8), with: address()), as: UTF8.self)
    }

    /// Asks it to end, and waits until it has.
    func stop() async throws {
        signal(SIGTERM)
        #expect(try await end().status == 0)
    }
}

/// Runs the program while a test needs it.
func withTool(
    _ arguments: [String], _ variables: [String: String] = [:], _ test: (RunningTool) async throws -> Void
) async throws {
    let tool = try RunningTool(arguments, variables)
    do {
        try await test(tool)
        try await tool.stop()
    } catch {
        tool.signal(SIGKILL)
        throw error
    }
}

/// Sends bytes on a connection of their own and reads until its end.
func exchange(_ request: [UInt8], with address: SocketAddress) async throws -> [UInt8] {
    let connection = try await Connection.connect(to: address)
    await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
    async let sent: Void = connection.write(request)
    var answer: [UInt8] = []
    while let bytes = try await connection.read() { answer += bytes }
    try await sent
    await connection.close()
    return answer
}

/// Waits until a condition holds, at most half a minute.
func eventually(
    _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("it did not come to pass: \(what())", sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
