internal import Netius

/// Brings names in folders to the disk, once for all that ask while it is under way: a group commit.
final class FolderSynchronizer: Sendable {
    typealias Completion = @Sendable (Result<Void, SystemError>) -> Void

    /// By folder, those that wait for the next time; there is an entry while a thread is at it.
    private let waiting = Guarded<[String: [Completion]]>([:])

    /// Calls back when the names that the folder has now are on the disk. The thread may wait for that, and for what
    /// others ask of the same folder meanwhile.
    func synchronize(_ folder: String, _ completion: @escaping Completion) {
        let leads = waiting.withLock { waiting in
            guard waiting[folder] != nil else {
                waiting[folder] = []
                return true
            }
            waiting[folder]?.append(completion)
            return false
        }
        guard leads else { return }
        var batch = [completion]
        while !batch.isEmpty {
            let result = Self.synchronize(folder)
            for completion in batch { completion(result) }
            batch = waiting.withLock { waiting in
                let next = waiting[folder] ?? []
                waiting[folder] = next.isEmpty ? nil : []
                return next
            }
        }
    }

    private static func synchronize(_ folder: String) -> Result<Void, SystemError> {
        do {
            try Folder.synchronize(path: folder)
            return .success(())
        } catch let error as SystemError {
            return .failure(error)
        } catch {
            return .failure(SystemError(operation: "synchronize \(folder)", code: 0))
        }
    }
}
