internal import Netius

extension HTTPFields {
    /// Where one field stands in the storage's octets: `name`, a colon, a space, `value`, CR, LF.
    struct Entry: Equatable {
        var start: Int
        var nameLength: Int
        var valueLength: Int

        var name: Range<Int> { start..<start + nameLength }
        var value: Range<Int> { start + nameLength + 2..<start + nameLength + 2 + valueLength }
        var line: Range<Int> { start..<start + nameLength + valueLength + 4 }
    }

    /// The fields as they are sent, and where each is: to send them is one copy.
    ///
    /// Sendable although mutable: changed only through ``HTTPFields/unique()``, while one value refers to it.
    final class Storage: @unchecked Sendable {
        // Nothing here lends a property to code that could reach the same storage, so that accesses cannot overlap; to
        // check for it at run time took a third of the time to parse a request.
        @exclusivity(unchecked) private var uncheckedBytes: [UInt8] = []
        @exclusivity(unchecked) private var uncheckedEntries: [Entry] = []

        var bytes: [UInt8] {
            @inline(__always) _read { yield unsafe uncheckedBytes }
            @inline(__always) _modify { yield unsafe &uncheckedBytes }
        }

        var entries: [Entry] {
            @inline(__always) _read { yield unsafe uncheckedEntries }
            @inline(__always) _modify { yield unsafe &uncheckedEntries }
        }
    }
}

extension HTTPFields.Storage {
    func append(_ name: HTTPField.Name, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.rawName.utf8)
        let nameLength = bytes.count - start
        bytes.append(UInt8(ascii: ":"))
        bytes.append(.space)
        let valueStart = bytes.count
        if HTTPField.isValidValue(value) {
            bytes.append(contentsOf: value.utf8)
        } else {
            bytes.append(contentsOf: HTTPField.legalized(value.utf8))
        }
        endLine(start: start, nameLength: nameLength, valueLength: bytes.count - valueStart)
    }

    /// The octets of `name` are known to be a token, those of `value` to be legal.
    func append(_ input: Span<UInt8>, name: Range<Int>, value: Range<Int>) {
        let start = bytes.count
        append(input, name)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(.space)
        append(input, value)
        endLine(start: start, nameLength: name.count, valueLength: value.count)
    }

    /// The same in one piece, with name and value from anywhere.
    @inline(__always)
    func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let start = bytes.count
        let (nameLength, valueLength) = (name.count, value.count)
        let count = nameLength + valueLength + 4
        bytes.append(addingCapacity: count) { line in
            // There is room for `count` octets, and each is written.
            unsafe line.withUnsafeMutableBufferPointer { target, written in
                let target = UnsafeMutableRawBufferPointer(target)
                unsafe name.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
                unsafe target[nameLength] = UInt8(ascii: ":")
                unsafe target[nameLength + 1] = .space
                unsafe value.withUnsafeBytes {
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[(nameLength + 2)...]).copyMemory(from: $0)
                }
                unsafe target[count - 2] = .carriageReturn
                unsafe target[count - 1] = .lineFeed
                written = count
            }
        }
        entries.append(HTTPFields.Entry(start: start, nameLength: nameLength, valueLength: valueLength))
    }

    func append(copying index: Int, of other: HTTPFields.Storage) {
        var entry = other.entries[index]
        let line = entry.line
        entry.start = bytes.count
        bytes.append(contentsOf: other.bytes[line])
        entries.append(entry)
    }

    private func endLine(start: Int, nameLength: Int, valueLength: Int) {
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
        entries.append(HTTPFields.Entry(start: start, nameLength: nameLength, valueLength: valueLength))
    }

    /// Adds octets, for which the caller adds the entries.
    func append(_ input: Span<UInt8>, _ range: Range<Int>) {
        bytes.append(input, range)
    }

    func index(of name: HTTPField.Name, from start: Int = 0) -> Int? {
        let wanted = name.canonicalName.utf8.span
        var index = start
        while index < entries.count {
            if matches(wanted, entries[index]) { return index }
            index += 1
        }
        return nil
    }

    func matches(_ name: HTTPField.Name, at index: Int) -> Bool {
        matches(name.canonicalName.utf8.span, entries[index])
    }

    @inline(__always)
    private func matches(_ wanted: Span<UInt8>, _ entry: HTTPFields.Entry) -> Bool {
        guard entry.nameLength == wanted.count else { return false }
        for offset in 0..<wanted.count where bytes[entry.start + offset].lowercased != wanted[offset] { return false }
        return true
    }

    func value(at index: Int) -> String {
        String(decoding: bytes[entries[index].value], as: UTF8.self)
    }

    func field(at index: Int) -> HTTPField {
        HTTPField(name: HTTPField.Name(token: bytes[entries[index].name]), value: value(at: index))
    }

    func isEqual(to other: HTTPFields.Storage) -> Bool {
        guard entries.count == other.entries.count else { return false }
        for (entry, match) in zip(entries, other.entries) {
            guard other.matches(bytes.span, entry.name, match), bytes[entry.value] == other.bytes[match.value] else {
                return false
            }
        }
        return true
    }

    private func matches(_ octets: Span<UInt8>, _ name: Range<Int>, _ entry: HTTPFields.Entry) -> Bool {
        guard entry.nameLength == name.count else { return false }
        for offset in 0..<name.count
        where bytes[entry.start + offset].lowercased != octets[name.lowerBound + offset].lowercased { return false }
        return true
    }
}

extension [UInt8] {
    /// Adds the octets of the span that are in the range, in one copy.
    @inline(__always)
    mutating func append(_ input: Span<UInt8>, _ range: Range<Int>) {
        // The pointer does not outlive the call.
        unsafe input.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
