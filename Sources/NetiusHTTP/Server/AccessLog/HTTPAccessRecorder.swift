internal import Netius

/// What the connections of one loop record their requests with. Used on the loop's thread alone.
final class HTTPAccessRecorder {
    private let formatter: HTTPAccessFormatter
    private let lane: LineLane
    private var clock: HTTPAccessClock

    init(_ formatter: HTTPAccessFormatter, lane: LineLane) {
        self.formatter = formatter
        self.lane = lane
        clock = HTTPAccessClock(format: formatter.format)
    }

    /// Adds a line. It neither waits nor, once buffers have their size, allocates.
    func record(_ record: HTTPAccessRecord) {
        clock.advance(to: record.ended)
        lane.append { formatter.append(record, clock, to: $0) }
    }
}
