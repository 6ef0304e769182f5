internal import Netius

/// Where the parts of a complete field line are in the input.
struct HTTP1FieldLine {
    var name: Range<Int>
    /// Without the whitespace around it.
    var value: Range<Int>
    /// Behind the line.
    var next: Int

    /// Whether the line is written as ``HTTPFields`` stores it: one space before the value, none behind it.
    @inline(__always)
    func isPlain(in input: Span<UInt8>) -> Bool {
        value.lowerBound == name.upperBound + 2 && value.upperBound + 2 == next
            && input[name.upperBound + 1] == .space
    }
}

/// Finds the parts of `field-name ":" OWS field-value OWS CRLF` (RFC 9112 §5).
///
/// An octet that cannot stand where it does is an error at once, also while the line has no end; octets that have been
/// looked at are not looked at again when the line is presented with more behind it.
struct HTTP1FieldLineScanner {
    enum Outcome {
        case incomplete
        /// The empty line that ends the section.
        case end(next: Int)
        case field(HTTP1FieldLine)
    }

    private enum Stage: UInt8 { case start, name, value, lineFeed, lastLineFeed }

    private var stage = Stage.start
    /// Octets of the line that have been looked at.
    private var scanned = 0
    private var nameLength = 0

    init() {}

    /// Looks at the line that begins at `start`, as far as `end`.
    @inline(__always)
    mutating func scan(_ input: Span<UInt8>, from start: Int, to end: Int) throws(HTTP1Error) -> Outcome {
        var index = start + scanned
        guard index < end else { return .incomplete }
        if stage == .start {
            switch input[index] {
            case .carriageReturn:
                stage = .lastLineFeed
                index += 1
            case .space, .horizontalTab: throw .obsoleteLineFolding
            default: stage = .name
            }
        }
        if stage == .name {
            index = input.endOfToken(from: index, to: end)
            guard index < end else { return pause(at: index, start) }
            guard input[index] == UInt8(ascii: ":"), index > start else {
                throw input[index] == .lineFeed ? .bareLineFeed : .invalidFieldName
            }
            nameLength = index - start
            stage = .value
            index += 1
        }
        if stage == .value {
            index = input.endOfFieldText(from: index, to: end)
            guard index < end else { return pause(at: index, start) }
            guard input[index] == .carriageReturn else {
                throw input[index] == .lineFeed ? .bareLineFeed : .invalidFieldValue
            }
            stage = .lineFeed
            index += 1
        }
        guard index < end else { return pause(at: index, start) }
        guard input[index] == .lineFeed else { throw .bareCarriageReturn }
        let isLast = stage == .lastLineFeed
        stage = .start
        scanned = 0
        if isLast { return .end(next: index + 1) }
        let name = start..<start + nameLength
        return .field(
            HTTP1FieldLine(
                name: name, value: input.trimmed(name.upperBound + 1..<index - 1), next: index + 1))
    }

    private mutating func pause(at index: Int, _ start: Int) -> Outcome {
        scanned = index - start
        return .incomplete
    }
}
