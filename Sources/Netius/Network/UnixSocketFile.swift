#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The file of a Unix domain socket that this process has bound.
struct UnixSocketFile: Sendable {
    private let path: String
    private let device: UInt64
    private let file: UInt64

    /// Binds a socket to the path. A socket there that nobody listens on is taken away first; nothing else ever is.
    static func bind(_ path: String, permissions: UInt32?) throws -> (CInt, UnixSocketFile?) {
        let address = SocketAddress.unix(path: path)
        let descriptor = try Socket.open(for: address)
        do {
            #if os(Linux)
                // Before it is bound: nobody can connect between the two.
                if let permissions { _ = fchmod(descriptor, mode_t(truncatingIfNeeded: permissions)) }
            #endif
            do {
                try Socket.bind(descriptor, to: address)
            } catch let error as SystemError where error.code == EADDRINUSE {
                guard isStale(address, path) else { throw error }
                _ = unsafe unlink(path)
                try Socket.bind(descriptor, to: address)
            }
            if let permissions, !path.hasPrefix("@"),
                unsafe chmod(path, mode_t(truncatingIfNeeded: permissions)) != 0
            {
                throw SystemError(operation: "chmod \(path)")
            }
        } catch {
            Descriptor.close(descriptor)
            throw error
        }
        return (descriptor, UnixSocketFile(path))
    }

    private init?(_ path: String) {
        var status = stat()
        guard !path.hasPrefix("@"), unsafe lstat(path, &status) == 0 else { return nil }
        self.path = path
        device = UInt64(truncatingIfNeeded: status.st_dev)
        file = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// Removes the file, unless another has taken its place.
    func remove() {
        guard let there = UnixSocketFile(path), there.device == device, there.file == file else { return }
        _ = unsafe unlink(path)
    }

    private static func isStale(_ address: SocketAddress, _ path: String) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
            let probe = try? Socket.open(for: address)
        else { return false }
        defer { Descriptor.close(probe) }
        do {
            _ = try Socket.connect(probe, to: address)
            return false
        } catch {
            return (error as? SystemError)?.code == ECONNREFUSED
        }
    }
}
