internal import Netius

/// Reads the chunked transfer coding (RFC 9112 §7.1).
///
///     chunked-body = *chunk last-chunk trailer-section CRLF
///     chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
struct HTTP1ChunkedDecoder {
    private enum Stage: UInt8 { case size, extensions, sizeLineFeed, data, dataCarriageReturn, dataLineFeed, trailers }

    private let limits: HTTP1Limits
    private var stage = Stage.size
    private var digits = 0
    /// The size of the chunk, then what is left of it.
    private var remaining: UInt64 = 0
    private var isLastChunk = false
    private var received: UInt64 = 0
    private var extensions = HTTP1ChunkExtensionScanner()
    private var extensionsSize = 0
    private var extensionsSizeInAll = 0
    private var fieldLine = HTTP1FieldLineScanner()
    private var trailerSize = 0
    private var trailerCount = 0
    private(set) var trailers: HTTPFields?

    init(limits: HTTP1Limits) {
        self.limits = limits
    }

    mutating func reset() {
        self = Self(limits: limits)
    }

    mutating func decode(_ input: Span<UInt8>) throws(HTTP1Error) -> HTTP1BodyEvent {
        var index = 0
        while index < input.count {
            switch stage {
            case .size:
                try readSize(input[index])
            case .extensions:
                try readExtension(input[index])
            case .sizeLineFeed:
                guard input[index] == .lineFeed else { throw .bareCarriageReturn }
                stage = isLastChunk ? .trailers : .data
            case .data:
                let count = min(input.count - index, Int(clamping: remaining))
                remaining -= UInt64(count)
                if remaining == 0 { stage = .dataCarriageReturn }
                return .data(index..<index + count, consumed: index + count)
            case .dataCarriageReturn:
                guard input[index] == .carriageReturn else { throw .invalidChunk }
                stage = .dataLineFeed
            case .dataLineFeed:
                guard input[index] == .lineFeed else { throw .invalidChunk }
                (stage, digits, remaining) = (.size, 0, 0)
            case .trailers:
                return try readTrailers(input, from: index)
            }
            index += 1
        }
        return .needsMore(consumed: index)
    }

    private mutating func readSize(_ octet: UInt8) throws(HTTP1Error) {
        if let digit = octet.hexadecimalValue {
            guard digits < 16 else { throw .invalidChunkSize }
            digits += 1
            remaining = remaining << 4 | UInt64(digit)
            return
        }
        guard digits > 0 else { throw octet == .lineFeed ? .bareLineFeed : .invalidChunkSize }
        isLastChunk = remaining == 0
        let (sum, overflows) = received.addingReportingOverflow(remaining)
        guard !overflows, limits.bodySize.map({ sum <= UInt64(clamping: $0) }) ?? true else { throw .bodyTooLarge }
        received = sum
        switch octet {
        case .carriageReturn:
            stage = .sizeLineFeed
        case UInt8(ascii: ";"), .space, .horizontalTab:
            stage = .extensions
            extensions = HTTP1ChunkExtensionScanner()
            extensionsSize = 0
            try readExtension(octet)
        case .lineFeed:
            throw .bareLineFeed
        default:
            throw .invalidChunkSize
        }
    }

    private mutating func readExtension(_ octet: UInt8) throws(HTTP1Error) {
        if octet == .carriageReturn {
            try extensions.finish()
            stage = .sizeLineFeed
            return
        }
        extensionsSize += 1
        extensionsSizeInAll += 1
        guard extensionsSize <= limits.chunkExtensions, extensionsSizeInAll <= limits.chunkExtensionsInAll else {
            throw .chunkExtensionTooLong
        }
        try extensions.read(octet)
    }

    private mutating func readTrailers(_ input: Span<UInt8>, from start: Int) throws(HTTP1Error) -> HTTP1BodyEvent {
        var position = start
        let end = input.end(from: start, allowing: limits.trailerBlock - trailerSize)
        defer { trailerSize += position - start }
        while true {
            switch try fieldLine.scan(input, from: position, to: end) {
            case .incomplete:
                guard end == input.count else { throw .trailerBlockTooLarge }
                return .needsMore(consumed: position)
            case .field(let line):
                guard trailerCount < limits.trailerCount else { throw .tooManyTrailers }
                trailerCount += 1
                try add(line, input)
                position = line.next
            case .end(let next):
                position = next
                return .end(consumed: next)
            }
        }
    }

    /// What frames or routes a message can only be there to confuse; what merely means nothing in a trailer section is
    /// ignored (RFC 9110 §6.5.1).
    private mutating func add(_ line: HTTP1FieldLine, _ input: Span<UInt8>) throws(HTTP1Error) {
        let name = HTTPField.Name(input, line.name)
        guard name != .contentLength, name != .transferEncoding, name != .host else { throw .invalidTrailer }
        guard name.isAllowedInTrailers else { return }
        var fields = trailers ?? HTTPFields()
        trailers = nil
        fields.unique().append(input, name: line.name, value: line.value)
        trailers = fields
    }
}
