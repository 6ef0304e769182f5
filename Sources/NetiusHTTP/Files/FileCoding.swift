/// A content coding in which a file may lie beside itself.
enum FileCoding: CaseIterable, Sendable {
    // In the order of preference where a client has none: the smaller first.
    case brotli, gzip

    /// Its name in Accept-Encoding and Content-Encoding (RFC 9110 section 8.4.1, RFC 7932).
    var name: String {
        switch self {
        case .brotli: "br"
        case .gzip: "gzip"
        }
    }

    /// What is behind the name of the file.
    var suffix: StaticString {
        switch self {
        case .brotli: ".br"
        case .gzip: ".gz"
        }
    }
}
