import Netius

/// What a response says of a file, in the form in which it is sent.
final class FileDescription: Sendable {
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

    /// - Parameters:
    ///   - status: What the system says of the file.
    ///   - type: The media type.
    ///   - coding: How the content is compressed.
    ///   - isNegotiated: Whether another might have been chosen.
    ///   - fixedFields: The fields that all files have.
    ///   - now: The present.
    init(
        _ status: File.Status, type: String, coding: FileCoding?, isNegotiated: Bool, fixedFields: HTTPFields,
        now: Timestamp = .now
    ) {
        self.status = status
        self.type = type
        self.coding = coding
        self.isNegotiated = isNegotiated
        modified = min(status.modified, now)
        entityTag = FileEntityTag.tag(
            inode: status.inode, modified: status.modified, size: status.size,
            isSettled: FileEntityTag.isSettled(status.modified, now: now))
        var fields = HTTPFields()
        fields.reserveCapacity(10)
        fields.append(.contentType, type)
        fields.append(contentsOf: fixedFields)
        fields.append(.eTag, entityTag.description)
        fields.append(.lastModified, Self.lastModified(modified))
        if let coding { fields.append(.contentEncoding, coding.rawValue) }
        if isNegotiated { fields.append(.vary, "Accept-Encoding") }
        headerFields = fields
    }

    private static func lastModified(_ time: Timestamp) -> String {
        String(decoding: HTTPDate.bytes(secondsSince1970: Int(clamping: time.seconds)), as: UTF8.self)
    }

    /// Whether a file with that status would be described in the same words. A tag that is weak becomes strong in time.
    func describes(_ status: File.Status, type: String, coding: FileCoding?, isNegotiated: Bool) -> Bool {
        !entityTag.isWeak && self.status == status && self.type == type && self.coding == coding
            && self.isNegotiated == isNegotiated
    }
}
