/// A content coding that can be applied and undone here (RFC 9110 §8.4.1).
public enum HTTPContentCoding: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// `gzip`: the format of RFC 1952.
    case gzip
    /// `deflate`: the zlib format of RFC 1950, not the bare stream of RFC 1951.
    case deflate

    /// The coding of that name, without regard to case; nil for any other. `x-gzip` is `gzip` (RFC 9110 §8.4.1.3).
    public init?(name: String) {
        switch name.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// The name, as fields have it.
    public var description: String { rawValue }

    /// How zlib is told the format: the size of the window as a power of two, the largest, and 16 more for gzip.
    var windowBits: Int32 {
        switch self {
        case .gzip: 15 + 16
        case .deflate: 15
        }
    }
}
