internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Reads what is in an open folder, one name after the other. This waits for a disk.
// Safe: the pointers are C's, used while the stream is open; it is closed with this value, which has no copies.
@safe
struct FolderReader: ~Copyable {
    private let stream: UnsafeMutableRawPointer
    private var found = unsafe netius_entry()
    private let path: String

    /// Begins with a folder; errors are said to be about `path`.
    init(_ folder: File, path: String) throws {
        guard let stream = unsafe netius_entries_open(folder.descriptor) else {
            throw SystemError(operation: "open \(path)")
        }
        unsafe self.stream = stream
        self.path = path
    }

    deinit {
        unsafe netius_entries_close(stream)
    }

    /// The next name but `.` and `..`: octets that need not be UTF-8; nil at the end.
    mutating func next() throws -> [UInt8]? {
        while true {
            let result = unsafe netius_entries_next(stream, &found)
            guard result > 0 else {
                if result < 0 { throw SystemError(operation: "read \(path)") }
                return nil
            }
            // A C string ends with NUL, and this one stays until the next is asked for.
            let name = unsafe UnsafeRawBufferPointer(start: found.name, count: strlen(found.name)).map { $0 }
            if name != [46], name != [46, 46] { return name }
        }
    }

    /// The status of what was found last, when that was last changed, which nobody can set back, and whether it is a link;
    /// nil if it may not be had.
    mutating func status() -> (status: File.Status, changed: Timestamp, isLink: Bool)? {
        guard unsafe netius_entry_status(stream, &found) == 0 else { return nil }
        return unsafe (
            File.Status(found.status), Timestamp(seconds: found.changed_seconds), found.is_link != 0
        )
    }
}
