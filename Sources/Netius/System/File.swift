internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that is open for reading. It is closed when the last reference goes.
///
/// Reading says where from, so that many may read at once.
public final class File: Sendable {
    /// What kind of thing was opened.
    public enum Kind: Sendable, Hashable {
        case regular
        case directory
        /// A pipe, a device, a socket.
        case other
    }

    /// What the system knew of the file when it was opened.
    public struct Status: Sendable, Hashable {
        /// What it is.
        public let kind: Kind
        /// The bytes in it.
        public let size: Int
        /// When its content was last changed.
        public let modified: Timestamp
        /// The file system it is in.
        public let device: UInt64
        /// Its number in the file system.
        public let inode: UInt64
    }

    package let descriptor: CInt
    /// What the system knew of the file when it was opened.
    public let status: Status

    /// Opens a file. This may wait for a disk: on a loop, do it in a `BlockingPool`.
    ///
    /// - Throws: `SystemError`.
    public convenience init(path: String) throws {
        // Non-blocking, so that opening a pipe waits for nobody.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        try self.init(descriptor: descriptor)
    }

    /// Takes over an open file, which is closed when this throws.
    package init(descriptor: CInt) throws {
        do {
            status = try Self.status(of: descriptor)
        } catch {
            Descriptor.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        Descriptor.close(descriptor)
    }

    /// What the system knows of the file now.
    ///
    /// - Throws: `SystemError`.
    public func currentStatus() throws -> Status {
        try Self.status(of: descriptor)
    }

    private static func status(of descriptor: CInt) throws -> Status {
        var found = netius_file_status()
        guard unsafe netius_file_status(descriptor, &found) == 0 else { throw SystemError(operation: "fstat") }
        return Status(found)
    }

    /// Reads bytes, waiting for a disk if need be: on a loop, do it in a `BlockingPool`.
    ///
    /// - Parameters:
    ///   - offset: Where in the file to begin; a negative one counts as 0.
    ///   - count: The most bytes to read.
    /// - Returns: The bytes, fewer than asked for where the file ends; none at its end.
    /// - Throws: `SystemError`.
    public func read(at offset: Int, upTo count: Int) throws -> [UInt8] {
        guard count > 0 else { return [] }
        let start = max(offset, 0)
        return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let result = retryingOnInterrupt {
                    unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(start + filled))
                }
                guard result >= 0 else { throw SystemError(operation: "read") }
                guard result > 0 else { return }
                filled += result
            }
        }
    }

    /// Reads bytes that are in memory, without waiting for a disk.
    ///
    /// - Returns: The bytes, perhaps fewer than asked for; nil where it would have to wait, or failed, which `read` will
    ///   then tell.
    package func readAtOnce(at offset: Int, upTo count: Int) -> [UInt8]? {
        guard count > 0 else { return [] }
        var isRead = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // Safe: the system writes within the buffer, and tells how much.
            guard let result = unsafe readAtOnce(at: offset, into: UnsafeMutableRawBufferPointer(buffer)) else {
                return
            }
            isRead = true
            filled = result
        }
        return isRead ? bytes : nil
    }

    /// Reads as much as is in memory, without waiting for a disk.
    ///
    /// - Returns: How many bytes were read; 0 at the end of the file; nil where it would have to wait, or failed, which
    ///   `read` will then tell.
    func readAtOnce(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let result = retryingOnInterrupt {
            unsafe netius_read_at_once(descriptor, bytes.baseAddress, UInt(bytes.count), Int64(offset))
        }
        return result >= 0 ? result : nil
    }
}

/// Why a file cannot be sent.
public enum FileError: Error, Hashable, CustomStringConvertible {
    /// The file has become shorter than what was to be sent of it.
    case truncated

    /// One line for people.
    public var description: String {
        switch self {
        case .truncated: "the file has become shorter"
        }
    }
}

extension File.Status {
    init(_ found: netius_file_status) {
        self.init(
            kind: found.is_regular != 0 ? .regular : found.is_directory != 0 ? .directory : .other,
            size: Int(clamping: found.size),
            modified: Timestamp(seconds: found.modified_seconds, nanoseconds: found.modified_nanoseconds),
            device: found.device, inode: found.inode)
    }
}
