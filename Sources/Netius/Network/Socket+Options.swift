#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Socket {
    /// Sends small writes at once (no Nagle).
    static func setNoDelay(_ descriptor: CInt) {
        set(1, descriptor, level: CInt(IPPROTO_TCP), option: TCP_NODELAY)
    }

    /// Has the system send full packets only, until it is told otherwise.
    static func setCork(_ descriptor: CInt, _ isCorked: Bool) {
        #if canImport(Darwin)
            let option = TCP_NOPUSH
        #else
            let option = TCP_CORK
        #endif
        set(isCorked ? 1 : 0, descriptor, level: CInt(IPPROTO_TCP), option: option)
    }

    /// Lets a server be started again while connections of its predecessor linger.
    static func setReuseAddress(_ descriptor: CInt) {
        set(1, descriptor, level: SOL_SOCKET, option: SO_REUSEADDR)
    }

    /// Lets several sockets of this process listen on one port, among which the system spreads connections.
    static func setReusePort(_ descriptor: CInt) {
        set(1, descriptor, level: SOL_SOCKET, option: SO_REUSEPORT)
    }

    /// Whether an IPv6 socket leaves IPv4 alone.
    static func setIPv6Only(_ descriptor: CInt, _ only: Bool) {
        set(only ? 1 : 0, descriptor, level: CInt(IPPROTO_IPV6), option: IPV6_V6ONLY)
    }

    /// Makes close(2) discard what is unsent and reset the connection.
    static func resetOnClose(_ descriptor: CInt) {
        var setting = linger(l_onoff: 1, l_linger: 0)
        let length = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, length)
    }

    /// Options are improvements: a socket that refuses one still works.
    private static func set(_ value: CInt, _ descriptor: CInt, level: CInt, option: CInt) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
