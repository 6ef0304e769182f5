/// The media types of files, by the extensions of their names.
///
/// ```swift
/// var types = MediaTypes.standard
/// types["log"] = "text/plain; charset=utf-8"
/// ```
public struct MediaTypes: Sendable {
    private var types: [String: String]

    /// No types at all: every file is `application/octet-stream`.
    public init() {
        types = [:]
    }

    /// What a web server needs: see `MediaTypes+Standard.swift`. Text is said to be UTF-8.
    public static let standard = MediaTypes(table: standardTable)

    /// Lines of a media type and the extensions that stand for it.
    init(table: String) {
        types = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            let type = Self.withCharset(String(words[0]))
            for word in words.dropFirst() { types[String(word)] = type }
        }
    }

    /// What is text, but says no encoding of its own, is UTF-8.
    private static func withCharset(_ type: String) -> String {
        type.hasPrefix("text/") || type == "application/javascript" ? type + "; charset=utf-8" : type
    }

    /// The media type, with its parameters, of an extension: without its dot, in lower case. Nil if it has none.
    public subscript(extension: String) -> String? {
        get { types[`extension`] }
        set { types[`extension`] = newValue }
    }

    /// The type of a file with that name: that of what follows the last dot, whose case does not matter, if there is
    /// something before the dot too. `application/octet-stream` if it has none.
    func type(of name: ArraySlice<UInt8>) -> String {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return Self.unknown }
        let suffix = name[(dot + 1)...]
        guard suffix.count <= Self.longestExtension else { return Self.unknown }
        if let type = types[String(decoding: suffix, as: UTF8.self)] { return type }
        return types[String(decoding: suffix.map(\.lowercased), as: UTF8.self)] ?? Self.unknown
    }

    /// The type of what is not known (RFC 9110 section 8.3).
    static let unknown = "application/octet-stream"
    /// The longest extension that is looked up, in octets.
    static let longestExtension = 64

    /// Whether it is worth while to have files of the type in a compressed form beside them.
    static func isCompressible(_ type: String) -> Bool {
        let essence = type.prefix { $0 != ";" }
        if essence.hasPrefix("text/") || essence.hasSuffix("+xml") || essence.hasSuffix("+json") { return true }
        return compressible.contains(String(essence))
    }

    private static let compressible: Set<String> = [
        "application/json", "application/xml", "application/wasm", "application/x-ndjson", "application/rtf",
        "application/vnd.ms-fontobject", "font/ttf", "font/otf", "font/collection", "image/bmp", "image/x-icon",
        "application/x-tar", "application/sql", "application/toml", "application/yaml", "application/x-sh",
        "application/javascript",
    ]
}
