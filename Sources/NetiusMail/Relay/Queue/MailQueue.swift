public import Netius

/// A durable queue of messages: a folder (the spool) with a file for each.
///
/// ```
/// incoming/                 empty files to write messages into, and those that have just been written
/// active/0190A6F2/ID        messages, in a folder for each minute or so
/// corrupt/ID                files that are not what they should be, for people to look at
/// lock                      held by the process that has the spool
/// ```
/// A message that was accepted stays until every recipient is settled, whatever happens to the process or the machine: it is
/// written into a file whose name in `incoming` is on the disk already, and keeps that name until the one in `active` is on
/// the disk too. What a crash leaves in `incoming` is given its place if it is whole; what is not was never acknowledged.
///
/// All work on files is done by threads of the queue's own.
public final class MailQueue: Sendable {
    /// Where and how messages are kept.
    public struct Configuration: Sendable {
        /// The folder, which is made where there is none.
        public var path: String
        /// The bytes of the disk that are to stay free: beyond, no more is accepted; 64 MiB by default.
        public var minimumFreeSpace = 64 << 20
        /// How much of a message is kept in memory before its file is begun, and between writes after that;
        /// 256 KiB by default.
        public var maximumBuffer = 256 << 10
        /// How many threads work on files; 16 by default.
        public var threads = 16
        /// Where to log; the task's current log by default.
        public var log: Log?
        /// How old a file of `incoming` that cannot be read must be to be given up, and for how long it was tried by then.
        var expiry: Duration = .seconds(5 * 86_400)
        var unreadablePatience: Duration = .seconds(3600)
        /// What makes messages last; tests have it fail.
        var disk = QueueDisk()

        /// The defaults.
        public init(path: String) { self.path = path }
    }

    let configuration: Configuration
    let pool: BlockingPool
    let spares: SpareFiles
    let spareNames: SpareNames
    let refused: RefusedFiles
    let log: Log
    private let lock: FileLock
    /// Held while a folder of `active` is made with what comes into it, or taken away, which waits for a disk: by threads of
    /// the queue alone.
    let folderChanges = Lock()
    /// What of `incoming` was there at first and has not been read.
    struct Unread {
        var names: Set<String>
        /// The messages that have come since, which are none of them.
        var since: Set<MailIdentifier> = []

        mutating func remove(_ name: String) {
            names.remove(name)
            if names.isEmpty { since = [] }
        }
    }

    let unread: Guarded<Unread>
    /// Since when that is tried.
    let opened = ContinuousClock.now
    /// The folders of `active` that have not been listed, and the messages that were put into each since.
    let unlisted = Guarded<[String: Set<MailIdentifier>]>([:])

    /// Takes the spool, making what is not there and removing what was never acknowledged. This waits for a disk.
    ///
    /// - Throws: `MailQueueError`, `.locked` where another process has it.
    public init(_ configuration: Configuration) throws(MailQueueError) {
        self.configuration = configuration
        log = configuration.log ?? Log.current
        pool = BlockingPool(name: "netius-queue", maximumThreads: configuration.threads, maximumQueue: 65_536)
        let path = configuration.path
        lock = try Self.systemErrors {
            if try FileSystem.makeFolder(path) { try Folder.synchronize(path: "\(path)/..") }
            for folder in ["incoming", "active", "corrupt"] { try FileSystem.makeFolder("\(path)/\(folder)") }
            let lock: FileLock
            do {
                lock = try FileLock(path: "\(path)/lock")
            } catch let error as SystemError where FileLock.isTaken(error) {
                throw MailQueueError.locked(path: path)
            }
            try Folder.synchronize(path: path)
            return lock
        }
        spares = SpareFiles(folder: "\(path)/incoming", disk: configuration.disk, pool: pool)
        spareNames = SpareNames(
            incomingPath: "\(path)/incoming", activePath: "\(path)/active", disk: configuration.disk, log: log)
        refused = RefusedFiles(disk: configuration.disk)
        let names = try Self.systemErrors { try FileSystem.names(in: "\(path)/incoming") }
        unread = Guarded(Unread(names: Set(names)))
        // What fails is tried again, and told, when messages are listed.
        _ = recover()
    }

    deinit {
        spareNames.end()
    }

    /// Runs `body`, whose errors become ours.
    static func systemErrors<Result>(_ body: () throws -> Result) throws(MailQueueError) -> Result {
        do {
            return try body()
        } catch let error as MailQueueError {
            throw error
        } catch let error as SystemError {
            throw .system(error)
        } catch is BlockingPoolError {
            throw .overloaded
        } catch {
            throw .system(SystemError(operation: "work on the queue (\(error))", code: 0))
        }
    }

    // MARK: Paths

    var activePath: String { "\(configuration.path)/active" }

    func folderPath(of identifier: MailIdentifier) -> String { "\(activePath)/\(identifier.folder)" }

    func path(of identifier: MailIdentifier) -> String { "\(folderPath(of: identifier))/\(identifier)" }

    func incomingPath(_ name: String) -> String { "\(configuration.path)/incoming/\(name)" }

    // MARK: What blocks

    /// Throws unless there is room for `count` more bytes.
    func checkSpace(for count: Int) throws {
        let available = try FileSystem.availableBytes(at: activePath)
        guard available >= configuration.minimumFreeSpace, available - configuration.minimumFreeSpace >= count else {
            throw MailQueueError.insufficientSpace(path: configuration.path)
        }
    }

    /// Opens the file of a message. One that is damaged is set aside.
    func open(_ identifier: MailIdentifier) throws(MailQueueError) -> QueueFile {
        let path = path(of: identifier)
        do {
            let file = try QueueFile(path: path)
            guard file.message.identifier == identifier else { throw RecordReader.Malformed() }
            return file
        } catch let error as SystemError {
            guard error.isNotFound else { throw .system(error) }
            throw .noSuchMessage(identifier)
        } catch {
            setAside(path, as: identifier.description)
            throw .damaged(identifier)
        }
    }

    /// Opens the file of a message to be delivered. One that is damaged is set aside.
    func load(_ identifier: MailIdentifier) throws(MailQueueError) -> ActiveMessage {
        let file = try open(identifier)
        do {
            return try ActiveMessage(file)
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            setAside(file.path, as: identifier.description)
            throw .damaged(identifier)
        }
    }

    /// Moves a file to where people look at it.
    ///
    /// - Returns: Whether it is there now.
    @discardableResult
    func setAside(_ path: String, as name: String) -> Bool {
        do {
            try FileSystem.move(path, to: "\(configuration.path)/corrupt/\(name)")
            log.error("set aside a damaged file of the queue", metadata: ["file": "corrupt/\(name)"])
            return true
        } catch {
            log.error("a damaged file of the queue cannot be set aside: \(error)")
            return false
        }
    }
}
