import Netius

/// A command of the tool: its fields are its options, read and checked.
protocol Command: Sendable {
    /// What it accepts.
    static var description: CommandDescription { get }

    /// Reads the options.
    init(_ values: CommandValues) throws(UsageError)

    /// What becomes `Log.current` while it runs.
    var log: Log { get }

    /// Does the work, until it is done or fails.
    func run() async throws
}
