internal import Netius

/// Tells of deliveries, as lines of JSON in a file and to a webhook. Nothing waits for it: what cannot be told in time is
/// lost, counted and logged.
public final class RelayEvents: Sendable {
    /// Where lines go.
    public enum Destination: Sendable, Hashable {
        /// The end of a file, which is made where there is none.
        case file(path: String)
        case standardOutput
    }

    private let writer: LineWriter?
    private let lane: LineLane?
    private let webhook: RelayWebhook?
    /// Whether what was said is told, without what is secret (`SMTP_CAPTURE_TRANSCRIPT`).
    public let capturesTranscripts: Bool

    /// Tells of deliveries.
    ///
    /// - Parameters:
    ///   - destination: Where lines go; nowhere by default.
    ///   - webhook: Who is told over HTTP; nobody by default.
    ///   - capturesTranscripts: Whether what was said is told; false by default.
    /// - Throws: `SystemError`.
    public init(
        to destination: Destination? = nil, webhook: RelayWebhook? = nil, capturesTranscripts: Bool = false
    ) throws {
        self.capturesTranscripts = capturesTranscripts
        self.webhook = webhook
        writer = try destination.map { destination in
            let lines: LineDestination =
                switch destination {
                case .file(let path): .file(path: path)
                case .standardOutput: .descriptor(1)
                }
            return try LineWriter(
                to: lines, bufferSize: 64 << 10, maximumWaiting: 64, interval: .milliseconds(200), log: Log.current)
        }
        lane = writer?.makeLane()
    }

    deinit {
        writer?.close()
    }

    func record(_ event: RelayEvent) {
        let line = event.json
        lane?.append { buffer in
            buffer.append(text: line)
            buffer.append("\n")
        }
        webhook?.send(line)
    }

    /// Waits until what was told is written, or for five seconds.
    func flush() async {
        await writer?.flush(patience: .seconds(5))
        await webhook?.flush(patience: .seconds(5))
    }
}
