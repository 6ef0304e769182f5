internal import Netius

/// What a complete status line says, and where in the input.
struct HTTP1StatusLine {
    /// HTTP/1.0 or HTTP/1.1, which is also what a higher minor version is understood as (RFC 9110 §6.2).
    var version: HTTPVersion
    /// 100 to 599.
    var code: Int
    /// Empty if there is no phrase.
    var reasonPhrase: Range<Int>
    /// Behind the line.
    var next: Int
}

/// Understands `HTTP-version SP status-code [ SP [ reason-phrase ] ] CRLF` (RFC 9112 §4); servers are known to leave
/// out the second space, without which nothing is ambiguous.
///
/// An octet that cannot stand where it does is an error at once, also while the line has no end; octets that have been
/// looked at are not looked at again when the line is presented with more behind it.
struct HTTP1StatusLineScanner {
    private enum Stage: UInt8 { case fixed, reasonPhrase, lineFeed }

    private var stage = Stage.fixed
    /// Octets of the line that have been looked at.
    private var scanned = 0

    init() {}

    /// Whether nothing of the line has been seen.
    var isAtStart: Bool { scanned == 0 }

    /// Looks at the line that begins at `start`, as far as `end`; nil if there is not all of it.
    mutating func scan(
        _ input: Span<UInt8>, from start: Int, to end: Int
    ) throws(HTTP1Error) -> HTTP1StatusLine? {
        var index = start + scanned
        // `HTTP/1.1 200`
        let endOfCode = start + 12
        if stage == .fixed {
            if scanned == 0, input.hasWord(Self.http11, at: start, before: end) { index += 8 }
            while index < endOfCode {
                guard index < end else { return pause(at: index, start) }
                try Self.check(input[index], at: index - start)
                index += 1
            }
            guard index < end else { return pause(at: index, start) }
            switch input[index] {
            case .space: stage = .reasonPhrase
            case .carriageReturn: stage = .lineFeed
            case let octet where octet.isDigit: throw .invalidStatus
            case let octet: throw Self.error(octet)
            }
            index += 1
        }
        if stage == .reasonPhrase {
            index = input.endOfFieldText(from: index, to: end)
            guard index < end else { return pause(at: index, start) }
            guard input[index] == .carriageReturn else { throw Self.error(input[index]) }
            stage = .lineFeed
            index += 1
        }
        guard index < end else { return pause(at: index, start) }
        guard input[index] == .lineFeed else { throw .bareCarriageReturn }
        self = Self()
        return HTTP1StatusLine(
            version: input[start + 7] == UInt8(ascii: "0") ? .http10 : .http11,
            code: Self.code(input, start + 9),
            reasonPhrase: min(endOfCode + 1, index - 1)..<index - 1, next: index + 1)
    }

    /// The octets of `HTTP/1.1` as a little-endian number.
    private static let http11: UInt64 = 0x312E_312F_5054_5448

    /// Judges an octet before the reason phrase by its place in the line.
    private static func check(_ octet: UInt8, at offset: Int) throws(HTTP1Error) {
        switch offset {
        case 0: guard octet == UInt8(ascii: "H") else { throw .notHTTP }
        case 1, 2: guard octet == UInt8(ascii: "T") else { throw .notHTTP }
        case 3: guard octet == UInt8(ascii: "P") else { throw .notHTTP }
        case 4: guard octet == UInt8(ascii: "/") else { throw .notHTTP }
        case 6: guard octet == UInt8(ascii: ".") else { throw error(octet) }
        case 8: guard octet == .space else { throw error(octet) }
        default:
            guard octet.isDigit else { throw error(octet) }
            if offset == 5, octet != UInt8(ascii: "1") { throw .unsupportedVersion }
            if offset == 9, !(UInt8(ascii: "1")...UInt8(ascii: "5") ~= octet) { throw .invalidStatus }
        }
    }

    private static func code(_ input: Span<UInt8>, _ start: Int) -> Int {
        Int(input[start] - 48) * 100 + Int(input[start + 1] - 48) * 10 + Int(input[start + 2] - 48)
    }

    private static func error(_ octet: UInt8) -> HTTP1Error {
        octet == .lineFeed ? .bareLineFeed : .malformedStatusLine
    }

    private mutating func pause(at index: Int, _ start: Int) -> HTTP1StatusLine? {
        scanned = index - start
        return nil
    }
}
