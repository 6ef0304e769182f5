import Netius

/// How it went with one URL.
struct FetchResult: Sendable {
    /// The status; nil where there was no response, or a broken one.
    let status: Int?
    /// The bytes of content that came.
    let bytes: Int
    let time: Duration
    /// The URL and where it went, or what was wrong.
    let text: String

    var isFailure: Bool { status.map { $0 >= 400 } ?? true }

    /// A line: status, bytes, time, URL.
    var line: String {
        let status = status.map { "\($0)" } ?? "---"
        let bytes = AmountText.trailing("\(bytes)", 12)
        return "\(status) \(bytes) \(AmountText.trailing(AmountText.milliseconds(time), 12))  \(text.onOneLine)\n"
    }
}

/// How it went with all of them.
final class FetchTally: Sendable {
    private let began: MonotonicTime
    private let state = Guarded((count: 0, failed: 0, bytes: 0))

    init(now: MonotonicTime = .now) {
        began = now
    }

    func add(_ result: FetchResult) {
        state.withLock { state in
            state.count += 1
            state.failed += result.isFailure ? 1 : 0
            state.bytes += result.bytes
        }
    }

    var hasFailures: Bool { state.withLock { $0.failed > 0 } }

    /// `12 requests, 1 failed, 3.4 MiB in 0.512 s, 6.7 MiB/s, 23.4 requests/s`.
    var summary: String { summary(after: MonotonicTime.now.since(began)) }

    func summary(after time: Duration) -> String {
        let state = state.withLock { $0 }
        let perSecond = Double(state.count) / max(time.inSeconds, 0.000_001)
        return "\(state.count) \(state.count == 1 ? "request" : "requests"), \(state.failed) failed, "
            + "\(AmountText.bytes(state.bytes)) in \(AmountText.seconds(time)), "
            + "\(AmountText.rate(state.bytes, in: time)), \(AmountText.decimal(perSecond, places: 1)) requests/s\n"
    }
}
