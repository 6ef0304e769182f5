import Netius

/// What one loop knows of the files that it has sent lately. Used on the loop's thread alone.
///
/// A file stays open to the end of the loop's turn, so that it is opened once for all requests that have come together;
/// what is sent is never older than that. Its description is kept for longer, and used again where the system says the
/// same of the file as before.
final class FileTable: TurnObserver {
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
        let description: FileDescription
        /// Nil after the turn.
        var file: File?

        func matches(_ key: Key) -> Bool {
            path.elementsEqual(key.path) && acceptEncoding.elementsEqual(key.acceptEncoding)
        }
    }

    /// How many files are known; a power of two. A new one takes the place of what has the same hash.
    private static let capacity = 256

    private let loop: EventLoop
    private var slots = [Slot?](repeating: nil, count: capacity)
    /// The slots with files that are open.
    private var open: [Int] = []

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// The file, if it was opened in this turn.
    func file(_ key: Key) -> FileRepresentation? {
        guard let slot = slots[Self.index(of: key)], let file = slot.file, slot.matches(key) else { return nil }
        return FileRepresentation(file: file, description: slot.description)
    }

    /// What was said of the file when it was last sent.
    func description(_ key: Key) -> FileDescription? {
        guard let slot = slots[Self.index(of: key)], slot.matches(key) else { return nil }
        return slot.description
    }

    /// Keeps the file to the end of the turn, and its description.
    func keep(_ representation: FileRepresentation, _ key: Key) {
        let index = Self.index(of: key)
        if let slot = slots[index], slot.description === representation.description, slot.matches(key) {
            slots[index]?.file = representation.file
        } else {
            slots[index] = Slot(
                path: Array(key.path), acceptEncoding: Array(key.acceptEncoding),
                description: representation.description, file: representation.file)
        }
        if open.isEmpty { loop.observeEndOfTurn(self) }
        open.append(index)
    }

    func turnEnded() {
        for index in open { slots[index]?.file = nil }
        open.removeAll(keepingCapacity: true)
    }

    private static func index(of key: Key) -> Int { key.hash & (capacity - 1) }
}

extension FileServer {
    /// The table of the loop that a request is on; nil where it is on none.
    func table(for request: HTTPRequest) -> FileTable? {
        guard let worker = request.exchange?.connection.worker, worker.loop.isCurrent else { return nil }
        return worker.local(of: self) { FileTable(loop: worker.loop) }
    }
}
