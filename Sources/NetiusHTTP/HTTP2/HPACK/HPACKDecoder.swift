/// Reads header blocks (RFC 7541 §3).
///
/// All blocks of a connection must be decoded, in order, also those that nobody wants: each may change the table that
/// the next ones refer to. After an error the decoder is of no more use.
struct HPACKDecoder {
    /// Size updates a block may begin with: the smallest size since the last block, and the one that holds
    /// (RFC 7541 §4.2).
    private static let mostSizeUpdates = 2

    private let maximumListSize: Int
    private let maximumFieldCount: Int
    private var table: HPACKDynamicTable
    /// What a size update may say at most.
    private var allowedTableSize: Int
    /// Whether the next block must begin with a size update.
    private var demandsSizeUpdate = false
    /// How many octets of names were taken from the table for new fields of the block.
    private var copied = 0

    /// - Parameters:
    ///   - maximumTableSize: The size of the table in octets, which both sides know at the beginning: 4096 for HTTP/2.
    ///   - maximumListSize: The size of all fields of a block that are given to the sink, each counted as the octets of
    ///     name and value and 32 (RFC 9113 §6.5.2).
    ///   - maximumFieldCount: Their number.
    init(maximumTableSize: Int = 4096, maximumListSize: Int, maximumFieldCount: Int = .max) {
        self.maximumListSize = max(maximumListSize, 0)
        self.maximumFieldCount = max(maximumFieldCount, 0)
        table = HPACKDynamicTable(maximumSize: maximumTableSize)
        allowedTableSize = max(maximumTableSize, 0)
    }

    /// The size of the table now, in the sense of RFC 7541 §4.1.
    var tableSize: Int { table.size }

    /// Changes what the table's size may be, when the peer has acknowledged our SETTINGS_HEADER_TABLE_SIZE. If it is
    /// less than what the table has, the next block must begin with a size update (RFC 7541 §4.2).
    mutating func setMaximumTableSize(_ size: Int) {
        allowedTableSize = max(size, 0)
        demandsSizeUpdate = table.maximumSize > allowedTableSize
    }

    /// Reads a header block, which must be whole, and gives its fields to the sink. Fields beyond the list's size or
    /// number are decoded, since the table must stay in step, but not given to the sink.
    ///
    /// - Returns: Whether the sink was given all fields.
    mutating func decode<Sink: HPACKFieldSink>(
        _ block: Span<UInt8>, into sink: inout Sink
    ) throws(HPACKError) -> Bool {
        copied = 0
        var position = 0
        try decodeSizeUpdates(block, &position)
        var room = HPACKListRoom(size: maximumListSize, count: maximumFieldCount)
        while position < block.count {
            let octet = block[position]
            if octet & 0x80 != 0 {
                let index = try HPACKInteger.read(block, at: &position, prefix: 7)
                try lendIndexed(index, &room, &sink)
            } else if octet & 0x40 != 0 {
                let index = try HPACKInteger.read(block, at: &position, prefix: 6)
                try decodeLiteral(block, &position, name: index, isIndexed: true, &room, &sink)
            } else if octet & 0x20 != 0 {
                throw .misplacedSizeUpdate
            } else {
                let index = try HPACKInteger.read(block, at: &position, prefix: 4)
                try decodeLiteral(block, &position, name: index, isIndexed: false, &room, &sink)
            }
        }
        table.trim()
        return !room.isExhausted
    }

    /// RFC 7541 §6.3.
    @inline(__always)
    private mutating func decodeSizeUpdates(_ block: Span<UInt8>, _ position: inout Int) throws(HPACKError) {
        var count = 0
        while position < block.count, block[position] & 0xE0 == 0x20 {
            guard count < Self.mostSizeUpdates else { throw .misplacedSizeUpdate }
            let size = try HPACKInteger.read(block, at: &position, prefix: 5)
            guard size <= allowedTableSize else { throw .tableTooLarge }
            table.setMaximumSize(size)
            count += 1
        }
        guard count > 0 || !demandsSizeUpdate else { throw .missingSizeUpdate }
        demandsSizeUpdate = false
    }

    /// RFC 7541 §6.1.
    @inline(__always)
    private func lendIndexed<Sink: HPACKFieldSink>(
        _ index: Int, _ room: inout HPACKListRoom, _ sink: inout Sink
    ) throws(HPACKError) {
        if index <= HPACKStaticTable.count {
            guard index > 0 else { throw .invalidIndex }
            let (name, value) = HPACKStaticTable.entry(index)
            guard room.take(name.utf8CodeUnitCount + value.utf8CodeUnitCount) else { return }
            // Static strings are immortal.
            unsafe sink.add(name.octets.span, value.octets.span, index: HPACKStaticTable.firstIndex(index))
        } else {
            guard let entry = table.entry(at: index - HPACKStaticTable.count) else { throw .invalidIndex }
            guard room.take(entry.nameLength + entry.valueLength) else { return }
            let octets = table.memory.span
            sink.add(
                octets.extracting(table.name(of: entry)), octets.extracting(table.value(of: entry)),
                index: Int(entry.nameIndex))
        }
    }

    /// RFC 7541 §6.2.
    private mutating func decodeLiteral<Sink: HPACKFieldSink>(
        _ block: Span<UInt8>, _ position: inout Int, name index: Int, isIndexed: Bool,
        _ room: inout HPACKListRoom, _ sink: inout Sink
    ) throws(HPACKError) {
        let nameIndex = try stageName(block, &position, index)
        let nameLength = table.stagedEnd - table.stagedStart
        try stageText(block, &position)
        // Only now: to make room may have moved it.
        let start = table.stagedStart
        if room.take(table.stagedEnd - start) {
            let octets = table.memory.span
            let valueStart = start + nameLength
            sink.add(
                octets.extracting(start..<valueStart), octets.extracting(valueStart..<table.stagedEnd),
                index: nameIndex)
        }
        if isIndexed {
            table.commit(nameLength: nameLength, nameIndex: nameIndex)
        } else {
            table.discard()
        }
    }

    /// Stages the name of a literal field; returns its place in the static table, or 0.
    private mutating func stageName(
        _ block: Span<UInt8>, _ position: inout Int, _ index: Int
    ) throws(HPACKError) -> Int {
        if index == 0 {
            try stageText(block, &position)
            return HPACKStaticTable.index(of: table.memory.span, table.stagedStart..<table.stagedEnd)
        }
        if index <= HPACKStaticTable.count {
            // Static strings are immortal.
            unsafe table.stage(HPACKStaticTable.entry(index).0.octets.span)
            return HPACKStaticTable.firstIndex(index)
        }
        guard let entry = table.entry(at: index - HPACKStaticTable.count) else { throw .invalidIndex }
        // Two octets of a block can ask for thousands to be copied. In a list that is not too large they are counted.
        copied += entry.nameLength
        guard copied / 2 <= maximumListSize else { throw .namesTooLarge }
        table.stageName(of: entry)
        return Int(entry.nameIndex)
    }

    /// Stages a string literal (RFC 7541 §5.2).
    @inline(__always)
    private mutating func stageText(_ block: Span<UInt8>, _ position: inout Int) throws(HPACKError) {
        guard position < block.count else { throw .truncated }
        let isHuffman = block[position] & 0x80 != 0
        let count = try HPACKInteger.read(block, at: &position, prefix: 7)
        guard count <= block.count - position else { throw .truncated }
        let range = position..<position + count
        position += count
        if isHuffman {
            try table.stageHuffman(block, range)
        } else {
            table.stage(block.extracting(range))
        }
    }
}
