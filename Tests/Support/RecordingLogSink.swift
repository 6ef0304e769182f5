package import Netius

/// Keeps the records it is given.
package final class RecordingLogSink: LogSink {
    private let storage = Guarded<[LogRecord]>([])

    package init() {}

    package var records: [LogRecord] { storage.withLock { $0 } }

    package func records(_ level: LogLevel) -> [LogRecord] { records.filter { $0.level == level } }

    package func write(_ record: LogRecord) {
        storage.withLock { $0.append(record) }
    }
}
