internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

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
        guard let stream = unsafe netius_entries_open(file.descriptor) else {
            throw SystemError(operation: "open a folder")
        }
        // Nobody else has it.
        defer { unsafe netius_entries_close(stream) }
        var entries: [Entry] = []
        var found = unsafe netius_entry()
        while true {
            let result = unsafe netius_entries_next(stream, &found)
            guard result > 0 else {
                if result < 0 { throw SystemError(operation: "read a folder") }
                return (entries, false)
            }
            // The name ends with NUL and stays until the next is asked for.
            let name = unsafe Self.octets(of: found.name)
            guard name != [46], name != [46, 46], isIncluded(name) else { continue }
            guard unsafe netius_entry_status(stream, &found) == 0 else { continue }
            let isLink = unsafe found.is_link != 0
            let own = unsafe File.Status(found.status)
            guard let status = isLink ? status(of: name, in: path) : own else { continue }
            guard entries.count < limit else { return (entries, true) }
            entries.append(Entry(name: name, status: status))
        }
    }

    private func status(of name: [UInt8], in folder: [UInt8]) -> File.Status? {
        var path = Array(folder.dropLast())
        if !path.isEmpty { path.append(UInt8(ascii: "/")) }
        path += name
        path.append(0)
        return status(of: path)
    }

    /// The octets of a C string, which need not be UTF-8.
    private static func octets(of string: UnsafePointer<CChar>) -> [UInt8] {
        // A C string ends with NUL.
        unsafe UnsafeRawBufferPointer(start: string, count: strlen(string)).map { $0 }
    }
}
