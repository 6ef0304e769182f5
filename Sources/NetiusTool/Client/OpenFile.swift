import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open descriptor, with the system's calls on it, which may wait: what calls them runs in a `BlockingPool`.
final class OpenFile: Sendable {
    private let descriptor: Int32
    /// What errors call it.
    private let name: String
    private let isOwned: Bool

    static let standardInput = OpenFile(standard: STDIN_FILENO, name: "standard input")
    static let standardOutput = OpenFile(standard: STDOUT_FILENO, name: "standard output")

    private init(standard descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        isOwned = false
    }

    /// What to do with a file.
    enum Access {
        case read
        /// To write to what is there already: a device, a pipe.
        case write
        /// To write to a file, which is made if there is none, and is no link. Others may read it, as far as the
        /// process's mask lets them.
        case make

        fileprivate var flags: Int32 {
            switch self {
            case .read: O_RDONLY
            case .write: O_WRONLY
            case .make: O_RDWR | O_CREAT | O_NOFOLLOW
            }
        }
    }

    /// Opens a file. Where it is a named pipe this waits for its other end.
    init(path: String, to access: Access) throws {
        var result: Int32
        repeat {
            // Safe: the system reads the path during the call only.
            result = unsafe open(path, access.flags | O_CLOEXEC, 0o644)
        } while result < 0 && errno == EINTR
        guard result >= 0 else { throw SystemError(operation: "open \(path)") }
        descriptor = result
        name = path
        isOwned = true
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Reads what is there, at most `count` bytes; none at the end.
    func read(upTo count: Int) throws -> [UInt8] {
        // Safe: the system writes within the buffer, and tells how much.
        try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try whenReady(POLLIN, "read") { unsafe readBytes(descriptor, buffer.baseAddress, buffer.count) }
        }
    }

    /// Writes all of the bytes.
    func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            written += try whenReady(POLLOUT, "write") {
                // Safe: the system reads the bytes that are left, during the call only.
                unsafe bytes[written...].withUnsafeBytes { unsafe writeBytes(descriptor, $0.baseAddress, $0.count) }
            }
        }
    }

    /// Calls the system until it has done something. Whoever started the program may have made the descriptor
    /// non-blocking, which then is awaited.
    private func whenReady(_ events: Int32, _ operation: String, _ call: () -> Int) throws -> Int {
        while true {
            let result = call()
            if result >= 0 { return result }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var waiting = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
                // Safe: it is one entry, as the count says, and written to during the call only.
                _ = unsafe poll(&waiting, 1, -1)
            case EPIPE where !isOwned: throw SilentFailure()
            default: throw SystemError(operation: "\(operation) \(name)")
            }
        }
    }

    /// Keeps other processes that ask for the same from the file, until it is closed.
    ///
    /// - Returns: Whether no other one has it.
    func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// Whether it is what has the path now.
    func isAt(_ path: String) -> Bool {
        var (here, there) = (stat(), stat())
        // Safe: the system reads the path and fills in the structures, during the calls only.
        guard unsafe fstat(descriptor, &here) == 0, unsafe stat(path, &there) == 0 else { return false }
        return here.st_dev == there.st_dev && here.st_ino == there.st_ino
    }

    /// Lets those read and write it who may what has the path, if there is something.
    func takePermissions(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        _ = fchmod(descriptor, status.st_mode & 0o777)
    }

    /// The bytes in it; the next ones are written behind them.
    func seekToEnd() throws -> Int {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw SystemError(operation: "seek \(name)") }
        return Int(size)
    }

    /// Empties it.
    func truncate() throws {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw SystemError(operation: "truncate \(name)")
        }
    }
}

// The C functions, under names that the methods above do not hide.
private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, bytes, count)
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
