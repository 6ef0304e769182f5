internal import Netius

/// The file of a message in the queue, open for reading.
struct QueueFile: Sendable {
    let file: File
    let path: String
    let layout: QueueFileLayout
    /// The message as its journal leaves it.
    var message: QueuedMessage
    /// Where the journal's next record goes.
    var journalEnd: Int
    private let checksums: QueueFileLayout.Checksums

    /// Opens and reads a file, but for its content. This waits for a disk.
    ///
    /// - Throws: `SystemError`; `RecordReader.Malformed` where it is not whole.
    init(path: String) throws {
        file = try File(path: path)
        self.path = path
        guard file.status.kind == .regular else { throw RecordReader.Malformed() }
        // Most envelopes are there at once.
        let start = try file.read(at: 0, upTo: 4096)
        let head = Array(start.prefix(QueueFileLayout.headLength))
        let (layout, checksums) = try QueueFileLayout.read(head: head)
        guard layout.journalStart <= file.status.size else { throw RecordReader.Malformed() }
        let envelope =
            layout.contentStart <= start.count
            ? Array(start[QueueFileLayout.headLength..<layout.contentStart])
            : try file.read(at: QueueFileLayout.headLength, upTo: layout.envelopeLength)
        guard envelope.count == layout.envelopeLength, Checksum.of(envelope) == checksums.envelope else {
            throw RecordReader.Malformed()
        }
        var message = try QueueEnvelope.decode(envelope)
        let journal = try file.read(at: layout.journalStart, upTo: file.status.size - layout.journalStart)
        journalEnd = layout.journalStart + QueueJournal.replay(journal, on: &message)
        message.size = layout.prologueLength + layout.contentLength
        self.layout = layout
        self.message = message
        self.checksums = checksums
    }

    /// The fields that are sent before the content.
    func prologue() throws -> [UInt8] {
        let prologue = try file.read(at: layout.prologueStart, upTo: layout.prologueLength)
        guard prologue.count == layout.prologueLength, Checksum.of(prologue) == checksums.prologue else {
            throw RecordReader.Malformed()
        }
        return prologue
    }

    /// Looks at all of it that was written at once, in pieces. This waits for a disk.
    ///
    /// - Throws: `SystemError`; `RecordReader.Malformed` where it is not whole.
    func check() throws {
        _ = try prologue()
        var checksum = Checksum()
        var position = layout.contentStart
        while position < layout.prologueStart {
            let piece = try file.read(at: position, upTo: min(layout.prologueStart - position, Self.pieceLength))
            guard !piece.isEmpty else { throw RecordReader.Malformed() }
            checksum.append(piece)
            position += piece.count
        }
        guard checksum.value == checksums.content else { throw RecordReader.Malformed() }
    }

    private static let pieceLength = 256 << 10
}
