/// How far a download has come, as a line of a terminal shows it.
struct ProgressLine: Sendable, Equatable {
    /// The bytes that were there before.
    var start = 0
    /// The bytes that are there.
    var received: Int
    /// The bytes that there will be; nil where that is not known.
    var total: Int?
    /// Since when it runs.
    var elapsed: Duration

    /// The line, of at most `width` columns; without the bar, and then without the end, where there is little room.
    ///
    ///      45.2% [=========>           ]  12.3 MiB of 27.1 MiB  3.4 MiB/s  0:04 left
    ///     12.3 MiB  3.4 MiB/s  0:04
    func text(width: Int) -> String {
        let rate = AmountText.rate(received - start, in: elapsed)
        guard let total, total > 0 else {
            return String("\(AmountText.bytes(received))  \(rate)  \(AmountText.clock(elapsed))".prefix(max(width, 0)))
        }
        let share = min(max(Double(received) / Double(total), 0), 1)
        // 100 % is for what is complete.
        let percent = received < total ? min(share * 100, 99.9) : 100
        let start = AmountText.trailing(AmountText.decimal(percent, places: 1) + "%", 6)
        let end = "\(AmountText.bytes(received)) of \(AmountText.bytes(total))  \(rate)  \(timeText(total))"
        // The bar's frame and the spaces beside it.
        let room = min(width - start.count - end.count - 5, 40)
        guard room >= 5 else { return String("\(start)  \(end)".prefix(max(width, 0))) }
        return "\(start) [\(Self.bar(share, room))]  \(end)"
    }

    private static func bar(_ share: Double, _ width: Int) -> String {
        let filled = Int(share * Double(width))
        guard filled < width else { return String(repeating: "=", count: width) }
        let done = String(repeating: "=", count: max(filled - 1, 0)) + (filled > 0 ? ">" : "")
        return done + String(repeating: " ", count: width - done.count)
    }

    /// The time left, or, at the end, the time it took.
    private func timeText(_ total: Int) -> String {
        guard received < total else { return AmountText.clock(elapsed) }
        let seconds = elapsed.inSeconds
        guard received > start, seconds > 0 else { return "-:-- left" }
        let left = Double(total - received) / (Double(received - start) / seconds)
        let whole = Int64(min(left.rounded(.up), 1e9))
        return "\(AmountText.clock(.seconds(whole))) left"
    }
}
