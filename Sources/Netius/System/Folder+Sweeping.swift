#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Folder {
    /// Removes the files in a folder that nobody has written to, moved or given other properties since `end`, whatever date
    /// their content says. Links are neither followed nor removed, and the folder must not be one itself; what is in
    /// folders stays. This waits for a disk.
    ///
    /// - Parameters:
    ///   - path: Where the folder is.
    ///   - end: What was changed then, or later, stays.
    ///   - limit: The most entries of the folder that are looked at.
    /// - Returns: How many were removed.
    /// - Throws: `SystemError`, with `ENOTDIR` or `ELOOP` where the path is a link's.
    package static func removeFiles(at path: String, unchangedSince end: Timestamp, limit: Int) throws -> Int {
        let descriptor = openUnlessLink(path)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        // What is removed is in the folder that was opened, whatever takes its path meanwhile.
        let folder = try File(descriptor: descriptor)
        var reader = try FolderReader(folder, path: path)
        var (looks, removed) = (0, 0)
        while looks < limit, let name = try reader.next() {
            looks += 1
            guard let found = reader.status(), found.status.kind == .regular, found.changed < end,
                remove(name, in: folder)
            else { continue }
            removed += 1
        }
        return removed
    }

    private static func remove(_ name: [UInt8], in folder: File) -> Bool {
        // A C string, in an array that outlives the call.
        unsafe (name + [0]).withUnsafeBytes { bytes in
            guard let name = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            return unsafe unlinkat(folder.descriptor, name, 0) == 0
        }
    }
}

private func openUnlessLink(_ path: String) -> CInt {
    unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
}
