/// Media types that are worth compressing: text, what is made of it, and some that are not dense.
public struct CompressibleMediaTypes: Sendable, ExpressibleByArrayLiteral {
    /// What is looked for: in lower case, `type/subtype`, `type/*`, or `+suffix`.
    private let patterns: [[UInt8]]

    /// The types that match one of the patterns, which are of three kinds:
    /// `type/subtype`, such as `application/json`; `type/*`, such as `text/*`, and of these `*/*` for every type;
    /// `+suffix`, such as `+json`, for every subtype that ends with it (RFC 6838 §4.2.8). Case does not matter.
    public init(_ patterns: [String]) {
        self.patterns = patterns.map { Array($0.lowercased().utf8) }
    }

    /// The types that match one of the patterns: see ``init(_:)``.
    public init(arrayLiteral patterns: String...) {
        self.init(patterns)
    }

    /// What needs no thought: `text/*`, `+json`, `+xml`, `+yaml` and these. Of `application`: `javascript`, `json`,
    /// `json-seq`, `rtf`, `sql`, `toml`, `vnd.ms-fontobject`, `wasm`, `x-javascript`, `x-ndjson`, `x-sh`, `x-tar`,
    /// `x-www-form-urlencoded`, `xml`, `yaml`. Of `font`: `collection`, `otf`, `ttf`. Of `image`: `bmp`,
    /// `vnd.microsoft.icon`, `x-icon`.
    public static let standard: CompressibleMediaTypes = [
        "text/*", "application/json", "application/javascript", "+json", "+xml", "+yaml",
        "application/json-seq", "application/rtf", "application/sql", "application/toml",
        "application/vnd.ms-fontobject", "application/wasm", "application/x-javascript", "application/x-ndjson",
        "application/x-sh", "application/x-tar", "application/x-www-form-urlencoded", "application/xml",
        "application/yaml", "font/collection", "font/otf", "font/ttf", "image/bmp", "image/vnd.microsoft.icon",
        "image/x-icon",
    ]

    /// Whether a media type, with or without parameters, is one of them.
    public func contains(_ mediaType: String) -> Bool {
        let octets = mediaType.utf8.span
        return contains(octets, 0..<octets.count)
    }

    /// The same of the octets in the range, without copying them.
    func contains(_ octets: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var end = range.lowerBound
        while end < range.upperBound, octets[end] != UInt8(ascii: ";") { end += 1 }
        let type = octets.trimmed(range.lowerBound..<end)
        for pattern in patterns where Self.matches(octets, type, pattern.span) { return true }
        return false
    }

    private static func matches(_ octets: Span<UInt8>, _ type: Range<Int>, _ pattern: Span<UInt8>) -> Bool {
        let count = pattern.count
        if count > 0, pattern[0] == UInt8(ascii: "+") {
            return type.count > count && octets.equals(pattern, in: type.upperBound - count..<type.upperBound)
        }
        guard count >= 2, pattern[count - 1] == UInt8(ascii: "*"), pattern[count - 2] == UInt8(ascii: "/") else {
            return octets.equals(pattern, in: type)
        }
        // `*/*`
        if pattern[0] == UInt8(ascii: "*") { return !type.isEmpty }
        let prefix = pattern.extracting(0..<count - 1)
        return type.count >= prefix.count
            && octets.equals(prefix, in: type.lowerBound..<type.lowerBound + prefix.count)
    }
}
