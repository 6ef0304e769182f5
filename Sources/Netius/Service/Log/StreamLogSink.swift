#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes each record as one line, with a single write(2), to a file descriptor.
///
/// Lines of several threads never mix. A record that the descriptor doesn't take (a non-blocking pipe that is full, a
/// reader that left) is dropped and counted: logging must not stop the service. A descriptor in blocking mode is waited
/// for by the system, as ever.
public final class StreamLogSink: LogSink {
    private struct State {
        var droppedRecords = 0
        /// Whether the stream ends in the middle of a line, whose rest was dropped.
        var isLineCut = false
    }

    private let format: LogFormat
    /// Writes some of the bytes, and returns how many, or the negated `errno`.
    private let system: @Sendable (Span<UInt8>) -> Int
    private let state = Guarded(State())

    /// The sink of `Log.current` unless another is chosen: text, to standard error.
    public static let standardError = StreamLogSink()
    private static let standardErrorAsJSON = StreamLogSink(format: .json)

    /// The sink to standard error in a format.
    package static func standardError(_ format: LogFormat) -> StreamLogSink {
        switch format {
        case .text: standardError
        case .json: standardErrorAsJSON
        }
    }

    /// Makes a sink of a descriptor, by default standard error (2), which stays the caller's to close, after the last use of the sink.
    public convenience init(descriptor: Int32 = 2, format: LogFormat = .text) {
        self.init(format: format) { bytes in
            unsafe bytes.withUnsafeBytes { bytes in
                // Safe: the system reads the bytes of the span, during the call only.
                let written = unsafe systemWrite(descriptor, bytes)
                return written < 0 ? Int(-errno) : written
            }
        }
    }

    package init(format: LogFormat, system: @escaping @Sendable (Span<UInt8>) -> Int) {
        self.format = format
        self.system = system
    }

    /// How many records were dropped, in whole or in part, because the descriptor didn't take them.
    public var droppedRecords: Int { state.withLock { $0.droppedRecords } }

    /// Writes the record's line, or drops it.
    public func write(_ record: LogRecord) {
        let line = format.line(for: record)
        state.withLock { state in
            // After a cut line, an empty one: so that only the cut line is lost, and not this one with it.
            let bytes = state.isLineCut ? [UInt8(ascii: "\n")] + line : line
            let written = write(bytes)
            if written < bytes.count { state.droppedRecords += 1 }
            if written > 0 { state.isLineCut = written < bytes.count }
        }
    }

    /// Returns how many bytes the system took before it refused.
    private func write(_ bytes: [UInt8]) -> Int {
        var count = 0
        while count < bytes.count {
            let written = system(bytes.span.extracting(count...))
            if written > 0 {
                count += written
            } else if written != -Int(EINTR) {
                break
            }
        }
        return count
    }
}

/// write(2), under a name that a method called `write` doesn't hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe write(descriptor, bytes.baseAddress, bytes.count)
}
