/// A path beneath a folder, as a request names it.
///
/// It is decoded once, strictly, and never made into another: what is not a plain path is not found.
struct FilePath: Equatable, Sendable {
    /// Why a path is not served.
    enum Refusal: Error, Equatable {
        /// 400: it is no path at all. An escape is broken, or stands for NUL, or an octet has to be escaped.
        case malformed
        /// 404: nothing can have the path. A segment is empty, `.` or `..`, hidden, or has a slash, a backslash or a
        /// control in it, whether or not they are escaped.
        case unservable
    }

    /// The segments, decoded, with a slash between two, and NUL at the end. No segments are the folder itself.
    private(set) var terminated: [UInt8] = []
    /// Whether the path ended with a slash, or was empty.
    private(set) var endsWithSlash = true
    /// Where the last segment is.
    private(set) var lastSegment = 0..<0

    /// The path without NUL.
    var octets: ArraySlice<UInt8> { terminated.dropLast() }
    /// The last segment, empty for the folder itself.
    var name: ArraySlice<UInt8> { terminated[lastSegment] }

    /// Reads a path.
    ///
    /// - Parameters:
    ///   - input: A request's path, without its query.
    ///   - start: Where the path beneath the folder begins: at a slash or the end.
    ///   - servesHidden: Whether segments may begin with a dot. `.well-known` may in any case, if it is the first
    ///     (RFC 8615).
    /// - Throws: Why the path is not served.
    init(_ input: Span<UInt8>, from start: Int = 0, servesHidden: Bool = false) throws(Refusal) {
        terminated.reserveCapacity(input.count - start + 1)
        var index = start
        // A path that is malformed anywhere is malformed, even if nothing could have its beginning.
        var isServable = true
        while index < input.count {
            guard input[index] == UInt8(ascii: "/") else { throw .malformed }
            index += 1
            guard index < input.count else { break }
            if !terminated.isEmpty { terminated.append(UInt8(ascii: "/")) }
            let first = terminated.count
            while index < input.count, input[index] != UInt8(ascii: "/") {
                let octet = try Self.octet(input, at: &index)
                if !Self.isServable(octet) { isServable = false }
                terminated.append(octet)
            }
            lastSegment = first..<terminated.count
            if !isServableSegment(servesHidden) { isServable = false }
        }
        guard isServable else { throw .unservable }
        endsWithSlash = input.count == start || input[input.count - 1] == UInt8(ascii: "/")
        terminated.append(0)
    }

    /// The octet, decoded if it is escaped.
    private static func octet(_ input: Span<UInt8>, at index: inout Int) throws(Refusal) -> UInt8 {
        let octet = input[index]
        index += 1
        guard octet == UInt8(ascii: "%") else {
            guard octet > 0x20, octet < 0x7F else { throw .malformed }
            return octet
        }
        guard let escaped = PercentEncoding.escapedOctet(input, at: index - 1, before: input.count), escaped != 0 else {
            throw .malformed
        }
        index += 2
        return escaped
    }

    /// Whether a file's name may have the octet in it.
    static func isServable(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet != 0x7F && octet != UInt8(ascii: "/") && octet != UInt8(ascii: "\\")
    }

    private func isServableSegment(_ servesHidden: Bool) -> Bool {
        Self.isServable(
            name: terminated[lastSegment], servesHidden: servesHidden, isFirst: lastSegment.lowerBound == 0)
    }

    /// Whether a segment, whose octets are known to be, is servable: it is neither empty nor `.` nor `..`, nor hidden.
    static func isServable(name: ArraySlice<UInt8>, servesHidden: Bool, isFirst: Bool) -> Bool {
        guard let octet = name.first else { return false }
        guard octet == UInt8(ascii: ".") else { return true }
        if name.count == 1 || (name.count == 2 && name.last == octet) { return false }
        return servesHidden || (isFirst && name.elementsEqual(".well-known".utf8))
    }

    /// The path of something in the folder that this path names.
    func appending(_ name: some Collection<UInt8>) -> FilePath {
        var path = self
        path.terminated.removeLast()
        if !path.terminated.isEmpty { path.terminated.append(UInt8(ascii: "/")) }
        let first = path.terminated.count
        path.terminated.append(contentsOf: name)
        path.lastSegment = first..<path.terminated.count
        path.terminated.append(0)
        path.endsWithSlash = false
        return path
    }

    /// The path of a file beside this one whose name has the suffix behind it, such as `.gz`.
    func appending(suffix: StaticString) -> FilePath {
        var path = self
        path.terminated.removeLast()
        suffix.withUTF8Buffer { unsafe path.terminated.append(contentsOf: $0) }
        path.lastSegment = lastSegment.lowerBound..<path.terminated.count
        path.terminated.append(0)
        return path
    }
}
