#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that is new, and being written. Unless it is kept, it is removed when the last reference goes: what
/// was broken off, at whatever point, leaves nothing behind.
///
/// Everything here may wait for a disk: on a loop, do it in a `BlockingPool`.
package final class NewFile: Sendable {
    /// Where it is while it is temporary.
    package let path: String
    private let descriptor: CInt
    private let isTemporary = Guarded(true)

    /// Makes the file, for its owner alone to read and write or, where it is not private, for others to read too as far
    /// as the process's mask lets them. A link at its place counts as a file that exists.
    package init(path: String, isPrivate: Bool = true) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw SystemError(operation: "create \(path)") }
        self.path = path
    }

    /// Opens a file that was made for this before, and has been empty since.
    package init(prepared path: String) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
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
        guard Descriptor.synchronize(descriptor) else {
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

    /// Empties the file, waits until that is on the disk, and removes the name that it has as a temporary one: what was in it
    /// does not come back then, whatever happens to the machine, and whatever other names it has.
    ///
    /// - Throws: `SystemError` where it is not known to be empty on the disk. The name is gone even then, if it can be removed.
    package func discard() throws {
        defer { remove() }
        guard retryingOnInterrupt({ Int(ftruncate(descriptor, 0)) }) == 0 else {
            throw SystemError(operation: "empty \(path)")
        }
        try synchronize()
    }

    /// Gives the file to a user and a group, with who of them and of others may do what: the lowest nine bits of
    /// `permissions`. Owner and group are left alone where they are right, as not everybody may set them.
    package func setOwner(_ user: UInt32, group: UInt32, permissions: UInt32) throws {
        var status = stat()
        // The system fills in the structure, during the call only.
        var isDone = unsafe fstat(descriptor, &status) == 0
        if isDone, status.st_uid != user || status.st_gid != group { isDone = fchown(descriptor, user, group) == 0 }
        // Afterwards, as another owner may take some away.
        guard isDone, fchmod(descriptor, mode_t(permissions & 0o777)) == 0 else {
            throw SystemError(operation: "set the owner of \(path)")
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
