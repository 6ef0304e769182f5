internal import Netius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Maildir {
    /// Whether there is a folder with the path. This waits for a disk.
    ///
    /// - Throws: `SystemError` where that cannot be told now, as without descriptors: nobody is unknown for that.
    static func isFolder(_ path: String) throws -> Bool {
        do {
            return try File(path: path).status.kind == .directory
        } catch let error as SystemError where [ENOENT, ENOTDIR].contains(error.code) {
            return false
        }
    }

    /// Makes the folders of a Maildir that are missing, so that they last. This waits for a disk.
    static func makeFolders(_ path: String) throws {
        synchronized.withLock { _ = $0.remove(path) }
        try FileSystem.makeFolder(path)
        for part in ["tmp", "new", "cur"] { try FileSystem.makeFolder("\(path)/\(part)") }
        try synchronizeOnce(path)
    }

    /// Sees to it that the names of a Maildir and its folders are on the disk, once in the life of the process: whoever made
    /// them, another thread or a process that was killed, may not have come to that. This waits for a disk.
    static func synchronizeOnce(_ path: String) throws {
        guard !isSynchronized(path) else { return }
        try Folder.synchronize(path: path)
        do {
            try Folder.synchronize(path: parent(of: path))
        } catch let error as SystemError where error.code == EACCES {
            // What may not be read is not ours, and was made by others.
        }
        synchronized.withLock { paths in
            if paths.count >= 10_000 { paths.removeAll() }
            paths.insert(path)
        }
    }

    /// Whether the names are known to be on the disk.
    static func isSynchronized(_ path: String) -> Bool { synchronized.withLock { $0.contains(path) } }

    /// The Maildirs whose names are on the disk.
    private static let synchronized = Guarded<Set<String>>([])

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
