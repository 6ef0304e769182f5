/// Joins a decoder to the body of a request.
///
/// It is not Sendable: the parts that refer to it stay in the task that reads them.
final class HTTPMultipartReader {
    let limits: HTTPMultipart.Limits
    private var body: HTTPRequestBody.AsyncIterator
    private var decoder: Result<HTTPMultipartDecoder, HTTPFormError>
    /// What has arrived; what is before `position` is consumed.
    private var input: [UInt8] = []
    private var position = 0
    /// The number of the part that is being read.
    private var number = 0
    private var isInPart = false
    private var isReading = false

    init(_ request: HTTPRequest, limits: HTTPMultipart.Limits) {
        self.limits = limits
        body = request.body.makeAsyncIterator()
        decoder = Self.decoder(request.headerFields.contentType, limits)
    }

    private static func decoder(
        _ type: HTTPMediaType?, _ limits: HTTPMultipart.Limits
    ) -> Result<HTTPMultipartDecoder, HTTPFormError> {
        guard let type, type.essence == "multipart/form-data" else { return .failure(.unsupportedMediaType) }
        guard let boundary = type[parameter: "boundary"].flatMap({ HTTPMultipartBoundary($0) }) else {
            return .failure(.invalidBoundary)
        }
        return .success(HTTPMultipartDecoder(boundary: boundary, limits: limits))
    }

    /// Skips what is left of the part and gives the next; nil at the end.
    func nextPart() async throws -> HTTPMultipart.Part? {
        guard !isReading else { throw HTTPBodyError.concurrentRead }
        number += 1
        isInPart = false
        while let (event, _) = try await nextEvent() {
            guard case .part(let fields) = event else { continue }
            isInPart = true
            return try HTTPMultipart.Part(fields: fields, body: HTTPMultipart.Body(reader: self, number: number))
        }
        return nil
    }

    /// The next bytes of a part; nil at its end.
    func nextBytes(of part: Int) async throws -> [UInt8]? {
        guard part == number else { throw HTTPFormError.partHasPassed }
        while isInPart, let (event, start) = try await nextEvent() {
            switch event {
            case .data(let range): return take(start + range.lowerBound..<start + range.upperBound)
            case .endOfPart: isInPart = false
            case .part, .needsMore: continue
            }
        }
        return nil
    }

    /// The next event and where the input began in which its ranges are; nil when everything has been read.
    private func nextEvent() async throws -> (HTTPMultipartDecoder.Event, start: Int)? {
        guard !isReading else { throw HTTPBodyError.concurrentRead }
        isReading = true
        defer { isReading = false }
        while true {
            let start = position
            let (event, consumed) = try decode()
            position += consumed
            if event != .needsMore { return (event, start) }
            // A copy, since an access to a property must not last while others may run.
            var body = body
            let bytes = try await body.next()
            self.body = body
            guard let bytes else {
                try finish()
                return nil
            }
            if position == input.count { input = bytes } else { input = Array(input[position...]) + bytes }
            position = 0
        }
    }

    private func decode() throws(HTTPFormError) -> (event: HTTPMultipartDecoder.Event, consumed: Int) {
        var decoder = try decoder.get()
        defer { self.decoder = .success(decoder) }
        return try decoder.decode(input.span.extracting(position..<input.count))
    }

    private func finish() throws(HTTPFormError) {
        var decoder = try decoder.get()
        defer { self.decoder = .success(decoder) }
        try decoder.finish()
    }

    /// The bytes, without a copy where they are all that has arrived.
    private func take(_ range: Range<Int>) -> [UInt8] {
        guard range.count == input.count else { return Array(input[range]) }
        defer { (input, position) = ([], 0) }
        return input
    }
}
