internal import Netius

/// The media types of files, by the extensions of their names.
///
/// ```swift
/// var types = MediaTypes.standard
/// types["log"] = "text/plain; charset=utf-8"
/// ```
public struct MediaTypes: Sendable {
    /// A media type, and whether files of it may lie beside themselves in a compressed form.
    struct Entry: Sendable {
        let type: String
        let isCompressible: Bool

        init(_ type: String) {
            self.type = type
            isCompressible = CompressibleMediaTypes.standard.contains(type)
        }
    }

    private var types: [String: Entry]

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
            let type = Entry(Self.withCharset(String(words[0])))
            for word in words.dropFirst() { types[String(word)] = type }
        }
    }

    /// What is text, but says no encoding of its own, is UTF-8.
    private static func withCharset(_ type: String) -> String {
        type.hasPrefix("text/") || type == "application/javascript" ? type + "; charset=utf-8" : type
    }

    /// The media type, with its parameters, of an extension: without its dot, in lower case. Nil if it has none.
    public subscript(extension: String) -> String? {
        get { types[`extension`]?.type }
        set { types[`extension`] = newValue.map(Entry.init) }
    }

    /// The type of a file with that name: that of what follows the last dot, whose case does not matter, if there is
    /// something before the dot too. `application/octet-stream` if it has none.
    func type(of name: ArraySlice<UInt8>) -> Entry {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return Self.unknown }
        let suffix = name[(dot + 1)...]
        guard suffix.count <= Self.longestExtension else { return Self.unknown }
        if let type = types[String(decoding: suffix, as: UTF8.self)] { return type }
        return types[String(decoding: suffix.map(\.lowercased), as: UTF8.self)] ?? Self.unknown
    }

    /// The type of what is not known (RFC 9110 section 8.3).
    private static let unknown = Entry("application/octet-stream")
    /// The longest extension that is looked up, in octets.
    static let longestExtension = 64
}
