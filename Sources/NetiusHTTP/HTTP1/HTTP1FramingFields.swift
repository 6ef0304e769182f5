internal import Netius

/// What Content-Length and Transfer-Encoding of a message say about its content (RFC 9112 §6).
struct HTTP1FramingFields {
    private(set) var isChunked = false
    private(set) var contentLength: UInt64?

    init() {}

    /// Takes in a Content-Length, which a request has once at most.
    mutating func noteContentLength(_ input: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Error) {
        guard !isChunked else { throw .conflictingFraming }
        guard contentLength == nil else { throw .invalidContentLength }
        contentLength = try Self.length(input, value)
    }

    /// Takes in a Content-Length that may repeat itself, in one field or in several, but not contradict itself
    /// (RFC 9110 §8.6).
    mutating func noteContentLengths(_ input: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Error) {
        guard !isChunked else { throw .conflictingFraming }
        var position = value.lowerBound
        while let element = input.nextListElement(at: &position, to: value.upperBound) {
            let length = try Self.length(input, element)
            guard contentLength ?? length == length else { throw .invalidContentLength }
            contentLength = length
        }
    }

    /// Takes in a Transfer-Encoding. Only `chunked` is understood, so that the list must be just that: once, and
    /// nothing behind it.
    mutating func noteTransferEncoding(
        _ input: Span<UInt8>, _ value: Range<Int>, version: HTTPVersion
    ) throws(HTTP1Error) {
        guard version >= .http11 else { throw .transferEncodingInHTTP10 }
        guard contentLength == nil else { throw .conflictingFraming }
        guard !isChunked else { throw .invalidTransferEncoding }
        isChunked = true
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

    private static func length(_ input: Span<UInt8>, _ digits: Range<Int>) throws(HTTP1Error) -> UInt64 {
        guard !digits.isEmpty else { throw .invalidContentLength }
        var length: UInt64 = 0
        for index in digits {
            guard input[index].isDigit else { throw .invalidContentLength }
            let (shifted, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = shifted.addingReportingOverflow(UInt64(input[index] - 48))
            guard !isTooLarge, !overflows else { throw .invalidContentLength }
            length = sum
        }
        return length
    }
}
