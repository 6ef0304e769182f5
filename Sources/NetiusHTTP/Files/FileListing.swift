import Netius

/// What is in a folder, as it is shown.
struct FileListing: Sendable {
    /// A file or a folder in it.
    struct Entry: Equatable, Sendable {
        /// The name: octets that need not be UTF-8.
        var name: [UInt8]
        var isFolder: Bool
        /// In octets; of a folder it says nothing.
        var size: Int
        var modified: Timestamp
        /// The media type, of a folder nothing.
        var type: String
    }

    /// The path of the folder that is served, as clients see it, with a slash at its end: `/`.
    var root: String
    /// The names that lead from there to the folder.
    var segments: [[UInt8]]
    /// The entries in the order in which they are shown.
    var entries: [Entry]
    /// Whether there are more than were read.
    var isCut: Bool
    /// By what they are in order.
    var order: FileListingOrder

    /// The octets of all files in it.
    var totalSize: Int {
        entries.reduce(0) { sum, entry in
            let (total, overflows) = sum.addingReportingOverflow(entry.isFolder ? 0 : entry.size)
            return overflows ? .max : total
        }
    }
}
