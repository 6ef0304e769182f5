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
        if try FileSystem.makeFolder(path) { try Folder.synchronize(path: parent(of: path)) }
        var isNew = false
        for part in ["tmp", "new", "cur"] {
            if try FileSystem.makeFolder("\(path)/\(part)") { isNew = true }
        }
        if isNew { try Folder.synchronize(path: path) }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
