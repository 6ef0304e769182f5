/// The cookies that a client has sent, in its order (RFC 6265 §5.4).
///
/// They are read leniently: what is not `name=value` counts as not there, and of a value that is in quotes the quotes
/// are a part. Of several of one name the first counts, which by the order that browsers keep is the one with the
/// longest path; a site below the same domain may have set any of them.
public struct HTTPCookies: Sendable, Hashable {
    /// The name and value of a cookie. What else was set with it, no client sends.
    public struct Pair: Sendable, Hashable {
        /// The name, with regard to case.
        public var name: String
        /// The value as it was sent.
        public var value: String
    }

    private var pairs: [Pair] = []

    /// Reads the Cookie fields.
    init(_ fields: HTTPFields) {
        guard let storage = fields.storage else { return }
        var next = storage.index(of: .cookie)
        while let index = next {
            append(storage.bytes.span, storage.entries[index].value)
            next = storage.index(of: .cookie, from: index + 1)
        }
    }

    private mutating func append(_ input: Span<UInt8>, _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = input.firstIndex(of: UInt8(ascii: ";"), from: start, to: range.upperBound)
            let equals = input.firstIndex(of: UInt8(ascii: "="), from: start, to: end)
            let name = input.trimmed(start..<equals)
            if equals < end, !name.isEmpty {
                pairs.append(Pair(name: input.text(name), value: input.text(input.trimmed(equals + 1..<end))))
            }
            start = end + 1
        }
    }

    /// The value of the first cookie of the name; nil if there is none.
    public subscript(name: String) -> String? {
        pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The values of all cookies of the name, in order.
    public subscript(values name: String) -> [String] {
        pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }
}

extension HTTPCookies: RandomAccessCollection {
    /// The position of the first cookie: 0.
    public var startIndex: Int { 0 }
    /// The number of cookies.
    public var endIndex: Int { pairs.count }
    /// The cookie at the position.
    public subscript(position: Int) -> Pair { pairs[position] }
}

extension HTTPRequest {
    /// The cookies that the client has sent. They are read anew each time that they are asked for.
    public var cookies: HTTPCookies { HTTPCookies(headerFields) }
}
