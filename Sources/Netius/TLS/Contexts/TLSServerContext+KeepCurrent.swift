extension TLSServerContext {
    /// Reloads whenever one of the files changes, or the process gets SIGHUP, until the task is cancelled.
    ///
    /// What cannot be loaded is logged, and what there was stays in use until the files change again. Certificates that
    /// end within 14 days are logged as warnings, at first, with every reload and once a day.
    ///
    /// - Parameters:
    ///   - interval: How often to look at the files; 10 seconds by default.
    ///   - log: Where to tell; the task's current log by default.
    public func keepCurrent(every interval: Duration = .seconds(10), log: Log? = nil) async {
        await keepCurrent(every: interval, signals: [.hangup], log: log ?? .current)
    }

    func keepCurrent(every interval: Duration, signals: [Signal], log: Log) async {
        let bell = ReloadBell()
        var observation: Int?
        do {
            observation = try ReloadSignals.observe(signals) { _ in bell.ring() }
        } catch {
            log.warning("certificates are not reloaded by a signal: \(error)")
        }
        defer { if let observation { ReloadSignals.stopObserving(observation) } }
        var watch = TLSFileWatch(files: files, log: log)
        while !Task.isCancelled {
            await watch.look(at: self, isAsked: bell.wasRung())
            await bell.wait(for: interval)
        }
    }
}

/// What `keepCurrent` knows from one look at the files to the next.
private struct TLSFileWatch {
    /// What the files were when they were last loaded, or could not be.
    private var files: TLSFileStatuses?
    private var nextWarning = MonotonicTime(nanoseconds: 0)
    private let log: Log

    init(files: TLSFileStatuses?, log: Log) {
        self.files = files
        self.log = log
    }

    mutating func look(at context: TLSServerContext, isAsked: Bool) async {
        do {
            let configuration = context.configuration
            let current = try await BlockingPool.shared.run { TLSFileStatuses(of: configuration) }
            if isAsked || current != files {
                files = current
                try await BlockingPool.shared.run { try context.reload() }
                log.info("reloaded certificates")
                nextWarning = MonotonicTime(nanoseconds: 0)
            }
        } catch is CancellationError {
            return
        } catch {
            log.error("certificates were not reloaded: \(error)")
        }
        warn(of: context)
    }

    private mutating func warn(of context: TLSServerContext) {
        guard MonotonicTime.now >= nextWarning else { return }
        nextWarning = .now + .seconds(86_400)
        for (certificate, daysLeft) in context.certificatesExpiring() {
            log.warning(
                "a certificate ends soon",
                metadata: ["subject": certificate.subject, "daysLeft": "\(daysLeft)", "end": "\(certificate.notAfter)"])
        }
    }
}

/// Wakes who waits for the next time to look at files.
private final class ReloadBell: Sendable {
    private struct State {
        var isRung = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Guarded(State())

    /// Ends the wait, or the next one. Of any thread.
    func ring() {
        wake { $0.isRung = true }
    }

    /// Whether it was rung since this was last asked.
    func wasRung() -> Bool {
        state.withLock { state in
            defer { state.isRung = false }
            return state.isRung
        }
    }

    /// Waits until it is rung or the time has passed; not at all once the task is cancelled.
    func wait(for duration: Duration) async {
        let clock = Task { [self] in
            // One that was cancelled is not to end the next wait.
            guard (try? await Task.sleep(for: duration)) != nil else { return }
            wake { _ in }
        }
        defer { clock.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.isRung, !Task.isCancelled else { return true }
                    state.waiting = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake { _ in }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            return state.waiting.take()
        }
        waiting?.resume()
    }
}
