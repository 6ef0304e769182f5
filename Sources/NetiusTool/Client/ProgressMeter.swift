import Netius

/// Shows how far a download has come, on one line of standard error: at most ten times a second.
struct ProgressMeter {
    private static let interval: Duration = .milliseconds(100)

    private var line: ProgressLine
    private let began: MonotonicTime
    private var shown: MonotonicTime
    private let width: Int
    private let write: (String) -> Void

    /// Begins, with nothing shown before the first bytes come.
    ///
    /// - Parameters:
    ///   - start: The bytes that are there already.
    ///   - total: The bytes that there will be, where that is known.
    ///   - width: The columns of the terminal.
    ///   - now: The time.
    ///   - write: Takes what is to be shown.
    init(
        start: Int, total: Int?, width: Int = terminalWidth(), now: MonotonicTime = .now,
        write: @escaping (String) -> Void = writeToStandardError
    ) {
        line = ProgressLine(start: start, received: start, total: total, elapsed: .zero)
        began = now
        shown = now
        self.width = width
        self.write = write
    }

    /// More bytes have come.
    mutating func add(_ count: Int, now: MonotonicTime = .now) {
        line.received += count
        guard now.since(shown) >= Self.interval else { return }
        shown = now
        show(now)
    }

    /// Shows the last state, and leaves the line.
    mutating func end(now: MonotonicTime = .now) {
        show(now)
        write("\n")
    }

    private mutating func show(_ now: MonotonicTime) {
        line.elapsed = now.since(began)
        // Of a shorter line the rest is cleared.
        write("\r\(line.text(width: width - 1))\u{1B}[K")
    }
}
