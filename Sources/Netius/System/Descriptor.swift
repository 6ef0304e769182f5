internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Calls on plain file descriptors.
enum Descriptor {
    /// Makes it non-blocking, and closed on exec.
    static func prepare(_ descriptor: CInt) throws {
        guard netius_prepare_descriptor(descriptor) == 0 else { throw SystemError(operation: "fcntl") }
    }

    /// Waits until what was written to it is on the disk; false where that failed, as `errno` says.
    static func synchronize(_ descriptor: CInt) -> Bool {
        retryingOnInterrupt { Int(netius_synchronize(descriptor)) } == 0
    }

    /// Closes it. Never retried: after EINTR the descriptor is gone on Linux, and a retry might close another's.
    static func close(_ descriptor: CInt) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }
}
