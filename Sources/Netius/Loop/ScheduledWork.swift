/// Something that a loop does once a time has come, unless it is called off before.
// @unchecked: its state is used on the loop's thread alone; the other threads only post to it.
package final class ScheduledWork: @unchecked Sendable {
    private let loop: EventLoop
    private var work: (@Sendable () -> Void)?
    private var timer: TimerWheel<TimerTarget>.Token?

    fileprivate init(loop: EventLoop, _ work: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.work = work
    }

    fileprivate func start(at deadline: MonotonicTime) {
        guard loop.isCurrent else {
            return loop.execute { [self] in start(at: deadline) }
        }
        guard work != nil, !loop.pollables.isClosed else { return work = nil }
        timer = loop.timers.schedule(at: loop.tick(of: deadline), .work(self))
    }

    /// Calls it off. Where it is being done at this moment by the loop's thread, and this is another, it is too late.
    package func cancel() {
        guard loop.isCurrent else {
            return loop.execute { [self] in cancel() }
        }
        if let timer { loop.timers.cancel(timer) }
        drop()
    }

    func fired() {
        let work = work
        drop()
        work?()
    }

    /// Ends without doing it.
    func drop() {
        timer = nil
        work = nil
    }
}

extension EventLoop {
    /// Does `work` on the loop's thread once `deadline` has come; never if the loop ends before.
    package func schedule(at deadline: MonotonicTime, _ work: @escaping @Sendable () -> Void) -> ScheduledWork {
        let scheduled = ScheduledWork(loop: self, work)
        scheduled.start(at: deadline)
        return scheduled
    }
}
