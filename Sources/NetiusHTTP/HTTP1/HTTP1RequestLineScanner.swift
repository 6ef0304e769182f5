internal import Netius

/// Where the parts of a complete request line are in the input.
struct HTTP1RequestLine {
    var method: Range<Int>
    var target: Range<Int>
    /// `HTTP/` and two digits with a dot between them.
    var version: Range<Int>
    /// Behind the line.
    var next: Int
}

/// Finds the parts of `method SP request-target SP HTTP-version CRLF` (RFC 9112 §3).
///
/// An octet that cannot stand where it does is an error at once, also while the line has no end; octets that have been
/// looked at are not looked at again when the line is presented with more behind it.
struct HTTP1RequestLineScanner {
    enum Outcome {
        case incomplete
        /// An empty line, which may precede a request (RFC 9112 §2.2).
        case empty(next: Int)
        case line(HTTP1RequestLine)
    }

    private enum Stage: UInt8 { case start, emptyLineFeed, method, target, version, lineFeed }

    private var stage = Stage.start
    /// Octets of the line that have been looked at.
    private var scanned = 0
    private var methodLength = 0
    private var targetLength = 0

    init() {}

    /// Looks at the line that begins at `start`, as far as `end`.
    @inline(__always)
    mutating func scan(_ input: Span<UInt8>, from start: Int, to end: Int) throws(HTTP1Error) -> Outcome {
        var index = start + scanned
        guard index < end else { return .incomplete }
        if stage == .start {
            if input[index] == .carriageReturn {
                stage = .emptyLineFeed
                index += 1
            } else {
                stage = .method
            }
        }
        if stage == .emptyLineFeed {
            guard index < end else { return pause(at: index, start) }
            guard input[index] == .lineFeed else { throw .bareCarriageReturn }
            self = Self()
            return .empty(next: index + 1)
        }
        if stage == .method {
            index = input.endOfToken(from: index, to: end)
            guard index < end else { return pause(at: index, start) }
            methodLength = index - start
            guard input[index] == .space, methodLength > 0 else { throw Self.error(input[index], .invalidMethod) }
            stage = .target
            index += 1
        }
        if stage == .target {
            index = input.endOfTarget(from: index, to: end)
            guard index < end else { return pause(at: index, start) }
            targetLength = index - start - methodLength - 1
            guard input[index] == .space, targetLength > 0 else {
                throw Self.error(input[index], input[index] == .space ? .malformedRequestLine : .invalidTarget)
            }
            stage = .version
            index += 1
        }
        let version = start + methodLength + targetLength + 2
        if stage == .version {
            if index == version, input.hasWord(Self.http11, at: index, before: end) { index += 8 }
            while index < version + 8 {
                guard index < end else { return pause(at: index, start) }
                guard Self.isVersion(input[index], at: index - version) else {
                    throw Self.error(input[index], .malformedRequestLine)
                }
                index += 1
            }
            guard index < end else { return pause(at: index, start) }
            guard input[index] == .carriageReturn else { throw Self.error(input[index], .malformedRequestLine) }
            stage = .lineFeed
            index += 1
        }
        guard index < end else { return pause(at: index, start) }
        guard input[index] == .lineFeed else { throw .bareCarriageReturn }
        let target = start + methodLength + 1
        let line = HTTP1RequestLine(
            method: start..<start + methodLength, target: target..<target + targetLength,
            version: version..<version + 8, next: index + 1)
        self = Self()
        return .line(line)
    }

    /// The octets of `HTTP/1.1` as a little-endian number.
    private static let http11: UInt64 = 0x312E_312F_5054_5448

    private static func isVersion(_ octet: UInt8, at offset: Int) -> Bool {
        switch offset {
        case 0: octet == UInt8(ascii: "H")
        case 1, 2: octet == UInt8(ascii: "T")
        case 3: octet == UInt8(ascii: "P")
        case 4: octet == UInt8(ascii: "/")
        case 6: octet == UInt8(ascii: ".")
        default: octet.isDigit
        }
    }

    private static func error(_ octet: UInt8, _ other: HTTP1Error) -> HTTP1Error {
        switch octet {
        case .lineFeed: .bareLineFeed
        case .carriageReturn: .malformedRequestLine
        default: other
        }
    }

    private mutating func pause(at index: Int, _ start: Int) -> Outcome {
        scanned = index - start
        return .incomplete
    }
}
