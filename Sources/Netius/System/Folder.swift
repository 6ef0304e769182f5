internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A folder that is open, so that what is beneath it can be opened: it is the system that sees to it that nothing
/// outside is.
///
/// It stays the same folder when it is moved, or another takes its path.
package final class Folder: Sendable {
    /// What came of opening.
    package enum Opening: Sendable {
        case opened(File)
        /// It would have to wait for a disk.
        case wouldWait
        /// There is no such thing, or only by a link that is not followed, or it is a socket.
        case notFound
        /// This process may not read it.
        case forbidden
        /// Something else, such as that descriptors have run out.
        case failed(SystemError)
    }

    private let descriptor: CInt
    private let links: SymbolicLinkPolicy
    private let resolution: CInt

    /// Opens a folder, following links to it. This may wait for a disk.
    ///
    /// - Throws: `SystemError`, with `ENOTDIR` where there is something else.
    package convenience init(path: String, links: SymbolicLinkPolicy = .beneathRoot) throws {
        try self.init(path: path, links: links, resolvesSegments: false)
    }

    /// `resolvesSegments`: as on a system without openat2(2).
    package init(path: String, links: SymbolicLinkPolicy, resolvesSegments: Bool) throws {
        descriptor = unsafe netius_open_folder(path)
        guard descriptor >= 0 else { throw SystemError(operation: "open \(path)") }
        self.links = links
        resolution = resolvesSegments ? CInt(NETIUS_RESOLVES_SEGMENTS) : netius_resolution(descriptor)
    }

    deinit {
        Descriptor.close(descriptor)
    }

    /// Opens what is beneath the folder.
    ///
    /// - Parameters:
    ///   - path: Segments with a slash between two, and NUL at the end. None of them is empty, `.` or `..`; no segments
    ///     are the folder itself.
    ///   - waits: Whether to wait for a disk. On a loop: no.
    /// - Returns: What came of it.
    package func open(_ path: [UInt8], waits: Bool) -> Opening {
        guard waits || resolution == CInt(NETIUS_RESOLVES_CACHED) else { return .wouldWait }
        // A path is looked up anew where something was moved meanwhile, or, without waiting, was not in memory.
        for _ in 0..<(waits ? Self.attempts : 1) {
            let opened = openOnce(path, options: waits ? 0 : CInt(NETIUS_CACHED_ONLY))
            if opened >= 0 { return adopt(opened) }
            guard errno == EAGAIN || errno == EINTR else { return failure() }
        }
        return waits ? failure() : .wouldWait
    }

    /// How often a path is looked up, at most.
    private static let attempts = 8

    private func openOnce(_ path: [UInt8], options: CInt) -> CInt {
        let options = options | linkOptions
        // The path ends with NUL, as its description asks; an array that did not would be read past its end.
        guard path.last == 0 else {
            errno = ENOENT
            return -1
        }
        return unsafe path.withUnsafeBytes { bytes in
            guard let path = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
            return resolution == CInt(NETIUS_RESOLVES_SEGMENTS)
                ? unsafe netius_open_segments(descriptor, path, options)
                : unsafe netius_open_beneath(descriptor, path, options)
        }
    }

    private var linkOptions: CInt {
        switch links {
        case .never: CInt(NETIUS_LINKS_NEVER)
        case .beneathRoot: 0
        case .anywhere: CInt(NETIUS_LINKS_ANYWHERE)
        }
    }

    private func adopt(_ opened: CInt) -> Opening {
        do {
            return .opened(try File(descriptor: opened))
        } catch let error as SystemError {
            return .failed(error)
        } catch {
            return .notFound
        }
    }

    private func failure() -> Opening {
        switch errno {
        case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, EXDEV, ENXIO, ENODEV, EINVAL, EILSEQ: .notFound
        case EACCES, EPERM: .forbidden
        default: .failed(SystemError(operation: "open"))
        }
    }
}

extension Folder {
    /// The status of what is beneath the folder, for which it is not touched; nil if it may not be had.
    func status(of path: [UInt8]) -> File.Status? {
        // Where links are not followed an entry's own status is all there is.
        guard resolution != CInt(NETIUS_RESOLVES_SEGMENTS) || links == .anywhere else { return nil }
        let opened = openOnce(path, options: CInt(NETIUS_STATUS_ONLY))
        guard opened >= 0 else { return nil }
        return try? File(descriptor: opened).status
    }
}
