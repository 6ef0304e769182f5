internal import Netius

/// Makes requests of header sections, on a server (RFC 9113 §8.3.1).
///
/// What HTTP/1 would refuse is refused here too, so that nothing can be smuggled to whom a request is passed on.
/// Fields are stored as HTTP/1 would send them.
struct HTTP2RequestSink: HTTP2SectionSink {
    /// The request whose head was decoded last. Before the next begins it must be another, or used no more.
    var head = HTTPRequestHead()
    /// The trailers that were decoded last.
    var trailers: HTTPFields { trailerSection.fields }
    /// Whether the head that was decoded last is without the fields beyond the limits.
    private(set) var isTooLarge = false

    /// Whether CONNECT may come with `:protocol` (RFC 8441 §3).
    let allowsExtendedConnect: Bool

    private var section = HTTP2Section.discarded
    private var trailerSection = HTTP2Trailers()
    /// The storage of the head's fields, while they come.
    private(set) var storage: HTTPFields.Storage?

    // Of the head that is decoded.
    private var malformed: HTTP2Malformation?
    var pseudoFields = HTTP2PseudoFields()
    private var hasFields = false
    private var hasHost = false
    var isAsterisk = false
    /// A scheme that is neither http nor https.
    var otherScheme: [UInt8] = []
    private var cookie: [UInt8] = []
    /// The last authority that was found to be valid: that of most requests on the connection.
    var knownAuthority: [UInt8] = []
    private var contentLength: Int?
    private var priority: HTTP2Priority?

    init(allowsExtendedConnect: Bool) {
        self.allowsExtendedConnect = allowsExtendedConnect
    }

    mutating func begin(_ section: HTTP2Section) {
        self.section = section
        switch section {
        case .head: beginHead()
        case .trailers: trailerSection = HTTP2Trailers()
        case .discarded: break
        }
    }

    private mutating func beginHead() {
        head.reset()
        head.method = .get
        head.version = .http2
        head.isSecure = false
        storage = head.fields.unique()
        malformed = nil
        pseudoFields = []
        hasFields = false
        hasHost = false
        isAsterisk = false
        if !otherScheme.isEmpty { otherScheme = [] }
        if !cookie.isEmpty { cookie.removeAll(keepingCapacity: cookie.count <= 4096) }
        contentLength = nil
        priority = nil
    }

    @inline(__always)
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) {
        guard section == .head else {
            if section == .trailers { trailerSection.add(name, value, index: index) }
            return
        }
        guard malformed == nil else { return }
        if 1...14 ~= index || index == 0 && !name.isEmpty && name[0] == UInt8(ascii: ":") {
            malformed = hasFields ? .lateField : addPseudoField(name, value, index: index)
        } else {
            hasFields = true
            malformed = addField(name, value, index: index)
        }
    }

    mutating func end(isTooLarge: Bool) -> HTTP2SectionSummary {
        switch section {
        case .discarded: return HTTP2SectionSummary()
        case .trailers: return trailerSection.summary(isTooLarge: isTooLarge)
        case .head: break
        }
        if !cookie.isEmpty { storage?.append(Self.cookieName.span, cookie.span) }
        // Nothing else may refer to what the request will own.
        storage = nil
        self.isTooLarge = isTooLarge
        // What a head lacks may have been beyond the limits.
        if malformed == nil, !isTooLarge { malformed = finish() }
        return HTTP2SectionSummary(malformed: malformed?.reason, contentLength: contentLength, priority: priority)
    }

    private static let cookieName = Array("cookie".utf8)

    // MARK: Fields

    /// Takes in a field; why it is malformed.
    @inline(__always)
    private mutating func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) -> HTTP2Malformation? {
        if let malformed = HTTP2FieldRules.malformation(name, value, index: index) { return malformed }
        switch index {
        case 0:
            if name.isExactly("priority", in: 0..<name.count) { priority = HTTP2Priority(parsing: value) }
        case 28: return addContentLength(name, value)
        case 32:
            // RFC 9113 §8.2.3: what came in pieces is one field for everybody else. An empty piece is none.
            guard !value.isEmpty else { return nil }
            if !cookie.isEmpty { cookie.append(contentsOf: [UInt8(ascii: ";"), .space]) }
            cookie.append(value, 0..<value.count)
            return nil
        case 38: return addHost(name, value)
        default: break
        }
        storage?.append(name, value)
        return nil
    }

    /// A repetition is dropped, a contradiction refused (RFC 9110 §8.6).
    private mutating func addContentLength(_ name: Span<UInt8>, _ value: Span<UInt8>) -> HTTP2Malformation? {
        guard let length = HTTP2FieldRules.contentLength(value, 0..<value.count), contentLength ?? length == length
        else { return .invalidContentLength }
        if contentLength == nil { storage?.append(name, value) }
        contentLength = length
        return nil
    }

    /// RFC 9113 §8.3.1: `:authority` is what counts, and another host beside it could only confuse.
    private mutating func addHost(_ name: Span<UInt8>, _ value: Span<UInt8>) -> HTTP2Malformation? {
        guard !hasHost else { return .repeatedHost }
        hasHost = true
        guard HTTPAuthority.isValid(value, 0..<value.count) else { return .invalidHost }
        guard pseudoFields.contains(.authority) else {
            storage?.append(name, value)
            return nil
        }
        guard let storage else { return nil }
        let bytes = storage.bytes
        return isSameAuthority(bytes.span.extracting(storage.entries[0].value), value) ? nil : .otherHost
    }

    /// Whether both name the same host and port (RFC 9110 §4.2.3).
    private func isSameAuthority(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
        let (range, other) = (withoutDefaultPort(first), withoutDefaultPort(second))
        guard range.count == other.count else { return false }
        for index in range where first[index].lowercased != second[index].lowercased { return false }
        return true
    }

    private func withoutDefaultPort(_ authority: Span<UInt8>) -> Range<Int> {
        let port: StaticString = head.isSecure ? ":443" : ":80"
        let end = authority.count
        for length in [1, port.utf8CodeUnitCount] where length <= end {
            let rest = end - length..<end
            if length == 1 ? authority[rest.lowerBound] == UInt8(ascii: ":") : authority.equals(port, in: rest) {
                return 0..<rest.lowerBound
            }
        }
        return 0..<end
    }

    // MARK: The head as a whole

    /// Why the head is malformed.
    @inline(__always)
    private func finish() -> HTTP2Malformation? {
        guard pseudoFields.contains(.method) else { return .noMethod }
        if head.method == .connect || pseudoFields.contains(.protocol) {
            if let malformed = finishConnect() { return malformed }
        } else {
            guard pseudoFields.contains([.scheme, .path]) else { return .noTarget }
            guard hasHost || pseudoFields.contains(.authority) else { return .noAuthority }
        }
        if isAsterisk {
            guard head.method == .options else { return .invalidPath }
            head.form = .asterisk
        }
        if !otherScheme.isEmpty { makeAbsolute() }
        return nil
    }

    /// RFC 9113 §8.5 and RFC 8441 §4.
    private func finishConnect() -> HTTP2Malformation? {
        guard pseudoFields.contains(.authority) else { return .connectWithoutAuthority }
        if pseudoFields.contains(.protocol) {
            guard head.method == .connect else { return .protocolWithoutConnect }
            guard pseudoFields.contains([.scheme, .path]) else { return .noTarget }
            return nil
        }
        guard pseudoFields.isDisjoint(with: [.scheme, .path]) else { return .connectWithTarget }
        guard contentLength ?? 0 == 0 else { return .connectWithContent }
        let authority = head.fields.bytes(of: .host) ?? []
        guard HTTPAuthority.isValid(authority.span, 0..<authority.count, portIsRequired: true) else {
            return .connectWithoutPort
        }
        head.form = .authority
        head.target = authority
        head.targetAuthority = 0..<authority.count
        return nil
    }

    /// The target as HTTP/1 would have it of a scheme that is not the connection's own.
    private func makeAbsolute() {
        let authority = head.fields.bytes(of: .host) ?? []
        let path = isAsterisk ? [] : head.target
        head.target = otherScheme + Array("://".utf8) + authority + path
        let start = otherScheme.count + 3
        head.targetAuthority = start..<start + authority.count
        head.form = .absolute
    }
}
