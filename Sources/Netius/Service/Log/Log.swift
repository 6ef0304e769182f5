/// What writes log records: a threshold, a sink, and what every record carries.
///
/// A value: `with` makes children that carry more. Code that is handed no log uses `Log.current`.
public struct Log: Sendable {
    /// Records below this level are not made.
    public var level: LogLevel
    /// Where records go.
    public var sink: any LogSink
    /// What every record carries; a record's own values win.
    public var metadata: LogMetadata
    /// The part of the program that tells; empty for the program as a whole.
    public var source: String

    /// Makes a log, by default of `info` and above, as text on standard error.
    public init(
        level: LogLevel = .info, sink: any LogSink = StreamLogSink.standardError, metadata: LogMetadata = [:],
        source: String = ""
    ) {
        self.level = level
        self.sink = sink
        self.metadata = metadata
        self.source = source
    }

    /// A child whose records carry these values too; they win over the parent's.
    public func with(_ metadata: LogMetadata) -> Log {
        var child = self
        child.metadata.merge(metadata)
        return child
    }

    /// A child whose records come from `source`.
    public func with(source: String) -> Log {
        var child = self
        child.source = source
        return child
    }

    /// Whether a record of this level would be made.
    public func isEnabled(_ level: LogLevel) -> Bool { level >= self.level }

    /// Writes a record; below the threshold, neither the message nor the metadata is even computed.
    public func log(
        _ level: LogLevel, _ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]
    ) {
        guard isEnabled(level) else { return }
        sink.write(
            LogRecord(
                level: level, message: message(), metadata: self.metadata.merging(metadata()), source: source))
    }
}
