import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that gets other content: all of it, or none where that fails or is broken off.
enum ReplacedFile {
    /// Puts the content in the place of the file, or makes one. Owner, group and permissions stay as they are, but for
    /// set-user-ID and access control lists; where they cannot, it is an error and the file stays. Where it is a link,
    /// what it leads to is replaced. What is no regular file, as a device, is written to. `-` is standard output.
    static func write(_ content: [UInt8], to path: String) throws {
        guard path != "-" else { return try OpenFile.standardOutput.write(content) }
        let target = destination(of: path)
        var status = stat()
        // Safe: the system reads the path and fills in the structure, during the call only.
        let exists = unsafe stat(target, &status) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            return try OpenFile(path: target, to: .write).write(content)
        }
        let temporary = "\(target).\(UInt64.random(in: 0 ... .max)).part"
        let file = try NewFile(path: temporary, isPrivate: exists)
        try file.write(content)
        if exists {
            do {
                try file.setOwner(status.st_uid, group: status.st_gid, permissions: UInt32(status.st_mode))
            } catch {
                throw ToolError("\(path.onOneLine) stays as it is: its owner or group could not be kept")
            }
        }
        try file.synchronize()
        try file.keep(as: target)
        let parts = target.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropLast()
        let folder = parts.map { String($0) ?? "" }.joined(separator: "/")
        try Folder.synchronize(path: parts.isEmpty ? "." : folder.isEmpty ? "/" : folder)
    }

    /// Whether two paths lead to the same file, as by a link. `-` is standard input as the first of them.
    static func isSame(_ source: String, _ path: String) -> Bool {
        var (first, second) = (stat(), stat())
        // Safe: the system reads the paths and fills in the structures, during the calls only.
        let isThere = unsafe source == "-" ? fstat(0, &first) == 0 : stat(source, &first) == 0
        guard isThere, path != "-", unsafe stat(path, &second) == 0 else { return false }
        return first.st_mode & S_IFMT == S_IFREG && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Where links lead; the path itself where there is nothing.
    private static func destination(of path: String) -> String {
        // Safe: the result is a string of its own, freed here.
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
