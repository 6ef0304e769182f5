/// How the client commands write amounts, for people.
enum AmountText {
    /// `512 B`, `1.5 KiB`, `27.1 MiB`.
    static func bytes(_ count: Int) -> String {
        guard count >= 1024 else { return "\(max(count, 0)) B" }
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (value, index) = (Double(count) / 1024, 0)
        // What would be rounded to 1024.0 is one of the next unit.
        while value >= 1023.95, index < units.count - 1 {
            value /= 1024
            index += 1
        }
        return "\(decimal(value, places: 1)) \(units[index])"
    }

    /// Bytes in a second.
    static func rate(_ count: Int, in time: Duration) -> String {
        let seconds = max(time.inSeconds, 0.000_001)
        return "\(bytes(Int(min(Double(max(count, 0)) / seconds, 1e18))))/s"
    }

    /// `0:07`, `12:34`, `1:02:03`; parts of a second are left out.
    static func clock(_ time: Duration) -> String {
        let total = max(time.components.seconds, 0)
        let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60)
        let end = seconds < 10 ? "0\(seconds)" : "\(seconds)"
        guard hours > 0 else { return "\(minutes):\(end)" }
        return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(end)"
    }

    /// `0.3 ms`, `1234.5 ms`.
    static func milliseconds(_ time: Duration) -> String {
        "\(decimal(time.inSeconds * 1000, places: 1)) ms"
    }

    /// `1.234 s`.
    static func seconds(_ time: Duration) -> String {
        "\(decimal(time.inSeconds, places: 3)) s"
    }

    /// The text at the end of so many columns.
    static func trailing(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }

    /// A number that is not negative, rounded.
    static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64(min((max(value, 0) * scale).rounded(), 9e18))
        let fraction = "\(scaled % Int64(scale))"
        return "\(scaled / Int64(scale))." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}

extension Duration {
    /// The time in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
