internal import Netius

/// What the queue asks of the file system so that messages last; tests have it refused.
struct QueueDisk: Sendable {
    /// Waits until the names in a folder are on the disk.
    var synchronize: @Sendable (_ folder: String) throws -> Void = { try Folder.synchronize(path: $0) }
    /// Gives a file another name; false where the file system gives it no more than one.
    var addName: @Sendable (_ name: String, _ path: String) throws -> Bool = { try FileSystem.addName($0, to: $1) }
}
