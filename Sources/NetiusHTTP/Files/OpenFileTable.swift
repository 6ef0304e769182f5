import Netius

/// The files that were opened in this turn of a loop. Used on the loop's thread alone.
///
/// A file stays open to the end of the turn, so that it is opened once for all requests that have come together: what is
/// sent is never older than that.
final class OpenFileTable: TurnObserver {
    /// What a request asks for: the octets of its path, and of its Accept-Encoding.
    struct Key {
        let path: ArraySlice<UInt8>
        let acceptEncoding: ArraySlice<UInt8>

        /// Nil where there are several fields of Accept-Encoding, or more octets than are worth keeping.
        init?(_ request: HTTPRequest) {
            path = FileTarget(request).path
            guard path.count <= 1024 else { return nil }
            guard let storage = request.headerFields.storage, let index = storage.index(of: .acceptEncoding) else {
                acceptEncoding = []
                return
            }
            guard storage.index(of: .acceptEncoding, from: index + 1) == nil else { return nil }
            acceptEncoding = storage.bytes[storage.entries[index].value]
            guard acceptEncoding.count <= 256 else { return nil }
        }

        /// FNV-1a. Who makes collisions only has files opened again.
        var hash: Int {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for octet in path { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
            for octet in acceptEncoding { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
            return Int(truncatingIfNeeded: hash ^ hash >> 32)
        }
    }

    private struct Slot {
        let path: [UInt8]
        let acceptEncoding: [UInt8]
        let file: File
        let representation: FileRepresentation

        func matches(_ key: Key) -> Bool {
            path.elementsEqual(key.path) && acceptEncoding.elementsEqual(key.acceptEncoding)
        }
    }

    /// How many files are kept open; a power of two. A new one takes the place of what has the same hash.
    private static let capacity = 64

    private let loop: EventLoop
    private var slots = [Slot?](repeating: nil, count: capacity)
    private var used: [Int] = []

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// The file, if it was opened in this turn, and what is said of it.
    func file(_ key: Key) -> (File, FileRepresentation)? {
        guard let slot = slots[Self.index(of: key)], slot.matches(key) else { return nil }
        return (slot.file, slot.representation)
    }

    /// Keeps the file to the end of the turn.
    func keep(_ file: File, _ representation: FileRepresentation, _ key: Key) {
        if used.isEmpty { loop.observeEndOfTurn(self) }
        let index = Self.index(of: key)
        if slots[index] == nil { used.append(index) }
        slots[index] = Slot(
            path: Array(key.path), acceptEncoding: Array(key.acceptEncoding), file: file,
            representation: representation)
    }

    func turnEnded() {
        for index in used { slots[index] = nil }
        used.removeAll(keepingCapacity: true)
    }

    private static func index(of key: Key) -> Int { key.hash & (capacity - 1) }
}

extension FileServer {
    /// The table of the loop that a request is on; nil where it is on none.
    func openFiles(for request: HTTPRequest) -> OpenFileTable? {
        guard let worker = request.exchange?.connection.worker, worker.loop.isCurrent else { return nil }
        return worker.local(of: self) { OpenFileTable(loop: worker.loop) }
    }

    /// Lets the requests that came with this one have the same file.
    ///
    /// Not if this one came in an earlier turn, and so has waited: meanwhile the file may have been replaced.
    func keep(_ file: File, _ representation: FileRepresentation, for request: HTTPRequest) {
        guard let key = OpenFileTable.Key(request), let openFiles = openFiles(for: request),
            let exchange = request.exchange, exchange.began == exchange.connection.loop.now
        else { return }
        openFiles.keep(file, representation, key)
    }
}
