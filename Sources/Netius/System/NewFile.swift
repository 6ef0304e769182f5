#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that did not exist and is being written. Unless it is kept, it is removed when the last reference goes: what
/// was broken off, at whatever point, leaves nothing behind.
///
/// Everything here may wait for a disk: on a loop, do it in a `BlockingPool`.
package final class NewFile: Sendable {
    private let path: String
    private let descriptor: CInt
    private let isTemporary = Guarded(true)

    /// Makes the file, for its owner alone to read and write or, where it is not private, for others to read too as far
    /// as the process's mask lets them. A link at its place counts as a file that exists.
    package init(path: String, isPrivate: Bool = true) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw SystemError(operation: "create \(path)") }
        self.path = path
    }

    deinit {
        remove()
        Descriptor.close(descriptor)
    }

    /// Adds the bytes at the end.
    package func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            // The rest is within the array, which outlives the call.
            let result = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return retryingOnInterrupt { unsafe Self.system(descriptor, rest) }
            }
            guard result >= 0 else { throw SystemError(operation: "write \(path)") }
            written += result
        }
    }

    /// Replaces bytes that were written, from `offset` on.
    package func overwrite(_ bytes: [UInt8], at offset: Int) throws {
        // Within the array, which outlives the call.
        let written = unsafe bytes.withUnsafeBytes { buffer in
            retryingOnInterrupt { unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
        }
        guard written == bytes.count else { throw SystemError(operation: "write \(path)") }
    }

    /// Waits until what was written is on the disk.
    package func synchronize() throws {
        guard retryingOnInterrupt({ Int(fsync(descriptor)) }) == 0 else {
            throw SystemError(operation: "synchronize \(path)")
        }
    }

    /// Makes the file last.
    package func keep() {
        isTemporary.withLock { $0 = false }
    }

    /// Makes the file last, in place of whatever has that path.
    package func keep(as newPath: String) throws {
        try isTemporary.withLock { isTemporary in
            guard unsafe rename(path, newPath) == 0 else { throw SystemError(operation: "rename \(path)") }
            isTemporary = false
        }
    }

    /// Makes the file last under another name of the same file system.
    ///
    /// - Parameters:
    ///   - name: The path of that name.
    ///   - replaces: Whether it takes the place of a file that has the name; otherwise that is an error, `EEXIST`.
    /// - Throws: `SystemError`; the file is still temporary then.
    package func keep(as name: String, replacing replaces: Bool) throws {
        // A link, unlike a change of the name, is not made over what is there.
        let code = unsafe replaces ? rename(path, name) : link(path, name)
        guard code == 0 else { throw SystemError(operation: "create \(name)") }
        if replaces { keep() } else { remove() }
    }

    /// Removes the file unless it is kept.
    package func remove() {
        isTemporary.withLock { isTemporary in
            if isTemporary { unsafe unlink(path) }
            isTemporary = false
        }
    }

    private static func system(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
