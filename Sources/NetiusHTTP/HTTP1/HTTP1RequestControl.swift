/// What the fields of a request say about the connection and the framing, gathered as they are parsed.
struct HTTP1RequestControl {
    var version: HTTPVersion = .http11
    var form: HTTPRequestHead.TargetForm = .origin
    private var hasHost = false
    private var hasTransferEncoding = false
    private var contentLength: UInt64?
    private var closes = false
    private var persists = false
    private(set) var wantsUpgrade = false
    private var expects = false

    init() {}

    /// RFC 9112 §9.3.
    var keepsAlive: Bool { !closes && (version >= .http11 || persists) }

    /// RFC 9112 §6.3, for requests.
    var framing: HTTP1Framing {
        if hasTransferEncoding { return .chunked }
        guard let contentLength, contentLength > 0 else { return .none }
        return .length(contentLength)
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
        case 10 where input.equals("connection", in: line.name): noteConnection(input, line.value)
        case 14 where input.equals("content-length", in: line.name): try noteContentLength(input, line.value)
        case 17 where input.equals("transfer-encoding", in: line.name): try noteTransferEncoding(input, line.value)
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

    private mutating func noteConnection(_ input: Span<UInt8>, _ value: Range<Int>) {
        var position = value.lowerBound
        while let option = input.nextListElement(at: &position, to: value.upperBound) {
            if input.equals("close", in: option) {
                closes = true
            } else if input.equals("keep-alive", in: option) {
                persists = true
            } else if input.equals("upgrade", in: option) {
                wantsUpgrade = true
            }
        }
    }

    private mutating func noteContentLength(_ input: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Error) {
        guard !hasTransferEncoding else { throw .conflictingFraming }
        guard contentLength == nil, !value.isEmpty else { throw .invalidContentLength }
        var length: UInt64 = 0
        for index in value {
            guard input[index].isDigit else { throw .invalidContentLength }
            let (shifted, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = shifted.addingReportingOverflow(UInt64(input[index] - 48))
            guard !isTooLarge, !overflows else { throw .invalidContentLength }
            length = sum
        }
        contentLength = length
    }

    /// Only `chunked` is understood, so that the list must be just that: once, and nothing behind it.
    private mutating func noteTransferEncoding(_ input: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Error) {
        guard version >= .http11 else { throw .transferEncodingInHTTP10 }
        guard contentLength == nil else { throw .conflictingFraming }
        guard !hasTransferEncoding else { throw .invalidTransferEncoding }
        hasTransferEncoding = true
        if input.equals("chunked", in: value) { return }
        var position = value.lowerBound
        var chunkedIsLast = false
        while let element = input.nextListElement(at: &position, to: value.upperBound) {
            let coding = element.lowerBound..<input.endOfToken(from: element.lowerBound, to: element.upperBound)
            let isChunked = input.equals("chunked", in: coding)
            // `chunked` has no parameters, and nothing may follow it.
            guard !coding.isEmpty, !chunkedIsLast, !isChunked || coding == element else {
                throw .invalidTransferEncoding
            }
            chunkedIsLast = isChunked
        }
        throw .unsupportedTransferCoding
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
