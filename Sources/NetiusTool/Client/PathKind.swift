import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What there is at a path that is to be written to.
enum PathKind: Equatable {
    /// A file, or nothing yet: with the path that links lead to.
    case file(path: String)
    case folder
    /// A device, a pipe, a socket.
    case device

    init(_ path: String) throws {
        var status = stat()
        // Safe: the system reads the path and fills in the structure, during the call only.
        guard unsafe stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw SystemError(operation: "open \(path)") }
            self = .file(path: path)
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file(path: try Self.target(of: path))
        case S_IFDIR: self = .folder
        default: self = .device
        }
    }

    private static func target(of path: String) throws -> String {
        // Safe: the system allocates the text, which is copied and freed here.
        guard let text = unsafe realpath(path, nil) else { throw SystemError(operation: "open \(path)") }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
