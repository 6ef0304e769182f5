internal import Netius

/// What the queue asks of the file system so that messages last; tests have it refused.
struct QueueDisk: Sendable {
    /// Waits until the names in a folder are on the disk.
    var synchronize: @Sendable (_ folder: String) throws -> Void = { try Folder.synchronize(path: $0) }
    /// Waits until what was written to a file is on the disk.
    var synchronizeFile: @Sendable (NewFile) throws -> Void = { try $0.synchronize() }
    /// Gives a file another name; false where the file system gives it no more than one.
    var addName: @Sendable (_ name: String, _ path: String) throws -> Bool = { try FileSystem.addName($0, to: $1) }
    /// Reads all of a message.
    var check: @Sendable (QueueFile) throws -> Void = { try $0.check() }
}
