internal import Netius

extension MailRelay {
    /// Begins what there is to do and a slot for, and sees to it that this is called again when there is more.
    func pump() {
        while true {
            let now = Timestamp.now
            let step = state.withLock { $0.step(now: now) }
            switch step {
            case .resume(let lane, let job): lane.continuation.resume(returning: job)
            case .begin(let job): begin(job)
            case .wait(let time): return wake(at: time)
            case .idle: return
            }
        }
    }

    private func begin(_ job: RelaySchedule.Job) {
        let loop = loops.next()
        state.withLock { state in
            state.nextLane += 1
            let lane = state.nextLane
            // It ends under the lock, and so after it is noted.
            state.lanes[lane] = Task(executorPreference: loop.taskExecutor) { [self] in
                await run(job, on: loop)
                ended(lane)
            }
        }
    }

    /// One lane: delivers message after message to a destination, as long as there are any.
    private func run(_ first: RelaySchedule.Job, on loop: EventLoop) async {
        let deliverer = transport.makeDeliverer(to: first.destination, on: loop)
        var next: RelaySchedule.Job? = first
        while let job = next {
            await perform(job, deliverer)
            next = await another(for: first.destination)
        }
        await deliverer.close()
        state.withLock { $0.schedule.release(first.destination) }
        pump()
    }

    /// Another job for who has a slot of the destination; after a while without one, nil.
    private func another(for destination: RelayDestination) async -> RelaySchedule.Job? {
        let now = Timestamp.now
        let (job, waits) = state.withLock { $0.another(for: destination, now: now) }
        guard job == nil, waits, configuration.connectionIdleTime > .zero else { return job }
        let until = now.advanced(by: configuration.connectionIdleTime)
        return await withCheckedContinuation { continuation in
            // Looked at again: what came meanwhile found nobody waiting.
            let (job, waits): (RelaySchedule.Job?, Bool) = state.withLock { state in
                let (job, waits) = state.another(for: destination, now: now)
                if job == nil, waits {
                    state.parked[destination, default: []].append(ParkedLane(until: until, continuation: continuation))
                }
                return (job, waits)
            }
            if job == nil, waits { wake(at: until) } else { continuation.resume(returning: job) }
        }
    }

    /// Has `pump` called at a time, unless it is called before.
    private func wake(at time: Timestamp) {
        state.withLock { known in
            guard !known.isShuttingDown, known.timer.map({ $0.time > time }) ?? true else { return }
            known.timer?.task.cancel()
            let loop = loops.loops[0]
            let task = Task(executorPreference: loop.taskExecutor) { [self] in
                // Not less than a little, so that clocks that differ do not make it spin.
                try await loop.sleep(for: max(time.since(.now), .milliseconds(1)))
                state.withLock { if $0.timer?.time == time { $0.timer = nil } }
                pump()
            }
            known.timer = (time, task)
        }
    }

    // MARK: Ending

    private func ended(_ lane: Int) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.lanes[lane] = nil
            state.begun -= 1
            guard state.begun == 0 else { return [] }
            defer { state.whenIdle = [] }
            return state.whenIdle
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Begins nothing more, and lets what is under way end: for as long as `patience`, then it is cancelled. What was not
    /// delivered is in the queue.
    func end(patience: Duration) async {
        let parked = state.withLock { state in
            state.isShuttingDown = true
            state.timer?.task.cancel()
            state.timer = nil
            defer { state.parked = [:] }
            return state.parked.values.flatMap { $0 }
        }
        for lane in parked { lane.continuation.resume(returning: nil) }
        let loop = loops.loops[0]
        let deadline = Task(executorPreference: loop.taskExecutor) { [self] in
            try await loop.sleep(for: patience)
            for task in state.withLock({ Array($0.lanes.values) }) { task.cancel() }
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.begun == 0 { return true }
                state.whenIdle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
        deadline.cancel()
    }
}

extension RelayState {
    enum Step {
        case resume(ParkedLane, RelaySchedule.Job?)
        case begin(RelaySchedule.Job)
        case wait(Timestamp)
        case idle
    }

    /// The next thing to do.
    mutating func step(now: Timestamp) -> Step {
        guard !isShuttingDown else { return .idle }
        for destination in parked.keys {
            guard let lane = parked[destination]?.last else { continue }
            if let job = schedule.next(for: destination, now: now) {
                unparkLast(destination)
                return .resume(lane, job)
            }
            // The first has waited for longest.
            if let first = parked[destination]?.first, first.until <= now {
                parked[destination]?.removeFirst()
                if parked[destination]?.isEmpty == true { parked[destination] = nil }
                return .resume(first, nil)
            }
        }
        if let job = schedule.next(now: now) {
            begun += 1
            return .begin(job)
        }
        var next = schedule.isPaused ? nil : schedule.nextTime
        for lanes in parked.values {
            if let until = lanes.first?.until { next = min(next ?? until, until) }
        }
        return next.map { .wait($0) } ?? .idle
    }

    /// Another job for who has a slot of the destination, and whether to wait for one where there is none.
    mutating func another(for destination: RelayDestination, now: Timestamp) -> (RelaySchedule.Job?, waits: Bool) {
        guard !isShuttingDown else { return (nil, false) }
        return (schedule.next(for: destination, now: now), true)
    }

    private mutating func unparkLast(_ destination: RelayDestination) {
        _ = parked[destination]?.popLast()
        if parked[destination]?.isEmpty == true { parked[destination] = nil }
    }
}
