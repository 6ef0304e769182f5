import FoundationEssentials
import Netius
import NetiusHTTP

/// What somebody writes.
struct NewNote: Codable {
    var name: String
    var text: String

    func checked() throws -> NewNote {
        guard 1...40 ~= name.count, 1...1000 ~= text.count else {
            throw HTTPError(.unprocessableContent, message: "a name has 1 to 40 characters, a note 1 to 1000")
        }
        return self
    }
}

/// What is in the book.
struct Note: Codable {
    var id: Int
    var name: String
    var text: String
    /// The name of a file.
    var photo: String?
}

/// The notes, and those who look on.
actor Guestbook {
    enum Event {
        case signed(Note)
        case removed(id: Int)
    }

    /// The most notes that are kept: the oldest makes room.
    static let capacity = 100

    private(set) var notes: [Note] = []
    private var lastID = 0
    private var watchers: [UUID: AsyncStream<Event>.Continuation] = [:]
    private let photos: URL

    init(photos: URL) {
        self.photos = photos
    }

    subscript(id: Int) -> Note? { notes.first { $0.id == id } }

    func sign(_ new: NewNote, photo: String? = nil) throws -> Note {
        let new = try new.checked()
        lastID += 1
        let note = Note(id: lastID, name: new.name, text: new.text, photo: photo)
        notes.append(note)
        tell(.signed(note))
        if notes.count > Self.capacity { remove(notes[0].id) }
        return note
    }

    @discardableResult
    func remove(_ id: Int) -> Bool {
        guard let index = notes.firstIndex(where: { $0.id == id }) else { return false }
        if let photo = notes.remove(at: index).photo {
            let file = photos.appending(path: photo)
            // Disks are slow: nobody waits for this one.
            Task { try await BlockingPool.shared.run { try FileManager.default.removeItem(at: file) } }
        }
        tell(.removed(id: id))
        return true
    }

    /// The notes after one, then all that happens.
    func events(after id: Int) -> AsyncStream<Event> {
        let (events, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(2 * Self.capacity))
        for note in notes where note.id > id { continuation.yield(.signed(note)) }
        let watcher = UUID()
        watchers[watcher] = continuation
        continuation.onTermination = { _ in Task { await self.leave(watcher) } }
        return events
    }

    private func leave(_ watcher: UUID) {
        watchers[watcher] = nil
    }

    private func tell(_ event: Event) {
        for watcher in watchers.values { watcher.yield(event) }
    }
}
