/// What a decoder learns from the fields of a head while they are read.
protocol HTTP1HeadControl {
    /// Takes in a field, or refuses it.
    mutating func note(_ input: Span<UInt8>, _ line: HTTP1FieldLine) throws(HTTP1Error)
}

/// Reads the field lines of a head and the empty line after them (RFC 9112 §5).
struct HTTP1HeaderSection {
    private let sizeLimit: Int
    private let countLimit: Int
    private var fieldLine = HTTP1FieldLineScanner()
    /// Octets of the section that have been consumed.
    private var size = 0

    init(limits: HTTP1Limits) {
        sizeLimit = limits.headerBlock
        countLimit = limits.fieldCount
    }

    /// Makes ready for the next head.
    mutating func reset() {
        fieldLine = HTTP1FieldLineScanner()
        size = 0
    }

    /// Reads as many lines as there are from `position` on, which moves behind them; true at the end of the section.
    @inline(__always)
    mutating func decode(
        _ input: Span<UInt8>, _ position: inout Int, into storage: HTTPFields.Storage,
        noting control: inout some HTTP1HeadControl
    ) throws(HTTP1Error) -> Bool {
        let start = position
        let end = input.end(from: start, allowing: sizeLimit - size)
        // Lines written as they are stored are copied together, from here to `position`.
        var runStart = position
        defer {
            storage.append(input, runStart..<position)
            size += position - start
        }
        while true {
            switch try fieldLine.scan(input, from: position, to: end) {
            case .incomplete:
                guard end == input.count else { throw .headerBlockTooLarge }
                return false
            case .field(let line):
                guard storage.entries.count < countLimit else { throw .tooManyFields }
                try control.note(input, line)
                if line.isPlain(in: input) {
                    storage.entries.append(
                        HTTPFields.Entry(
                            start: storage.bytes.count + position - runStart, nameLength: line.name.count,
                            valueLength: line.value.count))
                } else {
                    storage.append(input, runStart..<position)
                    storage.append(input, name: line.name, value: line.value)
                    runStart = line.next
                }
                position = line.next
            case .end(let next):
                storage.append(input, runStart..<position)
                runStart = next
                position = next
                return true
            }
        }
    }
}
