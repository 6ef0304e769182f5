/// What a loop's timer is for.
enum TimerTarget {
    /// A wait for a descriptor has come to its deadline.
    case pollable(Pollable)
    /// A task has slept enough.
    case sleeper(Sleeper)
    /// Something else is to be done.
    case work(ScheduledWork)

    func fired() {
        switch self {
        case .pollable(let pollable): pollable.timerFired()
        case .sleeper(let sleeper): sleeper.wake(.slept)
        case .work(let work): work.fired()
        }
    }

    /// The loop is ending.
    func cancelled(on loop: EventLoop) {
        switch self {
        case .pollable(let pollable): pollable.cancel()
        case .sleeper(let sleeper): sleeper.wake(.cancelled)
        case .work(let work): work.drop()
        }
    }
}
