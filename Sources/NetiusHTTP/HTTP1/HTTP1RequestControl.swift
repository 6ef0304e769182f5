/// What the fields of a request say about the connection and the framing, gathered as they are parsed.
struct HTTP1RequestControl: HTTP1HeadControl {
    var version: HTTPVersion = .http11
    var form: HTTPRequestHead.TargetForm = .origin
    private var hasHost = false
    private var framingFields = HTTP1FramingFields()
    private var options = HTTP1ConnectionOptions()
    private var expects = false

    init() {}

    /// RFC 9112 §9.3.
    var keepsAlive: Bool { options.keepsAlive(version) }

    var wantsUpgrade: Bool { options.upgrades }

    /// RFC 9112 §6.3, for requests.
    var framing: HTTP1Framing {
        if framingFields.isChunked { return .chunked }
        guard let length = framingFields.contentLength, length > 0 else { return .none }
        return .length(length)
    }

    /// Without content there is nothing to continue with, and HTTP/1.0 knows no interim responses
    /// (RFC 9110 §10.1.1).
    var expectsContinue: Bool { expects && version >= .http11 && framing != .none }

    /// Takes in a field.
    @inline(__always)
    mutating func note(_ input: Span<UInt8>, _ line: HTTP1FieldLine) throws(HTTP1Error) {
        switch line.name.count {
        case 4 where input.equals("host", in: line.name): try noteHost(input, line.value)
        case 6 where input.equals("expect", in: line.name): try noteExpectation(input, line.value)
        case 10 where input.equals("connection", in: line.name): options.note(input, line.value)
        case 14 where input.equals("content-length", in: line.name):
            try framingFields.noteContentLength(input, line.value)
        case 17 where input.equals("transfer-encoding", in: line.name):
            try framingFields.noteTransferEncoding(input, line.value, version: version)
        default: break
        }
    }

    /// Judges the header section as a whole.
    func finish(method: HTTPRequest.Method) throws(HTTP1Error) {
        guard hasHost || version < .http11 else { throw .missingHost }
        guard framing == .none || form != .authority else { throw .contentInConnect }
    }

    /// Only a target that names no host of its own needs one here (RFC 9112 §3.2, RFC 9110 §4.2.1).
    private mutating func noteHost(_ input: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Error) {
        guard !hasHost else { throw .duplicateHost }
        hasHost = true
        if value.isEmpty, form != .origin { return }
        guard HTTPAuthority.isValid(input, value) else { throw .invalidHost }
    }

    private mutating func noteExpectation(_ input: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Error) {
        guard version >= .http11 else { return }
        var position = value.lowerBound
        while let expectation = input.nextListElement(at: &position, to: value.upperBound) {
            if expectation.isEmpty { continue }
            guard input.equals("100-continue", in: expectation) else { throw .unsupportedExpectation }
            expects = true
        }
    }
}
