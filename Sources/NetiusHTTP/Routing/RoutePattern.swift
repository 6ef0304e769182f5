internal import Netius

/// A route's path, such as `/users/{id}`, understood.
struct RoutePattern: Sendable {
    /// As it was written.
    let text: String
    let segments: [RouteSegment]
    /// The names in the order of the segments that have one.
    let parameterNames: [String]

    /// Matches nothing by itself; the prefix of a group without one.
    static let empty = RoutePattern(text: "", segments: [], parameterNames: [])

    private init(text: String, segments: [RouteSegment], parameterNames: [String]) {
        self.text = text
        self.segments = segments
        self.parameterNames = parameterNames
    }

    /// Understands a pattern: empty, or segments with a slash before each.
    init(_ text: String) throws(RouteError) {
        self.text = text
        var segments: [RouteSegment] = []
        var names: [String] = []
        guard text.isEmpty || text.utf8.first == UInt8(ascii: "/") else {
            throw .invalid(text, "it does not begin with a slash")
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for part in parts {
            guard segments.last != .literal([]) else { throw .invalid(text, "it has an empty segment") }
            guard segments.last != .catchAll else { throw .invalid(text, "something follows its catch-all") }
            let (segment, name) = try RoutePatternSegment(pattern: text, octets: Array(part)).parse()
            segments.append(segment)
            if let name { names.append(name) }
        }
        self.segments = segments
        parameterNames = names
        try checkNames()
    }

    /// This pattern beneath a prefix.
    func beneath(_ prefix: RoutePattern) throws(RouteError) -> RoutePattern {
        let joined = RoutePattern(
            text: prefix.text + text, segments: prefix.segments + segments,
            parameterNames: prefix.parameterNames + parameterNames)
        try joined.checkNames()
        return joined
    }

    /// Checks that other patterns can follow this one.
    func checkPrefix() throws(RouteError) {
        guard segments.last != .catchAll else { throw .invalid(text, "a prefix has no catch-all") }
        guard segments.last != .literal([]) else { throw .invalid(text, "a prefix does not end with a slash") }
    }

    private func checkNames() throws(RouteError) {
        for (index, name) in parameterNames.enumerated() where parameterNames[..<index].contains(name) {
            throw .invalid(text, "it has two parameters named \(name)")
        }
    }
}

/// One segment of a pattern's text.
private struct RoutePatternSegment {
    let pattern: String
    let octets: [UInt8]

    func parse() throws(RouteError) -> (RouteSegment, name: String?) {
        if octets == [UInt8(ascii: "*")] { return (.wildcard, nil) }
        guard let open = octets.firstIndex(of: UInt8(ascii: "{")) else {
            return (.literal(try literal(octets[...])), nil)
        }
        guard let close = octets[open...].firstIndex(of: UInt8(ascii: "}")) else {
            throw .invalid(pattern, "a brace is not closed")
        }
        let prefix = try literal(octets[..<open], isWhole: false)
        let suffix = try literal(octets[(close + 1)...], isWhole: false)
        var name = octets[(open + 1)..<close]
        let isCatchAll = name.suffix(3).elementsEqual("...".utf8)
        if isCatchAll { name = name.dropLast(3) }
        guard !name.isEmpty, name.allSatisfy(Self.isName) else {
            throw .invalid(pattern, "a parameter's name consists of letters, digits, - and _")
        }
        let text = String(decoding: name, as: UTF8.self)
        if isCatchAll {
            guard prefix.isEmpty, suffix.isEmpty else { throw .invalid(pattern, "a catch-all has a segment to itself") }
            return (.catchAll, text)
        }
        return (prefix.isEmpty && suffix.isEmpty ? .parameter : .affixed(prefix: prefix, suffix: suffix), text)
    }

    private static func isName(_ octet: UInt8) -> Bool {
        octet.isLetter || octet.isDigit || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
    }

    /// The octets that text stands for: percent-encoding is undone, as in a path that is matched.
    private func literal(_ text: ArraySlice<UInt8>, isWhole: Bool = true) throws(RouteError) -> [UInt8] {
        if text.contains(where: "{}".utf8.contains) {
            throw .invalid(pattern, "a segment has one pair of braces at most")
        }
        if text.contains(UInt8(ascii: "*")) { throw .invalid(pattern, "* stands alone; as a character it is %2A") }
        if text.contains(where: "?#".utf8.contains) { throw .invalid(pattern, "a path has neither ? nor #") }
        let array = Array(text)
        guard let decoded = array.span.percentDecoded(0..<array.count), !decoded.contains(0) else {
            throw .invalid(pattern, "its percent-encoding is broken")
        }
        if isWhole, array.span.hasDotSegment(0..<array.count) { throw .invalid(pattern, "it has a dot segment") }
        return decoded
    }
}
