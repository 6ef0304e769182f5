extension Folder {
    /// Something in a folder.
    package struct Entry: Sendable {
        /// Its name: octets that need not be UTF-8.
        package let name: [UInt8]
        /// What it is, or what the link leads to that it is.
        package let status: File.Status
    }

    /// What is in a folder beneath this one, in no order. This waits for a disk.
    ///
    /// What cannot be opened for the sake of its links is left out, and so are `.` and `..`.
    ///
    /// - Parameters:
    ///   - file: The folder.
    ///   - path: Its path beneath this one, as `open(_:waits:)` takes it.
    ///   - limit: The most entries to return.
    ///   - isIncluded: Whether an entry of that name is wanted.
    /// - Returns: The entries, and whether there are more.
    /// - Throws: `SystemError`.
    package func entries(
        of file: File, at path: [UInt8], limit: Int, where isIncluded: ([UInt8]) -> Bool
    ) throws -> (entries: [Entry], hasMore: Bool) {
        var reader = try FolderReader(file, path: "a folder")
        var entries: [Entry] = []
        while let name = try reader.next() {
            guard isIncluded(name), let own = reader.status(),
                let status = own.isLink ? status(of: name, in: path) : own.status
            else { continue }
            guard entries.count < limit else { return (entries, true) }
            entries.append(Entry(name: name, status: status))
        }
        return (entries, false)
    }

    private func status(of name: [UInt8], in folder: [UInt8]) -> File.Status? {
        var path = Array(folder.dropLast())
        if !path.isEmpty { path.append(UInt8(ascii: "/")) }
        path += name
        path.append(0)
        return status(of: path)
    }
}
