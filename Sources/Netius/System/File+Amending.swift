#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension File {
    /// Replaces what a file has from `offset` on. This waits for a disk.
    ///
    /// - Parameters:
    ///   - path: The file, which must exist.
    ///   - offset: Where what stays ends.
    ///   - bytes: What comes there.
    ///   - synchronizing: Whether to wait until it is on the disk.
    /// - Throws: `SystemError`; what was written by then may be there in part.
    package static func amend(
        path: String, from offset: Int, with bytes: [UInt8], synchronizing: Bool
    ) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        defer { Descriptor.close(descriptor) }
        guard retryingOnInterrupt({ Int(ftruncate(descriptor, off_t(offset))) }) == 0 else {
            throw SystemError(operation: "truncate \(path)")
        }
        var written = 0
        while written < bytes.count {
            // The rest is within the array, which outlives the call.
            let result = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return retryingOnInterrupt {
                    unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
                }
            }
            guard result >= 0 else { throw SystemError(operation: "write \(path)") }
            written += result
        }
        guard !synchronizing || Descriptor.synchronize(descriptor) else {
            throw SystemError(operation: "synchronize \(path)")
        }
    }
}
