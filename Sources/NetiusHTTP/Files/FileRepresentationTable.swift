import Netius

/// The representations of files that were sent lately, by their inodes.
///
/// It holds no files, and nothing in it is used before the file has been opened and its status is found to be the
/// same: so nothing in it is ever out of date.
struct FileRepresentationTable: Sendable {
    /// How many parts there are, so that loops seldom wait for each other's lock.
    private static let partCount: UInt64 = 16
    /// How many representations a part holds. Of two files that have one place the later takes it.
    private static let placeCount: UInt64 = 64

    private let parts: [Guarded<[FileRepresentation?]>]
    private let fixedFields: HTTPFields

    /// - Parameter fixedFields: The fields that all files have.
    init(fixedFields: HTTPFields) {
        self.fixedFields = fixedFields
        parts = (0..<Self.partCount).map { _ in Guarded(Array(repeating: nil, count: Int(Self.placeCount))) }
    }

    /// What is said of a file.
    ///
    /// - Parameters:
    ///   - status: Its status.
    ///   - type: The media type.
    ///   - coding: How its content is compressed.
    ///   - isNegotiated: Whether another might have been chosen for another Accept-Encoding.
    /// - Returns: The representation, made now if it is not there.
    func representation(
        of status: File.Status, type: String, coding: FileCoding? = nil, isNegotiated: Bool
    ) -> FileRepresentation {
        let part = parts[Int(truncatingIfNeeded: status.inode % Self.partCount)]
        let place = Int(truncatingIfNeeded: status.inode / Self.partCount % Self.placeCount)
        if let found = part.withLock({ $0[place] }), found.status == status, found.coding == coding,
            found.isNegotiated == isNegotiated, found.type == type
        {
            return found
        }
        let made = FileRepresentation(
            status, type: type, coding: coding, isNegotiated: isNegotiated, fixedFields: fixedFields)
        if made.isSettled { part.withLock { $0[place] = made } }
        return made
    }
}
