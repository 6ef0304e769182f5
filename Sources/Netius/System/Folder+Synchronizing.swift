#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Folder {
    /// Waits until the names in a folder, new, changed and gone, are on the disk.
    package static func synchronize(path: String) throws {
        let descriptor = openForSynchronizing(path)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        defer { Descriptor.close(descriptor) }
        guard Descriptor.synchronize(descriptor) else {
            throw SystemError(operation: "synchronize \(path)")
        }
    }
}

/// Not through a `Folder`, whose descriptor only serves to look up what is beneath.
private func openForSynchronizing(_ path: String) -> CInt {
    unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
}
