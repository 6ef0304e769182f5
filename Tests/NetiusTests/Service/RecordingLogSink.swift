import Netius

/// Keeps the records it is given.
final class RecordingLogSink: LogSink {
    private let storage = Guarded<[LogRecord]>([])

    var records: [LogRecord] { storage.withLock { $0 } }

    func write(_ record: LogRecord) {
        storage.withLock { $0.append(record) }
    }
}
