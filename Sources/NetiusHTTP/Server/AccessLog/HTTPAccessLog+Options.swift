public import Netius

extension HTTPAccessLog {
    /// Where lines go.
    public enum Destination: Sendable {
        /// The end of a file.
        case file(path: String)
        /// Standard output. To a terminal each line goes at once.
        case standardOutput
        /// Standard error. To a terminal each line goes at once.
        case standardError
        /// A closure that is called with one or more whole lines, on a thread of the log's own, where it may wait.
        case closure(@Sendable (_ lines: [UInt8]) -> Void)
    }

    /// What a line looks like.
    public enum Format: String, Sendable, CaseIterable {
        /// Common Log Format: `127.0.0.1 - frank [20/Nov/2026:23:55:45 +0000] "GET /x HTTP/1.1" 200 2000`.
        ///
        /// What is between quotes has `\xHH` for quotes, backslashes, and all that is not printable ASCII. The time is
        /// UTC. `-` stands for what is not known.
        case common
        /// Combined Log Format: as `common`, then the Referer and User-Agent fields, in quotes.
        case combined
        /// One JSON object (RFC 8259) per line: `time`, `client`, `user`, `method`, `target`, `version`, `status`,
        /// `bytes`, `duration` (in seconds), `referer`, `userAgent`, `id`. What is not known is left out; `request` has
        /// what was received where that was not a request line.
        case json
    }

    /// How lines are kept and written.
    public struct Options: Sendable {
        /// Lines are written when there are so many bytes of them; 32 KiB by default. Each loop has a buffer of its own.
        public var bufferSize = 32 * 1024
        /// How long a line may stay in its buffer; a second by default.
        public var flushInterval: Duration = .seconds(1)
        /// The full buffers that may wait for the disk; 256 by default, 8 MiB. Beyond it lines are lost, and counted.
        public var maximumWaitingBuffers = 256
        /// The octets of a target, a user's name, a request's id, a Referer or a User-Agent that a line has; 8 KiB by
        /// default. `...` stands for the rest.
        public var maximumPartLength = 8 * 1024
        /// How long `flush()`, and so the end of a server, waits for the disk; 5 seconds by default.
        public var patience: Duration = .seconds(5)
        /// The signals that open a file anew; SIGHUP by default. Empty where something else calls `reopen()`.
        public var reopenSignals: [Signal] = [.hangup]

        /// The defaults.
        public init() {}
    }
}

extension HTTPAccessLog.Destination {
    var lines: LineDestination {
        switch self {
        case .file(let path): .file(path: path)
        case .standardOutput: .descriptor(1)
        case .standardError: .descriptor(2)
        case .closure(let body): .closure(body)
        }
    }
}
