internal import Netius

/// The time as lines of an access log have it, in text that is made once a second.
struct HTTPAccessClock {
    private let format: HTTPAccessLog.Format
    /// As in `20/Nov/2026:23:55:45 +0000`, or, for JSON, `2026-11-20T23:55:45.`, which milliseconds are to follow.
    private(set) var text: [UInt8] = []
    /// When the second began.
    private var beginning = MonotonicTime(nanoseconds: 0)
    private var end = MonotonicTime(nanoseconds: 0)

    init(format: HTTPAccessLog.Format) {
        self.format = format
    }

    /// Makes the text that of `now`, which is the present or was within the same turn of a loop.
    mutating func advance(to now: MonotonicTime) {
        guard now >= end else { return }
        let present = MonotonicTime.now
        set(to: .now, at: max(present, now))
    }

    /// Makes the text that of `time`, at which the monotonic clock shows `present`.
    mutating func set(to time: Timestamp, at present: MonotonicTime) {
        let elapsed = UInt64(time.nanoseconds)
        beginning = MonotonicTime(nanoseconds: present.nanoseconds - min(elapsed, present.nanoseconds))
        end = beginning + .seconds(1)
        text.removeAll(keepingCapacity: true)
        let civil = CivilTime(secondsSince1970: time.seconds)
        switch format {
        case .common, .combined: appendCommon(civil)
        case .json: appendRFC3339(civil)
        }
    }

    /// How far into the second `now` is, 0 to 999.
    func milliseconds(at now: MonotonicTime) -> Int {
        Int(min(now.since(beginning).clampedNanoseconds / 1_000_000, 999))
    }

    private mutating func appendCommon(_ civil: CivilTime) {
        append(civil.day, digits: 2)
        text.append(UInt8(ascii: "/"))
        text.append(contentsOf: Self.months[civil.month - 1].utf8)
        text.append(UInt8(ascii: "/"))
        append(civil.year, digits: 4)
        text.append(UInt8(ascii: ":"))
        appendTimeOfDay(civil)
        text.append(contentsOf: " +0000".utf8)
    }

    private mutating func appendRFC3339(_ civil: CivilTime) {
        append(civil.year, digits: 4)
        text.append(UInt8(ascii: "-"))
        append(civil.month, digits: 2)
        text.append(UInt8(ascii: "-"))
        append(civil.day, digits: 2)
        text.append(UInt8(ascii: "T"))
        appendTimeOfDay(civil)
        text.append(UInt8(ascii: "."))
    }

    private mutating func appendTimeOfDay(_ civil: CivilTime) {
        append(civil.hour, digits: 2)
        text.append(UInt8(ascii: ":"))
        append(civil.minute, digits: 2)
        text.append(UInt8(ascii: ":"))
        append(civil.second, digits: 2)
    }

    /// Appends a number that is not negative, in at least so many digits.
    private mutating func append(_ number: Int, digits: Int) {
        let text = String(number)
        self.text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, digits - text.utf8.count)))
        self.text.append(contentsOf: text.utf8)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
