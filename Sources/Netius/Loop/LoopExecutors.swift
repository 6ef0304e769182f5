/// Runs the actors of a loop. One of two small objects per loop: a single object that is both a serial and a task
/// executor makes the runtime enqueue jobs again and again (see `Docs/Architecture.md`).
package final class LoopSerialExecutor: SerialExecutor {
    // Unowned: the loop owns its executors and every actor on them holds the loop.
    private unowned(unsafe) let loop: EventLoop

    init(loop: EventLoop) {
        unsafe self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        unsafe loop.enqueue(UnownedJob(job))
    }

    package func isIsolatingCurrentContext() -> Bool? {
        unsafe loop.isCurrent
    }

    package func checkIsolated() {
        precondition(unsafe loop.isCurrent, "not on the thread of the event loop")
    }
}

/// Runs the tasks of a loop that are outside any actor, so that they stay on its thread.
package final class LoopTaskExecutor: TaskExecutor {
    // A task holds its executor alone.
    private let loop: EventLoop

    init(loop: EventLoop) {
        self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(UnownedJob(job))
    }
}
