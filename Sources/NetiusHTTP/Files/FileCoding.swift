/// A content coding in which a file may lie beside itself, by its name in Accept-Encoding and Content-Encoding.
///
/// In the order of preference where a client has none: the smaller first.
enum FileCoding: String, CaseIterable, Sendable {
    /// RFC 7932.
    case brotli = "br"
    /// RFC 9110 section 8.4.1.3.
    case gzip = "gzip"

    /// What is behind the name of the file.
    var suffix: StaticString {
        switch self {
        case .brotli: ".br"
        case .gzip: ".gz"
        }
    }
}
