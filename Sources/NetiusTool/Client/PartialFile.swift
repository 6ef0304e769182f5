import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is being received: `FILE.part`, which becomes FILE when it is complete.
///
/// Where it may be resumed, it stays when it is broken off, and beside it, in `FILE.part.origin`, what it is a part of.
/// Else it is removed; but not when the process is killed.
///
/// Everything here may wait for a disk: it runs in a `BlockingPool`.
final class PartialFile: Sendable {
    /// The name that the file will have.
    let path: String
    private let mayBeResumed: Bool
    private let file: OpenFile
    /// Whether it is no more this object's to remove; nor is it before it is locked.
    private let isKept = Guarded(true)

    private static func partialPath(_ path: String) -> String { path + ".part" }
    private static func originPath(_ path: String) -> String { path + ".part.origin" }

    /// Opens the part, or makes an empty one.
    init(path: String, mayBeResumed: Bool) throws {
        self.path = path
        self.mayBeResumed = mayBeResumed
        let partialPath = Self.partialPath(path)
        file = try OpenFile(path: partialPath, to: .make)
        // It may have been completed between the two, and have its name: then it is not to be touched.
        guard file.lock(), file.isAt(partialPath) else {
            throw ToolError("another process is writing to \(partialPath)")
        }
        isKept.withLock { $0 = false }
        file.takePermissions(of: path)
        if !mayBeResumed { try restart() }
    }

    /// Removes the part, unless it has become the file.
    func remove() {
        isKept.withLock { isKept in
            if !isKept { unsafe unlink(Self.partialPath(path)) }
            isKept = true
        }
    }

    deinit {
        if !mayBeResumed { remove() }
    }

    /// The bytes received so far; what is written follows them.
    func size() throws -> Int { try file.seekToEnd() }

    /// Adds bytes at the end.
    func write(_ bytes: [UInt8]) throws { try file.write(bytes) }

    /// Forgets what has been received.
    func restart() throws {
        try forgetOrigin()
        try file.truncate()
    }

    /// What the part is of; nil where nobody knows.
    func origin() throws -> DownloadOrigin? {
        guard let file = try? File(path: Self.originPath(path)), file.status.kind == .regular else { return nil }
        let bytes = try file.read(at: 0, upTo: DownloadOrigin.maximumSize + 1)
        return DownloadOrigin(String(decoding: bytes, as: UTF8.self))
    }

    /// Writes down what the part is of.
    func setOrigin(_ origin: DownloadOrigin) throws {
        try forgetOrigin()
        let file = try NewFile(path: Self.originPath(path), isPrivate: false)
        try file.write(Array(origin.description.utf8))
        file.keep()
    }

    private func forgetOrigin() throws {
        guard unsafe unlink(Self.originPath(path)) == 0 || errno == ENOENT else {
            throw SystemError(operation: "remove \(Self.originPath(path))")
        }
    }

    /// Gives the file its name, in place of what has it.
    func complete() throws {
        guard unsafe rename(Self.partialPath(path), path) == 0 else { throw SystemError(operation: "create \(path)") }
        isKept.withLock { $0 = true }
        try forgetOrigin()
    }
}
