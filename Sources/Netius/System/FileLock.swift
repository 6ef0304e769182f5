#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that one process at a time has, for as long as this object or the process lives.
package final class FileLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock, making the file where there is none.
    ///
    /// - Throws: `SystemError`, with `EWOULDBLOCK` where another has it.
    package init(path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        guard retryingOnInterrupt({ Int(flock(descriptor, LOCK_EX | LOCK_NB)) }) == 0 else {
            let error = SystemError(operation: "lock \(path)")
            Descriptor.close(descriptor)
            throw error
        }
    }

    deinit {
        Descriptor.close(descriptor)
    }

    /// Whether an error says that another process has the lock.
    package static func isTaken(_ error: SystemError) -> Bool { error.code == EWOULDBLOCK }
}
