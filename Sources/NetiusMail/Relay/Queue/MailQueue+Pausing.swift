internal import Netius

extension MailQueue {
    private var pausePath: String { "\(configuration.path)/paused" }

    /// Whether delivery is paused, also when the relay is started anew.
    var isPaused: Bool { (try? File(path: pausePath)) != nil }

    /// Pauses delivery, or lets it go on. This waits for a disk.
    func setPaused(_ isPaused: Bool) throws {
        if isPaused, !self.isPaused {
            try NewFile(path: pausePath).keep()
        } else if !isPaused {
            try FileSystem.removeFile(pausePath)
        }
        try Folder.synchronize(path: configuration.path)
    }
}
