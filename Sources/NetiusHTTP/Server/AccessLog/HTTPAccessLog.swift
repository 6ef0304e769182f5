internal import Netius

/// A log with one line for each request that a server has answered or refused.
///
/// ```swift
/// var configuration = HTTPServer.Configuration()
/// configuration.accessLog = try HTTPAccessLog(to: .file(path: "/var/log/hive/access.log"))
/// ```
///
/// Lines gather in memory and are written by a thread of the log's own, so that no request waits for a disk: see
/// `Options` for how much and how long. Whatever a client sends, its request is one line.
public final class HTTPAccessLog: Sendable {
    /// What a line looks like.
    public let format: Format
    /// How lines are kept and written.
    public let options: Options

    private let writer: LineWriter
    private let observation: Int?

    /// Opens the log.
    ///
    /// - Parameters:
    ///   - destination: Where the lines go. A file is appended to; one that does not exist is made with mode 640.
    ///   - format: What a line looks like; Combined Log Format by default.
    ///   - options: How lines are kept and written.
    /// - Throws: `SystemError`.
    public init(to destination: Destination, format: Format = .combined, options: Options = Options()) throws {
        self.format = format
        self.options = options
        let writer = try LineWriter(
            to: destination.lines, bufferSize: options.bufferSize, maximumWaiting: options.maximumWaitingBuffers,
            interval: options.flushInterval, log: Log.current)
        self.writer = writer
        guard case .file = destination, !options.reopenSignals.isEmpty else {
            observation = nil
            return
        }
        observation = try ReloadSignals.observe(options.reopenSignals) { signal in
            writer.reopen { result in
                guard case .failure(let error) = result else { return }
                writer.log.error(
                    "the access log could not be opened anew: \(error)", metadata: ["signal": "\(signal)"])
            }
        }
    }

    deinit {
        if let observation { ReloadSignals.stopObserving(observation) }
        writer.close()
    }

    /// Opens the file anew, under its name, for when it was renamed; what was recorded before is in the old one. With
    /// any other destination it does nothing.
    ///
    /// - Throws: `SystemError`, and the old file stays in use.
    public func reopen() async throws {
        try await writer.reopen()
    }

    /// Waits until everything that was recorded before has been written, at most for `Options.patience`. A server does
    /// so when it ends.
    public func flush() async {
        await writer.flush(patience: options.patience)
    }

    /// How many lines were lost, because the disk did not keep up or was full. The server's log has them too.
    public var lostLines: Int { writer.lostLines }

    /// What one loop's connections record with. What is lost is reported to `log`.
    func makeRecorder(log: Log) -> HTTPAccessRecorder {
        writer.report(to: log)
        return HTTPAccessRecorder(
            HTTPAccessFormatter(format: format, maximumPartLength: options.maximumPartLength), lane: writer.makeLane())
    }
}
