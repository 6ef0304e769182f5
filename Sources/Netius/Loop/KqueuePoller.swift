#if NETIUS_KQUEUE || !os(Linux)
    #if NETIUS_KQUEUE
        internal import CKqueue
        internal import Glibc
    #else
        internal import Darwin
    #endif

    /// kqueue(2) with `EV_CLEAR`, its edge-triggered form: Darwin's poller. On Linux it is built to be tested, over
    /// `Tests/CKqueue`.
    @safe
    final class KqueuePoller: Poller {
        private let poller: CInt
        // Unsafe memory: kevent(2) writes at most `capacity` events, and only those it counts are read.
        private let events: UnsafeMutablePointer<kevent>
        private let capacity: CInt = 512

        init() throws {
            poller = kqueue()
            guard poller >= 0 else { throw SystemError(operation: "kqueue") }
            unsafe events = .allocate(capacity: Int(capacity))
        }

        deinit {
            unsafe events.deallocate()
            Descriptor.close(poller)
        }

        func add(_ descriptor: CInt, token: UInt64, readsOnly: Bool) throws {
            try change(descriptor, filter: Int(EVFILT_READ), flags: EV_ADD | EV_CLEAR, token: token)
            guard !readsOnly else { return }
            // A descriptor that can only be read (a pipe's end, an event counter) has no writing side to report.
            try? change(descriptor, filter: Int(EVFILT_WRITE), flags: EV_ADD | EV_CLEAR, token: token)
        }

        func remove(_ descriptor: CInt) {
            try? change(descriptor, filter: Int(EVFILT_READ), flags: EV_DELETE, token: 0)
            try? change(descriptor, filter: Int(EVFILT_WRITE), flags: EV_DELETE, token: 0)
        }

        func wait(milliseconds: Int?, _ handle: (PollEvent) -> Void) {
            let ready: CInt
            if let milliseconds {
                var timeout = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
                ready = unsafe callKevent(poller, nil, 0, events, capacity, &timeout)
            } else {
                ready = unsafe callKevent(poller, nil, 0, events, capacity, nil)
            }
            guard ready > 0 else { return }
            for index in 0..<Int(ready) {
                let event = unsafe events[index]
                let isEnd = unsafe Int32(event.flags) & Int32(EV_EOF) != 0
                let isRead = unsafe Int(event.filter) == Int(EVFILT_READ)
                handle(
                    PollEvent(
                        token: UInt64(UInt(bitPattern: unsafe event.udata)),
                        isReadable: isRead,
                        isWritable: !isRead,
                        isHungUp: isEnd,
                        isBroken: isEnd && !isRead
                    ))
            }
        }

        private func change(_ descriptor: CInt, filter: Int, flags: Int32, token: UInt64) throws {
            var event = unsafe kevent()
            unsafe event.ident = .init(descriptor)
            unsafe event.filter = .init(filter)
            unsafe event.flags = .init(flags)
            unsafe event.udata = UnsafeMutableRawPointer(bitPattern: UInt(token))
            guard unsafe callKevent(poller, &event, 1, nil, 0, nil) == 0 else {
                throw SystemError(operation: "kevent")
            }
        }
    }

    /// The function, whose name the structure of the same name hides.
    private func callKevent(
        _ poller: CInt, _ changes: UnsafePointer<kevent>?, _ changeCount: CInt,
        _ events: UnsafeMutablePointer<kevent>?, _ capacity: CInt, _ timeout: UnsafePointer<timespec>?
    ) -> CInt {
        unsafe kevent(poller, changes, changeCount, events, capacity, timeout)
    }
#endif
