internal import Netius

/// A list of tags, as signatures and key records are (RFC 6376 section 3.2), read by the letter.
///
/// ```
/// tag-list  =  tag-spec *( ";" tag-spec ) [ ";" ]
/// tag-spec  =  [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
/// tag-value =  [ tval *( 1*(WSP / FWS) tval ) ]
/// ```
struct DKIMTagList {
    /// The most octets that a list may have: 32 KiB.
    static let maximumLength = 32 << 10

    struct Tag {
        /// Where the value is in what was read, with all white space around it: from behind the `=` to the next `;`.
        let range: Range<Int>
        /// The value, without white space around it.
        let value: ArraySlice<UInt8>

        /// The value as text. What is not UTF-8 is repaired.
        var text: String { String(decoding: value, as: UTF8.self) }
        /// The value without any white space, as values in Base64 have it.
        var compact: [UInt8] { value.filter { !$0.isFoldingSpace } }
        /// The octets that the value stands for in Base64, which may be without padding (RFC 6376 section 2.10); nil where
        /// it is none.
        var octets: [UInt8]? {
            var text = compact
            for _ in 0..<2 where text.last == UInt8(ascii: "=") { text.removeLast() }
            guard text.last != UInt8(ascii: "=") else { return nil }
            while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
            return Base64.decode(text.span)
        }
        /// The parts between colons, without white space around them.
        var parts: [String] {
            value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                .map { String(decoding: $0.trimmed, as: UTF8.self) }
        }
        /// The number that decimal digits stand for, at most `Int.max`; nil for anything else.
        var number: Int? {
            guard !value.isEmpty, value.count <= 76, value.allSatisfy(\.isDigit) else { return nil }
            return Int(text) ?? .max
        }
    }

    private var tags: [String: Tag] = [:]
    /// The name of the first.
    private(set) var firstName: String?

    subscript(name: String) -> Tag? { tags[name] }

    /// Reads a list; nil where it is none, or a tag is there twice.
    init?(_ octets: ArraySlice<UInt8>) {
        guard octets.count <= Self.maximumLength, Self.isFolded(octets) else { return nil }
        var start = octets.startIndex
        while start < octets.endIndex {
            let end = octets[start...].firstIndex(of: UInt8(ascii: ";")) ?? octets.endIndex
            let specification = octets[start..<end]
            if specification.trimmed.isEmpty {
                // Only behind the last semicolon.
                guard end == octets.endIndex, firstName != nil else { return nil }
                return
            }
            guard let equals = specification.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = specification[..<equals].trimmed
            guard let first = name.first, first.isLetter,
                name.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") })
            else { return nil }
            let text = String(decoding: name, as: UTF8.self)
            let tag = Tag(range: equals + 1..<end, value: specification[(equals + 1)...].trimmed)
            guard tags.updateValue(tag, forKey: text) == nil else { return nil }
            if firstName == nil { firstName = text }
            start = end + 1
        }
        guard firstName != nil else { return nil }
    }

    /// Whether there is nothing but printable characters and white space, and no line ends but those of folding.
    private static func isFolded(_ octets: ArraySlice<UInt8>) -> Bool {
        for index in octets.indices {
            let next = index + 1 < octets.endIndex ? octets[index + 1] : nil
            switch octets[index] {
            case .carriageReturn: if next != .lineFeed { return false }
            case .lineFeed: if let next, next != .space, next != .horizontalTab { return false }
            case .space, .horizontalTab, 0x21...0x7E, 0x80...: break
            default: return false
            }
        }
        return true
    }
}

extension UInt8 {
    /// White space, and what ends lines.
    fileprivate var isFoldingSpace: Bool {
        self == .space || self == .horizontalTab || self == .carriageReturn || self == .lineFeed
    }
}

extension ArraySlice<UInt8> {
    /// The octets without white space around them.
    fileprivate var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isFoldingSpace }),
            let last = lastIndex(where: { !$0.isFoldingSpace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
