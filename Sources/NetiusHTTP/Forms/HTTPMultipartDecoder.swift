internal import Netius

/// Reads the parts of `multipart/form-data` (RFC 7578 §4, RFC 2046 §5.1.1).
///
///     multipart-body = [preamble CRLF] dash-boundary transport-padding CRLF body-part
///                      *(delimiter transport-padding CRLF body-part)
///                      close-delimiter transport-padding [CRLF epilogue]
///
/// Input is whatever has arrived and is not consumed yet, cut anywhere; how it is cut changes nothing about the result.
/// Preamble and epilogue are ignored. An error is thrown again by every further call.
struct HTTPMultipartDecoder {
    enum Event: Equatable {
        /// Nothing more can be told from this input.
        case needsMore
        /// A part begins, with these fields.
        case part(HTTPFields)
        /// The octets of the range, which is not empty, are content of the part.
        case data(Range<Int>)
        /// The part is complete.
        case endOfPart
    }

    private enum Stage: UInt8 {
        case preamble
        /// Behind a boundary: whether it is the last is open.
        case delimiter, padding, lineFeed
        case fields, content
        /// Behind the last boundary.
        case secondDash, lastPadding, lastLineFeed, epilogue
    }

    private let limits: HTTPMultipart.Limits
    private let boundary: HTTPMultipartBoundary
    private var stage = Stage.preamble
    private var failure: HTTPFormError?
    /// Whether the line end of a delimiter has been read: at the start of everything, and of a part's content.
    private var isAfterLineEnd = true
    private var isInPart = false
    private var received = 0
    private var partCount = 0
    private var fieldLine = HTTP1FieldLineScanner()
    private var fields = HTTPFields()
    private var headerSize = 0

    init(boundary: HTTPMultipartBoundary, limits: HTTPMultipart.Limits = HTTPMultipart.Limits()) {
        self.boundary = boundary
        self.limits = limits
    }

    /// Reads up to the next event. What is not consumed is to be presented again, with more behind it where more is
    /// needed.
    mutating func decode(_ input: Span<UInt8>) throws(HTTPFormError) -> (event: Event, consumed: Int) {
        if let failure { throw failure }
        do throws(HTTPFormError) {
            // Nothing beyond the limit is looked at, so that how the input is cut makes no difference there either.
            let allowed = min(input.count, max(limits.bytes - received, 0))
            var index = 0
            let event = try decode(input.extracting(0..<allowed), &index)
            guard event != .needsMore || allowed == input.count else { throw .tooLarge }
            received += index
            return (event, index)
        } catch {
            failure = error
            throw error
        }
    }

    /// To be called when nothing more will come.
    ///
    /// - Throws: `HTTPFormError.incomplete` unless the last boundary has been read.
    mutating func finish() throws(HTTPFormError) {
        if let failure { throw failure }
        switch stage {
        case .lastPadding, .epilogue: return
        default:
            failure = .incomplete
            throw .incomplete
        }
    }

    private mutating func decode(_ input: Span<UInt8>, _ index: inout Int) throws(HTTPFormError) -> Event {
        while index < input.count {
            switch stage {
            case .preamble:
                _ = skipData(input, &index)
                guard stage != .preamble else { return .needsMore }
            case .content:
                let start = index
                guard skipData(input, &index) else { return index > start ? .data(start..<index) : .needsMore }
            case .fields:
                guard let event = try readFields(input, &index) else { return .needsMore }
                return event
            case .epilogue:
                index = input.count
            default:
                try readDelimiterEnd(input[index])
                index += 1
                // Not before it is certain that the boundary is one.
                if isInPart, stage == .fields || stage == .lastPadding {
                    isInPart = false
                    return .endOfPart
                }
            }
        }
        return .needsMore
    }

    /// Moves behind the data that certainly is data, and then, if that was none, behind the delimiter: true.
    private mutating func skipData(_ input: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        while index < input.count {
            switch boundary.match(input, at: index, isAfterLineEnd: isAfterLineEnd) {
            case .partial: return false
            case .whole:
                // What is before it is told first. A preamble is not told.
                guard index == start || stage == .preamble else { return false }
                index += boundary.count(isAfterLineEnd: isAfterLineEnd)
                stage = .delimiter
                return true
            case .none:
                index = input.firstIndex(
                    of: .carriageReturn, from: isAfterLineEnd ? index : index + 1, to: input.count)
                isAfterLineEnd = false
            }
        }
        return false
    }

    private mutating func readDelimiterEnd(_ octet: UInt8) throws(HTTPFormError) {
        switch (stage, octet) {
        case (.delimiter, UInt8(ascii: "-")): stage = .secondDash
        case (.secondDash, UInt8(ascii: "-")): stage = .lastPadding
        case (.delimiter, .space), (.delimiter, .horizontalTab): stage = .padding
        case (.padding, .space), (.padding, .horizontalTab): break
        case (.lastPadding, .space), (.lastPadding, .horizontalTab): break
        case (.delimiter, .carriageReturn), (.padding, .carriageReturn): stage = .lineFeed
        case (.lastPadding, .carriageReturn): stage = .lastLineFeed
        case (.lineFeed, .lineFeed): try beginPart()
        case (.lastLineFeed, .lineFeed): stage = .epilogue
        default: throw .invalidDelimiter
        }
    }

    private mutating func beginPart() throws(HTTPFormError) {
        guard partCount < limits.parts else { throw .tooManyFields }
        partCount += 1
        stage = .fields
        fieldLine = HTTP1FieldLineScanner()
        fields = HTTPFields()
        headerSize = 0
    }

    /// Nil while the section has no end.
    private mutating func readFields(_ input: Span<UInt8>, _ index: inout Int) throws(HTTPFormError) -> Event? {
        while true {
            let end = min(input.count, index + max(limits.partHeader - headerSize, 0))
            let outcome: HTTP1FieldLineScanner.Outcome
            do throws(HTTP1Error) {
                outcome = try fieldLine.scan(input, from: index, to: end)
            } catch {
                throw .invalidPartHeader
            }
            let start = index
            switch outcome {
            case .incomplete:
                guard end == input.count else { throw .partHeaderTooLarge }
                return nil
            case .field(let line):
                index = line.next
                guard fields.count < limits.partFields else { throw .partHeaderTooLarge }
                fields.unique().append(input, name: line.name, value: line.value)
            case .end(let next):
                index = next
                stage = .content
                isInPart = true
                isAfterLineEnd = true
            }
            headerSize += index - start
            if stage == .content { return .part(fields) }
        }
    }
}
