internal import Netius

/// What is to be delivered when, and where to: no more than identifiers and times, whatever the size of the queue.
///
/// A value without I/O. Whoever carries out its jobs has a slot of a destination: `next` gives one with a job,
/// `next(for:)` another job to who has one, `release` takes it back.
struct RelaySchedule: Sendable {
    /// The recipients of a message that go to the same place.
    struct Job: Sendable, Hashable {
        let identifier: MailIdentifier
        let destination: RelayDestination
    }

    /// How many jobs may be under way.
    struct Limits: Sendable, Hashable {
        /// To other hosts.
        var maximum = 200
        var maximumPerDestination = 20
    }

    private struct Destination {
        var ready = FIFO<MailIdentifier>()
        var active = 0
        /// The jobs that are known, whatever they wait for.
        var jobs = 0
        /// How often in a row it could not be reached.
        var failures = 0
        var hold: Hold?
        /// Whether it is in `turns`.
        var hasTurn = false
    }

    /// That a destination is to be left alone.
    struct Hold: Sendable, Hashable {
        let until: Timestamp
        let reason: String
    }

    private let limits: Limits
    private var destinations: [RelayDestination: Destination] = [:]
    /// The destinations that have something ready, each once, in the order in which they have their turn.
    private var turns = FIFO<RelayDestination>()
    private var later = TimeHeap<Job>()
    /// What is known of each message: the destinations that it is yet to reach.
    private var known: [MailIdentifier: Set<RelayDestination>] = [:]
    /// The jobs under way, but for those of the mailboxes here: hosts that are slow never keep mail from these.
    private(set) var active = 0
    var isPaused = false

    init(limits: Limits) {
        self.limits = limits
    }

    /// The messages that are known.
    var count: Int { known.count }

    func contains(_ identifier: MailIdentifier) -> Bool { known[identifier] != nil }

    // MARK: Jobs

    /// Adds a job, unless it is known. One whose time has come is ready at once.
    mutating func add(_ job: Job, at time: Timestamp?, now: Timestamp) {
        guard known[job.identifier, default: []].insert(job.destination).inserted else { return }
        destinations[job.destination, default: Destination()].jobs += 1
        schedule(job, at: time, now: now)
    }

    private mutating func schedule(_ job: Job, at time: Timestamp?, now: Timestamp) {
        if let time, time > now { later.insert(job, at: time) } else { makeReady(job) }
    }

    private mutating func makeReady(_ job: Job) {
        destinations[job.destination]?.ready.append(job.identifier)
        giveTurn(to: job.destination)
    }

    private mutating func giveTurn(to destination: RelayDestination) {
        guard destination != .local else { return }
        guard var entry = destinations[destination], !entry.hasTurn, !entry.ready.isEmpty else { return }
        entry.hasTurn = true
        destinations[destination] = entry
        turns.append(destination)
    }

    /// The next job, with a slot of its destination; nil where there is none, or no slot is free.
    mutating func next(now: Timestamp) -> Job? {
        promote(now)
        guard !isPaused else { return nil }
        if let job = nextLocal() { return job }
        guard active < limits.maximum else { return nil }
        // Each destination is looked at once: those that may not begin more wait until a slot is given back.
        for _ in 0..<turns.count {
            guard let destination = turns.popFirst(), var entry = destinations[destination] else { continue }
            entry.hasTurn = false
            destinations[destination] = entry
            forgetIfUnused(destination)
            guard entry.active < concurrency(of: entry) else { continue }
            guard let identifier = take(from: destination) else { continue }
            destinations[destination]?.active += 1
            active += 1
            giveTurn(to: destination)
            return Job(identifier: identifier, destination: destination)
        }
        return nil
    }

    private mutating func nextLocal() -> Job? {
        guard let entry = destinations[.local], entry.active < concurrency(of: entry),
            let identifier = take(from: .local)
        else { return nil }
        destinations[.local]?.active += 1
        return Job(identifier: identifier, destination: .local)
    }

    /// Another job of the destination for who has a slot of it.
    mutating func next(for destination: RelayDestination, now: Timestamp) -> Job? {
        promote(now)
        guard !isPaused else { return nil }
        return take(from: destination).map { Job(identifier: $0, destination: destination) }
    }

    /// Takes back a slot.
    mutating func release(_ destination: RelayDestination) {
        guard destinations[destination] != nil else { return }
        destinations[destination]?.active -= 1
        if destination != .local { active -= 1 }
        giveTurn(to: destination)
        forgetIfUnused(destination)
    }

    private mutating func forgetIfUnused(_ destination: RelayDestination) {
        guard let entry = destinations[destination], entry.jobs == 0, entry.active == 0 else { return }
        destinations[destination] = nil
    }

    /// Ends a job: it is done, or to be done again at a time.
    mutating func finish(_ job: Job, again time: Timestamp?, now: Timestamp) {
        guard known[job.identifier]?.contains(job.destination) == true else { return }
        guard let time else {
            known[job.identifier]?.remove(job.destination)
            if known[job.identifier]?.isEmpty == true { known[job.identifier] = nil }
            destinations[job.destination]?.jobs -= 1
            return forgetIfUnused(job.destination)
        }
        schedule(job, at: time, now: now)
    }

    /// The first ready message that was not removed meanwhile.
    private mutating func take(from destination: RelayDestination) -> MailIdentifier? {
        while let identifier = destinations[destination]?.ready.popFirst() {
            if known[identifier]?.contains(destination) == true { return identifier }
        }
        return nil
    }

    /// One at a time asks whether a destination can be reached again.
    private func concurrency(of entry: Destination) -> Int { entry.failures > 0 ? 1 : limits.maximumPerDestination }

    private mutating func promote(_ now: Timestamp) {
        while let job = later.popFirst(dueBy: now) {
            if known[job.identifier]?.contains(job.destination) == true { makeReady(job) }
        }
    }

    // MARK: Destinations

    /// Notes that a destination could not be reached: nobody is to try until `backoff` says.
    mutating func holdBack(
        _ destination: RelayDestination, reason: String, backoff: RelayBackoff, now: Timestamp
    ) {
        guard var entry = destinations[destination] else { return }
        // Those that began together fail together.
        if entry.hold.map({ $0.until <= now }) ?? true { entry.failures += 1 }
        let delay = backoff.delay(afterAttempts: entry.failures)
        entry.hold = Hold(until: now.advanced(by: delay), reason: reason)
        destinations[destination] = entry
    }

    /// Notes that a destination was reached.
    mutating func clearHold(_ destination: RelayDestination) {
        guard destinations[destination]?.failures ?? 0 > 0 else { return }
        destinations[destination]?.failures = 0
        destinations[destination]?.hold = nil
        giveTurn(to: destination)
    }

    /// Whether a destination is to be left alone, and why.
    func hold(of destination: RelayDestination, now: Timestamp) -> Hold? {
        guard let hold = destinations[destination]?.hold, hold.until > now else { return nil }
        return hold
    }

    /// When there will be something ready; nil where nothing waits for a time.
    var nextTime: Timestamp? { later.firstTime }

    // MARK: By hand

    /// Makes everything ready that waits for its time, or a message alone, and lets all destinations be tried.
    mutating func retry(_ identifier: MailIdentifier? = nil) {
        for destination in Array(destinations.keys) { destinations[destination]?.hold = nil }
        for job in later.removeAll(where: { identifier == nil || $0.identifier == identifier }) { makeReady(job) }
    }

    /// Forgets a message. What is under way of it goes on.
    mutating func remove(_ identifier: MailIdentifier) {
        for destination in known.removeValue(forKey: identifier) ?? [] {
            destinations[destination]?.jobs -= 1
            forgetIfUnused(destination)
        }
        _ = later.removeAll { $0.identifier == identifier }
    }
}
