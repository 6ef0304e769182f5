public import Netius

/// The content of a message as a client sends it: what is between DATA and the line with a period alone, which the client
/// adds. It can be sent any number of times.
public enum SMTPContent: Sendable {
    /// Octets.
    case bytes([UInt8])
    /// The octets `after`, and then `count` octets of a file from `from` on. Only a part of them is in memory at a time.
    case file(File, from: Int, count: Int, after: [UInt8] = [])

    /// The octets in it.
    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, _, let count, let after): after.count.addingReportingOverflow(max(count, 0)).partialValue
        }
    }
}
