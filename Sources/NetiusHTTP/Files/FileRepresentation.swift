import Netius

/// What is said of a file when it is sent: all of it follows from its status, and is made once as long as that stays.
final class FileRepresentation: Sendable {
    /// What the file was when it was opened.
    let status: File.Status
    /// The media type.
    let type: String
    /// How the content is compressed; nil if it is not.
    let coding: FileCoding?
    /// Whether another might have been chosen for another Accept-Encoding.
    let isNegotiated: Bool
    let entityTag: HTTPEntityTag
    /// When the file was modified, but not in the future (RFC 9110 section 8.8.2.1).
    let modified: Timestamp
    /// The fields of a response with all of it.
    let headerFields: HTTPFields
    /// Whether it will be the same at any later time.
    let isSettled: Bool

    init(
        _ status: File.Status, type: String, coding: FileCoding?, isNegotiated: Bool, fixedFields: HTTPFields,
        now: Timestamp = .now
    ) {
        self.status = status
        self.type = type
        self.coding = coding
        self.isNegotiated = isNegotiated
        modified = min(status.modified, now)
        isSettled = FileEntityTag.isSettled(status.modified, now: now)
        entityTag = FileEntityTag.tag(
            inode: status.inode, modified: status.modified, size: status.size, isSettled: isSettled)
        var fields: HTTPFields = [.contentType: type]
        fields.append(contentsOf: fixedFields)
        fields.append(.eTag, entityTag.description)
        let date = HTTPDate.bytes(secondsSince1970: Int(clamping: modified.seconds))
        fields.append(.lastModified, String(decoding: date, as: UTF8.self))
        if let coding { fields.append(.contentEncoding, coding.rawValue) }
        if isNegotiated { fields.append(.vary, "Accept-Encoding") }
        headerFields = fields
    }
}
