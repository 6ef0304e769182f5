/// One thing that happened, as a sink receives it.
public struct LogRecord: Sendable, Equatable {
    /// How much it matters.
    public var level: LogLevel
    /// What happened, in words of the program's own: what a peer sent belongs in `metadata`.
    public var message: String
    /// The values that belong to it, such as `peer`.
    public var metadata: LogMetadata
    /// When it happened.
    public var timestamp: Timestamp
    /// The part of the program that tells; empty for the program as a whole.
    public var source: String

    /// Makes a record, by default of this moment.
    public init(
        level: LogLevel, message: String, metadata: LogMetadata = [:], timestamp: Timestamp = .now, source: String = ""
    ) {
        self.level = level
        self.message = message
        self.metadata = metadata
        self.timestamp = timestamp
        self.source = source
    }
}
