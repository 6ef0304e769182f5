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
    /// Puts the content in the place of the file, or makes one. Who may read it stays as it is; where it is a link, what
    /// it leads to is replaced. What is no regular file, as a device, is written to. `-` is standard output.
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
            // Safe: the system reads the path during the calls only. Who may not give it to its owner is one already,
            // or has the file from now on.
            _ = unsafe chown(temporary, status.st_uid, status.st_gid)
            guard unsafe chmod(temporary, status.st_mode & 0o7777) == 0 else {
                throw SystemError(operation: "create \(temporary)")
            }
        }
        try file.synchronize()
        try file.keep(as: target)
    }

    /// Where links lead; the path itself where there is nothing.
    private static func destination(of path: String) -> String {
        // Safe: the result is a string of its own, freed here.
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
