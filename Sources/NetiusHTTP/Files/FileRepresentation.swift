import Netius

/// A file in the form in which it is sent, with what tells it from others.
struct FileRepresentation {
    let file: File
    /// The media type.
    let type: String
    /// How the content is compressed; nil if it is not.
    let coding: FileCoding?
    /// Whether another might have been chosen for another Accept-Encoding.
    var isNegotiated = false
    let entityTag: HTTPEntityTag
    /// When the file was modified, but not in the future (RFC 9110 section 8.8.2.1).
    let modified: Timestamp

    init(_ file: File, type: String, coding: FileCoding? = nil, now: Timestamp = .now) {
        self.file = file
        self.type = type
        self.coding = coding
        let status = file.status
        modified = min(status.modified, now)
        entityTag = FileEntityTag.tag(
            inode: status.inode, modified: status.modified, size: status.size,
            isSettled: FileEntityTag.isSettled(status.modified, now: now))
    }

    /// The value of Last-Modified.
    var lastModified: String {
        String(decoding: HTTPDate.bytes(secondsSince1970: Int(clamping: modified.seconds)), as: UTF8.self)
    }
}
