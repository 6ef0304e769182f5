internal import Netius

/// Writes header blocks (RFC 7541 §3).
///
/// A field that was sent before costs an octet or two. Text is Huffman-coded where that is shorter. ``HPACKIndexing``
/// says what is remembered.
struct HPACKEncoder {
    /// The size of the peer's table before it says something else (RFC 9113 §6.5.2).
    private static let initialTableSize = 4096
    /// What is kept at most for the coding of text.
    private static let keptCount = 4096

    private let maximumTableSize: Int
    private var table: HPACKDynamicTable
    private var index = HPACKFieldIndex()
    /// The smallest size of the table since the last block, if it has changed.
    private var smallestSize: Int?
    /// Where text is coded.
    private var coded: [UInt8] = []
    private var memo = HPACKMemo()

    /// - Parameter maximumTableSize: The size of the table in octets, if the peer allows as much.
    init(maximumTableSize: Int = 4096) {
        self.maximumTableSize = max(maximumTableSize, 0)
        table = HPACKDynamicTable(maximumSize: Self.initialTableSize)
        setPeerTableSize(Self.initialTableSize)
    }

    /// The size of the table now, in the sense of RFC 7541 §4.1.
    var tableSize: Int { table.size }

    /// Takes in the peer's SETTINGS_HEADER_TABLE_SIZE: the size of its table is that or ours, whichever is less. If it
    /// changes, the next block says so.
    mutating func setPeerTableSize(_ size: Int) {
        let size = min(max(size, 0), maximumTableSize)
        guard size != table.maximumSize else { return }
        smallestSize = min(smallestSize ?? size, size)
        table.setMaximumSize(size)
    }

    /// Begins a block: what the peer must know first is written (RFC 7541 §4.2).
    mutating func beginBlock(to output: OutputBuffer) {
        table.trim()
        if coded.count > Self.keptCount { coded = [] }
        guard let smallest = smallestSize else { return }
        smallestSize = nil
        if smallest < table.maximumSize { HPACKInteger.append(smallest, prefix: 5, 0x20, to: output) }
        HPACKInteger.append(table.maximumSize, prefix: 5, 0x20, to: output)
    }

    /// Writes a field, whose name may be in any case.
    mutating func append(_ octets: Span<UInt8>, name: Range<Int>, value: Range<Int>, to output: OutputBuffer) {
        table.stage(octets.extracting(name))
        table.lowercaseStaged()
        appendStaged(octets.extracting(value), to: output)
    }

    /// Writes a field, whose name is in lower case already.
    mutating func append(_ name: StaticString, _ value: Span<UInt8>, to output: OutputBuffer) {
        // Static strings are immortal.
        unsafe table.stage(name.octets.span)
        appendStaged(value, to: output)
    }

    /// Writes fields by calling `body`, or as it has written them the last time.
    ///
    /// - Parameters:
    ///   - fields: What stands for them: it does not change while somebody else refers to it.
    ///   - more: What else they depend on.
    ///   - output: Where they are written.
    ///   - body: Writes them.
    @inline(__always)
    mutating func append(
        _ fields: AnyObject, _ more: [UInt8], to output: OutputBuffer, _ body: (inout HPACKEncoder) -> Void
    ) {
        guard !memo.append(fields, more, in: table, to: output) else { return }
        let (position, next) = (output.count, table.next)
        body(&self)
        // What was added to the table will be written in another way.
        if table.next == next { memo.note(fields, more, from: position, in: table, of: output) }
    }

    /// Writes the `:status` of a response.
    mutating func appendStatus(_ code: Int, to output: OutputBuffer) {
        switch code {
        case 200: output.append(0x88)
        case 204: output.append(0x89)
        case 206: output.append(0x8A)
        case 304: output.append(0x8B)
        case 400: output.append(0x8C)
        case 404: output.append(0x8D)
        case 500: output.append(0x8E)
        default:
            let digits: InlineArray<3, UInt8> = [
                UInt8(truncatingIfNeeded: 48 + code / 100 % 10), UInt8(truncatingIfNeeded: 48 + code / 10 % 10),
                UInt8(truncatingIfNeeded: 48 + code % 10),
            ]
            append(":status", digits.span, to: output)
        }
    }

    /// Writes a `content-length`, which is not negative.
    mutating func appendContentLength(_ count: Int, to output: OutputBuffer) {
        var (digits, rest) = (1, count)
        while rest >= 10 {
            digits += 1
            rest /= 10
        }
        HPACKInteger.append(28, prefix: 4, 0, to: output)
        output.append(UInt8(truncatingIfNeeded: digits))
        output.append(decimal: count)
    }

    // MARK: Representations

    /// Writes the field of which the name is staged.
    private mutating func appendStaged(_ value: Span<UInt8>, to output: OutputBuffer) {
        let name = table.stagedStart..<table.stagedEnd
        let nameHash = table.memory.span.hash(name)
        let nameIndex = HPACKStaticTable.index(of: table.memory.span, name, hash: nameHash)
        if nameIndex > 0, let index = HPACKStaticTable.index(from: nameIndex, of: value, value: 0..<value.count) {
            table.discard()
            return HPACKInteger.append(index, prefix: 7, 0x80, to: output)
        }
        switch HPACKIndexing(nameIndex, table.memory.span, name, valueLength: value.count) {
        case .incremental: appendIncremental(name.count, nameHash, nameIndex, value, to: output)
        case .none: appendLiteral(0, prefix: 4, nameIndex, name.count, nameHash, value, to: output)
        case .never: appendLiteral(0x10, prefix: 4, nameIndex, name.count, nameHash, value, to: output)
        }
        table.discard()
    }

    private mutating func appendIncremental(
        _ nameLength: Int, _ nameHash: UInt32, _ nameIndex: Int, _ value: Span<UInt8>, to output: OutputBuffer
    ) {
        // What would take most of the table would drive out too much.
        let size = nameLength + value.count + HPACKDynamicTable.overhead
        guard size <= table.maximumSize / 2 else {
            return appendLiteral(0, prefix: 4, nameIndex, nameLength, nameHash, value, to: output)
        }
        let hash = value.hash(0..<value.count, seed: nameHash)
        table.stage(value)
        if let number = index.find(nameLength, hash: hash, in: table) {
            return HPACKInteger.append(place(of: number), prefix: 7, 0x80, to: output)
        }
        appendLiteral(0x40, prefix: 6, nameIndex, nameLength, nameHash, value, to: output)
        if table.commit(nameLength: nameLength, nameIndex: nameIndex) {
            index.insertNewest(field: hash, name: nameHash, of: table)
        }
    }

    private mutating func appendLiteral(
        _ pattern: UInt8, prefix bits: Int, _ nameIndex: Int, _ nameLength: Int, _ nameHash: UInt32,
        _ value: Span<UInt8>, to output: OutputBuffer
    ) {
        var place = nameIndex
        if place == 0, let number = index.findName(nameLength, hash: nameHash, in: table) {
            place = self.place(of: number)
        }
        HPACKInteger.append(place, prefix: bits, pattern, to: output)
        if place == 0 {
            let start = table.stagedStart
            let memory = table.memory
            Self.appendText(memory.span.extracting(start..<start + nameLength), &coded, to: output)
        }
        Self.appendText(value, &coded, to: output)
    }

    /// The place of the entry in both tables (RFC 7541 §2.3.3).
    @inline(__always)
    private func place(of number: Int) -> Int { HPACKStaticTable.count + table.next - number }

    /// Writes a string literal (RFC 7541 §5.2).
    private static func appendText(_ text: Span<UInt8>, _ coded: inout [UInt8], to output: OutputBuffer) {
        let count = HPACKHuffmanEncoding.count(of: text)
        guard count < text.count else {
            HPACKInteger.append(text.count, prefix: 7, 0, to: output)
            return output.append(text)
        }
        if coded.count < count { coded = [UInt8](repeating: 0, count: max(count, 2 * coded.count)) }
        var target = coded.mutableSpan
        HPACKHuffmanEncoding.encode(text, into: &target)
        HPACKInteger.append(count, prefix: 7, 0x80, to: output)
        output.append(coded[..<count])
    }
}
