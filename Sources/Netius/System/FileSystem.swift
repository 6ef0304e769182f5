internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Names of files and folders: made, moved, removed. All of it may wait for a disk: on a loop, do it in a
/// `BlockingPool`.
package enum FileSystem {
    /// Makes a folder for its owner alone, unless there is one.
    ///
    /// - Returns: Whether it was made.
    /// - Throws: `SystemError`, with `EEXIST` where there is something else.
    @discardableResult
    package static func makeFolder(_ path: String) throws -> Bool {
        guard unsafe mkdir(path, 0o700) != 0 else { return true }
        let error = SystemError(operation: "create \(path)")
        guard error.code == EEXIST else { throw error }
        // Without a descriptor where that will do: there may be none.
        if let status = try? status(of: path), status.kind == .directory { return false }
        // A link may lead to one.
        guard let status = try? File(path: path).status, status.kind == .directory else { throw error }
        return false
    }

    /// Removes an empty folder.
    ///
    /// - Returns: False where it is not empty, or there is none.
    package static func removeFolder(_ path: String) -> Bool {
        unsafe rmdir(path) == 0
    }

    /// Removes a file.
    ///
    /// - Returns: False where there is none.
    /// - Throws: `SystemError`.
    @discardableResult
    package static func removeFile(_ path: String) throws -> Bool {
        guard unsafe unlink(path) != 0 else { return true }
        guard errno == ENOENT else { throw SystemError(operation: "remove \(path)") }
        return false
    }

    /// Gives a file another name in the same file system, in place of what has that name.
    ///
    /// - Throws: `SystemError`.
    package static func move(_ path: String, to name: String) throws {
        guard unsafe rename(path, name) == 0 else { throw SystemError(operation: "rename \(path)") }
    }

    /// Gives a file another name in the same file system, besides those that it has.
    ///
    /// - Returns: False where the file system, or whoever guards it, gives a file no more names, or not there. Whether it may
    ///   be moved there tells which.
    /// - Throws: `SystemError`, with `EEXIST` where there is something of that name.
    package static func addName(_ name: String, to path: String) throws -> Bool {
        guard unsafe link(path, name) != 0 else { return true }
        // The last two come from security modules, and from file systems that link within a folder alone.
        let refusals = [EPERM, EMLINK, ENOTSUP, EOPNOTSUPP, ENOSYS, EACCES, EXDEV]
        guard !refusals.contains(errno) else { return false }
        throw SystemError(operation: "create \(name)")
    }

    /// What the system knows of what has a path, which may be a link. It takes no descriptor.
    ///
    /// - Throws: `SystemError`.
    package static func status(of path: String) throws -> File.Status {
        var found = netius_file_status()
        guard unsafe netius_path_status(path, &found) == 0 else { throw SystemError(operation: "look at \(path)") }
        return File.Status(found)
    }

    /// The names in a folder that are UTF-8, without `.` and `..`, in no order.
    ///
    /// - Throws: `SystemError`.
    package static func names(in path: String) throws -> [String] {
        var reader = try FolderReader(try File(path: path), path: path)
        var names: [String] = []
        while let name = try reader.next() {
            if let name = String(validating: name, as: UTF8.self) { names.append(name) }
        }
        return names
    }

    /// The bytes that may yet be written to the file system which has the path.
    ///
    /// - Throws: `SystemError`.
    package static func availableBytes(at path: String) throws -> Int {
        var found = statvfs()
        guard retryingOnInterrupt({ unsafe Int(statvfs(path, &found)) }) == 0 else {
            throw SystemError(operation: "look at \(path)")
        }
        let (bytes, overflow) = UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize))
        return overflow ? .max : Int(clamping: bytes)
    }
}
