internal import Netius

extension HTTPQuery {
    /// Reads `name=value&name=value`, as the WHATWG's URL standard has it (§5.1): `+` is a space, a malformed escape
    /// stands for itself, what is not UTF-8 becomes U+FFFD, an empty part between two `&` counts as not there.
    ///
    /// - Throws: `HTTPFormError.tooLarge` or `.tooManyFields`, beyond the limits.
    public init(parsing text: String, limits: Limits = Limits()) throws(HTTPFormError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// Reads the octets of a form.
    ///
    /// - Throws: `HTTPFormError.tooLarge` or `.tooManyFields`, beyond the limits.
    public init(parsing octets: [UInt8], limits: Limits = Limits()) throws(HTTPFormError) {
        guard octets.count <= limits.bytes else { throw .tooLarge }
        try self.init(octets.span, 0..<octets.count, maximumPairs: limits.pairs)
    }

    init(_ input: Span<UInt8>, _ range: Range<Int>, maximumPairs: Int) throws(HTTPFormError) {
        self.init()
        var start = range.lowerBound
        var count = 0
        while start < range.upperBound {
            var end = start
            var equals: Int?
            while end < range.upperBound, input[end] != UInt8(ascii: "&") {
                if equals == nil, input[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            if end > start {
                guard count < maximumPairs else { throw .tooManyFields }
                count += 1
                let nameEnd = equals ?? end
                append(
                    Self.text(input, start..<nameEnd), Self.text(input, (equals.map { $0 + 1 } ?? end)..<end))
            }
            start = end + 1
        }
    }

    private static func text(_ input: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: PercentEncoding.decodeForm(input, range), as: UTF8.self)
    }
}

extension HTTPQuery: CustomStringConvertible {
    /// The pairs as they are sent: `name=value&name=value` (WHATWG URL §5.2).
    public var description: String {
        var octets: [UInt8] = []
        for pair in self {
            if !octets.isEmpty { octets.append(UInt8(ascii: "&")) }
            Self.append(pair.name, to: &octets)
            octets.append(UInt8(ascii: "="))
            Self.append(pair.value, to: &octets)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func append(_ text: String, to octets: inout [UInt8]) {
        for octet in text.utf8 {
            if octet == .space {
                octets.append(UInt8(ascii: "+"))
            } else {
                PercentEncoding.append(octet, keeping: .formUnescaped, to: &octets)
            }
        }
    }
}
