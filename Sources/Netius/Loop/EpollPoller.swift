#if os(Linux)
    internal import CNetius

    /// epoll(7), edge-triggered. Linux only.
    @safe
    final class EpollPoller: Poller {
        private let poller: CInt
        // Unsafe memory: the call writes at most the events there is room for, and only those it counts are read.
        private let events: UnsafeMutablePointer<netius_event>

        init() throws {
            poller = netius_epoll_create()
            guard poller >= 0 else { throw SystemError(operation: "epoll_create1") }
            unsafe events = .allocate(capacity: Int(NETIUS_EVENT_CAPACITY))
        }

        deinit {
            unsafe events.deallocate()
            Descriptor.close(poller)
        }

        func add(_ descriptor: CInt, token: UInt64, readsOnly: Bool) throws {
            guard netius_epoll_add(poller, descriptor, token, readsOnly ? 1 : 0) == 0 else {
                throw SystemError(operation: "epoll_ctl")
            }
        }

        func remove(_ descriptor: CInt) {
            _ = netius_epoll_remove(poller, descriptor)
        }

        func wait(milliseconds: Int?, _ handle: (PollEvent) -> Void) {
            let timeout = milliseconds.map { CInt(clamping: $0) } ?? -1
            let ready = unsafe netius_epoll_wait(poller, events, timeout)
            for index in 0..<Int(max(ready, 0)) {
                let event = unsafe events[index]
                handle(
                    PollEvent(
                        token: event.token,
                        isReadable: event.has(NETIUS_READABLE),
                        isWritable: event.has(NETIUS_WRITABLE),
                        isHungUp: event.has(NETIUS_HUNG_UP),
                        isBroken: event.has(NETIUS_BROKEN)
                    ))
            }
        }
    }

    extension netius_event {
        fileprivate func has(_ flag: Int) -> Bool { readiness & UInt32(flag) != 0 }
    }
#endif
