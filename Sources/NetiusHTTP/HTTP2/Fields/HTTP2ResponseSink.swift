internal import Netius

/// Makes responses of header sections, on a client (RFC 9113 §8.3.2).
struct HTTP2ResponseSink: HTTP2SectionSink {
    /// The response whose head was decoded last. Before the next begins it must be another, or used no more.
    var head = HTTPResponseHead()
    /// The trailers that were decoded last.
    var trailers: HTTPFields { trailerSection.fields }
    /// Whether the head that was decoded last is without the fields beyond the limits.
    private(set) var isTooLarge = false

    private var section = HTTP2Section.discarded
    private var trailerSection = HTTP2Trailers()

    // Of the head that is decoded.
    private var malformed: HTTP2Malformation?
    private var hasStatus = false
    private var hasFields = false
    private var contentLength: Int?

    init() {}

    mutating func begin(_ section: HTTP2Section) {
        self.section = section
        switch section {
        case .head:
            head.reset()
            head.version = .http2
            malformed = nil
            hasStatus = false
            hasFields = false
            contentLength = nil
        case .trailers: trailerSection = HTTP2Trailers()
        case .discarded: break
        }
    }

    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) {
        guard section == .head else {
            if section == .trailers { trailerSection.add(name, value, index: index) }
            return
        }
        guard malformed == nil else { return }
        if 1...14 ~= index || index == 0 && !name.isEmpty && name[0] == UInt8(ascii: ":") {
            malformed = hasFields ? .lateField : addPseudoField(value, index: index)
        } else {
            hasFields = true
            malformed = addField(name, value, index: index)
        }
    }

    /// The summary has a length only where content of that length has to follow: none after 204 and 304. Only the client
    /// knows whether the request was HEAD.
    mutating func end(isTooLarge: Bool) -> HTTP2SectionSummary {
        switch section {
        case .discarded: return HTTP2SectionSummary()
        case .trailers: return trailerSection.summary(isTooLarge: isTooLarge)
        case .head: break
        }
        self.isTooLarge = isTooLarge
        if malformed == nil, !hasStatus { malformed = .noStatus }
        let code = head.status.code
        let isInterim = hasStatus && code < 200
        // Content behind an interim response could be taken for that of the final one.
        if malformed == nil, isInterim, contentLength ?? 0 > 0 { malformed = .contentInInterimResponse }
        let length = isInterim ? nil : code == 204 || code == 304 ? 0 : contentLength
        return HTTP2SectionSummary(malformed: malformed?.reason, contentLength: length, isInterim: isInterim)
    }

    private mutating func addPseudoField(_ value: Span<UInt8>, index: Int) -> HTTP2Malformation? {
        guard index == 8 else { return .unknownField }
        guard !hasStatus else { return .repeatedField }
        guard let code = Self.statusCode(value) else { return .invalidStatus }
        // RFC 9113 §8.6.
        guard code != 101 else { return .switchingProtocols }
        hasStatus = true
        head.status = code == 200 ? .ok : HTTPResponse.Status(code: code)
        return nil
    }

    /// Three digits, 100 to 599.
    private static func statusCode(_ value: Span<UInt8>) -> Int? {
        guard value.count == 3, value[0].isDigit, value[1].isDigit, value[2].isDigit else { return nil }
        let code = Int(value[0] - 48) * 100 + Int(value[1] - 48) * 10 + Int(value[2] - 48)
        return 100...599 ~= code ? code : nil
    }

    private mutating func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) -> HTTP2Malformation? {
        if let malformed = HTTP2FieldRules.malformation(name, value, index: index) { return malformed }
        if index == 28 {
            var position = 0
            while let element = value.nextListElement(at: &position, to: value.count) {
                guard let length = HTTP2FieldRules.contentLength(value, element), contentLength ?? length == length
                else { return .invalidContentLength }
                contentLength = length
            }
        }
        head.fields.unique().append(name, value)
        return nil
    }
}
