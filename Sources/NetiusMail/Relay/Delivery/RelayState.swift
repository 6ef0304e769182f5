internal import Netius

/// What a relay knows, under its lock.
struct RelayState: Sendable {
    var schedule: RelaySchedule
    var messages: ActiveMessages
    var untold = UntoldReports()
    var unreadable = UnreadableMessages()
    /// Deliverers that wait for more mail for their destination, the last one first.
    var parked: [RelayDestination: [ParkedLane]] = [:]
    /// What is under way, to be cancelled at the end.
    var lanes: [Int: Task<Void, Never>] = [:]
    var nextLane = 0
    /// The lanes that are to begin, or under way.
    var begun = 0
    var timer: (time: Timestamp, task: Task<Void, any Error>)?
    var isShuttingDown = false
    var whenIdle: [CheckedContinuation<Void, Never>] = []

    init(limits: RelaySchedule.Limits, maximumMemory: Int) {
        schedule = RelaySchedule(limits: limits)
        messages = ActiveMessages(maximumWeight: maximumMemory)
    }
}

/// A deliverer that waits, until a time, for another job.
struct ParkedLane: Sendable {
    let until: Timestamp
    let continuation: CheckedContinuation<RelaySchedule.Job?, Never>
}
