#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What a `LineWriter` writes to. Used by one thread, which may have to wait in it.
final class LineOutput {
    /// How long a descriptor that is not in blocking mode may take nothing.
    private static let patience: CInt = 5000

    private let destination: LineDestination
    private var descriptor: CInt = -1
    /// Whether the output ends in the midst of a line, whose rest was lost.
    private var isLineCut = false

    /// Opens the destination.
    ///
    /// - Throws: `SystemError`.
    init(_ destination: LineDestination) throws(SystemError) {
        self.destination = destination
        switch destination {
        case .file(let path): descriptor = try Self.open(path)
        case .descriptor(let given): descriptor = given
        case .closure: break
        }
    }

    deinit {
        if case .file = destination { Descriptor.close(descriptor) }
    }

    /// Whether somebody is looking.
    var isTerminal: Bool { descriptor >= 0 && isatty(descriptor) == 1 }

    /// Opens the file of that path anew; what was open stays open when that fails.
    ///
    /// - Throws: `SystemError`.
    func reopen() throws(SystemError) {
        guard case .file(let path) = destination else { return }
        let fresh = try Self.open(path)
        Descriptor.close(descriptor)
        descriptor = fresh
        isLineCut = false
    }

    /// Writes the lines. What makes it fail may have let part of them pass.
    ///
    /// - Throws: `SystemError`.
    func write(_ lines: OutputBuffer) throws(SystemError) {
        if case .closure(let body) = destination { return body(lines.bytes) }
        let failure = unsafe lines.withUnsafeBytes { (bytes) -> SystemError? in
            // After a cut line, an empty one: so that only the cut line is lost, and not the next with it.
            if isLineCut, let failure = unsafe [UInt8(ascii: "\n")].withUnsafeBytes({ unsafe write($0) }) {
                return failure
            }
            return unsafe write(bytes)
        }
        if let failure { throw failure }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        var count = 0
        while count < bytes.count {
            // Safe: the system reads bytes that outlive the call.
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[count...])
            let written = retryingOnInterrupt { unsafe systemWrite(descriptor, rest.baseAddress, rest.count) }
            if written > 0 {
                count += written
                unsafe isLineCut = bytes[count - 1] != UInt8(ascii: "\n")
            } else {
                let error = SystemError(operation: "write")
                guard error.code == EAGAIN, waitUntilWritable() else { return error }
            }
        }
        return nil
    }

    private func waitUntilWritable() -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: POLLOUT), revents: 0)
        // Safe: the system uses the entry during the call only.
        return retryingOnInterrupt { unsafe Int(poll(&entry, 1, Self.patience)) } == 1
    }

    /// Non-blocking, so that a pipe that nobody reads is an error; for a file it makes no difference.
    private static func open(_ path: String) throws(SystemError) -> CInt {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = retryingOnInterrupt { Int(systemOpen(path, flags)) }
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        return CInt(truncatingIfNeeded: descriptor)
    }
}

// The C functions, under names that the methods above do not hide.
private let systemWrite = unsafe write

private func systemOpen(_ path: String, _ flags: CInt) -> CInt {
    // Safe: the path is a C string during the call.
    unsafe open(path, flags, 0o640)
}
