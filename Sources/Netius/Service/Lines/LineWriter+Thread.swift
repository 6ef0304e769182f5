internal import CNetius

extension LineWriter {
    /// What the thread found to do.
    private struct Turn {
        var lanes: [WeakLane] = []
        var requests: [Request] = []
        var isLast = false
    }

    /// The body of the writer's thread.
    func run() {
        netius_block_sigpipe()
        while true {
            let turn = waitForWork()
            // Behind what these lanes have handed over before. Not under the lock: a lane takes its own first.
            for entry in turn.lanes { entry.lane?.handOver() }
            for batch in takeQueue() { write(batch) }
            reportLosses(isLast: turn.isLast || !turn.requests.isEmpty)
            for request in turn.requests { fulfill(request) }
            if turn.isLast, end() { return }
        }
    }

    private func waitForWork() -> Turn {
        lock.lock()
        defer { lock.unlock() }
        while true {
            let now = MonotonicTime.now
            let times = [state.collectionTime, state.losses.reportTime].compactMap(\.self)
            let isDue = times.contains { $0 <= now }
            guard state.hasWork || isDue else {
                _ = lock.wait(milliseconds: Self.milliseconds(from: now, to: times.min()))
                continue
            }
            var turn = Turn(isLast: state.isClosing)
            swap(&turn.requests, &state.requests)
            let collects = state.collectionTime.map { $0 <= now } ?? false
            if collects || turn.isLast || !turn.requests.isEmpty {
                state.collectionTime = nil
                turn.lanes = state.lanes
            }
            return turn
        }
    }

    /// Rounded up; an hour where there is no end.
    private static func milliseconds(from now: MonotonicTime, to time: MonotonicTime?) -> Int64 {
        guard let time else { return 3_600_000 }
        return Int64(clamping: time.since(now).clampedNanoseconds / 1_000_000 + 1)
    }

    private func takeQueue() -> [Batch] {
        withState { state in
            let batches = state.queue
            state.queue = []
            return batches
        }
    }

    private func write(_ batch: Batch) {
        var failure: SystemError?
        do throws(SystemError) {
            try output.write(batch.buffer)
        } catch {
            failure = error
        }
        batch.buffer.removeAll()
        withState { state in
            if let failure { state.losses.add(batch.lines, because: failure) }
            state.waiting -= 1
            if state.spares.count < Self.maximumSpares { state.spares.append(batch.buffer) }
        }
    }

    private func fulfill(_ request: Request) {
        switch request {
        case .flush(let waiter): waiter.resume()
        case .reopen(let completion):
            completion(Result { () throws(SystemError) in try output.reopen() })
        }
    }

    private func reportLosses(isLast: Bool) {
        let report = withState { $0.losses.takeReport(at: .now, isLast: isLast) }
        guard let (log, metadata) = report else { return }
        log.error("lines could not be written", metadata: metadata)
    }

    /// Whether nothing is left to do.
    private func end() -> Bool {
        withState { state in
            guard state.queue.isEmpty, state.requests.isEmpty else { return false }
            state.hasEnded = true
            state.spares = []
            return true
        }
    }
}
