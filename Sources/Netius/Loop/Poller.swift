#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the system says about one descriptor.
struct PollEvent {
    /// The number the descriptor was added with.
    var token: UInt64
    var isReadable: Bool
    var isWritable: Bool
    /// The peer sends no more, or the connection is broken: a read will say which.
    var isHungUp: Bool
    /// The connection is broken in both directions.
    var isBroken: Bool
}

/// The system's way to wait for many descriptors at once, edge-triggered: a descriptor is reported when it becomes
/// ready, not for as long as it is. Used on the loop's thread alone.
protocol Poller: AnyObject {
    /// Reports `descriptor` from now on, with `token`: both directions, or reading alone. Throws `SystemError`.
    func add(_ descriptor: CInt, token: UInt64, readsOnly: Bool) throws
    /// Stops reporting it; call before closing it.
    func remove(_ descriptor: CInt)
    /// Waits until there is an event or the time is over (`nil`: without end) and hands over what there is.
    func wait(milliseconds: Int?, _ handle: (PollEvent) -> Void)
}

/// Which of the system's pollers a loop uses.
public enum PollerKind: String, Sendable, CaseIterable {
    /// Linux.
    case epoll
    /// Darwin, and Linux when built with `NETIUS_KQUEUE=1`, for tests.
    case kqueue

    /// The pollers this build has, the preferred one first.
    public static var available: [PollerKind] {
        #if os(Linux)
            #if NETIUS_KQUEUE
                [.epoll, .kqueue]
            #else
                [.epoll]
            #endif
        #else
            [.kqueue]
        #endif
    }

    func makePoller() throws -> any Poller {
        switch self {
        case .epoll:
            #if os(Linux)
                return try EpollPoller()
            #else
                throw SystemError(operation: "epoll", code: ENOSYS)
            #endif
        case .kqueue:
            #if NETIUS_KQUEUE || !os(Linux)
                return try KqueuePoller()
            #else
                throw SystemError(operation: "kqueue", code: ENOSYS)
            #endif
        }
    }
}
