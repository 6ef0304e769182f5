extension Log {
    /// The log of the current task: `info` and above, as text on standard error, unless `withLog` set another.
    ///
    /// Child tasks inherit it, and so do tasks made by `Task {}`; detached tasks don't.
    @TaskLocal public static var current = Log()

    /// Runs the operation with these values added to `Log.current`.
    public static func withMetadata<Result>(
        _ metadata: LogMetadata, operation: () throws -> Result
    ) rethrows -> Result {
        try $current.withValue(current.with(metadata), operation: operation)
    }

    /// Runs the operation, in the caller's isolation, with these values added to `Log.current`.
    public nonisolated(nonsending) static func withMetadata<Result>(
        _ metadata: LogMetadata, operation: nonisolated(nonsending) () async throws -> Result
    ) async rethrows -> Result {
        try await $current.withValue(current.with(metadata), operation: operation)
    }
}

/// Runs the operation with `log` as `Log.current`.
public func withLog<Result>(_ log: Log, operation: () throws -> Result) rethrows -> Result {
    try Log.$current.withValue(log, operation: operation)
}

/// Runs the operation, in the caller's isolation, with `log` as `Log.current`.
public nonisolated(nonsending) func withLog<Result>(
    _ log: Log, operation: nonisolated(nonsending) () async throws -> Result
) async rethrows -> Result {
    try await Log.$current.withValue(log, operation: operation)
}
