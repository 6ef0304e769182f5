/// Where log records go. Implement it to send them elsewhere than to a stream.
public protocol LogSink: Sendable {
    /// Takes a record. Called on any thread, on event loops above all: it must not wait.
    func write(_ record: LogRecord)
}
