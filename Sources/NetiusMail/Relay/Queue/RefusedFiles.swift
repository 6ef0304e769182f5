internal import Netius

/// Files of messages that were refused when they were whole already, and that the disk would not let be emptied: a later
/// start would take them for mail. That is tried again before each message, until they are gone.
///
/// They are few: who cannot empty or remove a file can make none either.
final class RefusedFiles: Sendable {
    private let disk: QueueDisk
    private let paths = Guarded<[String]>([])

    init(disk: QueueDisk) { self.disk = disk }

    /// Takes notice of files, or of names that one may have.
    func add(_ more: [String]) {
        paths.withLock { $0 += more }
    }

    /// Tries to have them gone. This waits for a disk where there are any.
    func removeAgain() {
        let paths = paths.withLock { paths in
            defer { paths = [] }
            return paths
        }
        guard !paths.isEmpty else { return }
        add(paths.filter { !isGone($0) })
    }

    /// Removes a file; whether that will stay so.
    private func isGone(_ path: String) -> Bool {
        do {
            try NewFile(prepared: path).discard()
            return true
        } catch let error as SystemError where error.isNotFound {
            // Somebody could remove the name: that is to be on the disk too.
            return isSynchronized(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
        } catch {
            _ = try? FileSystem.removeFile(path)
            return false
        }
    }

    private func isSynchronized(_ folder: String) -> Bool {
        do {
            try disk.synchronize(folder)
            return true
        } catch {
            return (error as? SystemError)?.isNotFound == true
        }
    }
}
