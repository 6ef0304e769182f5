/// Bytes on their way out: a growable run of memory that protocol encoders append to.
///
/// The memory is kept when the buffer is cleared, so that a loop's one buffer serves all its connections without
/// allocating. Not thread-safe: it belongs to one loop.
@safe
package final class OutputBuffer {
    // Unsafe memory: every access below is bounded by `capacity`, and the memory lives exactly as long as the object.
    // No access is under way while other code runs, so that accesses cannot overlap; to check for it at run time took
    // half of the time to write a response.
    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var uncheckedCapacity: Int
    @exclusivity(unchecked) private var uncheckedCount = 0

    private var capacity: Int {
        @inline(__always) get { unsafe uncheckedCapacity }
        @inline(__always) set { unsafe uncheckedCapacity = newValue }
    }

    /// The bytes appended and not yet removed.
    package private(set) var count: Int {
        @inline(__always) get { unsafe uncheckedCount }
        @inline(__always) set { unsafe uncheckedCount = newValue }
    }

    package init(capacity: Int = 1024) {
        unsafe uncheckedCapacity = max(capacity, 64)
        unsafe memory = .allocate(byteCount: uncheckedCapacity, alignment: 16)
    }

    deinit {
        unsafe memory.deallocate()
    }

    package var isEmpty: Bool { count == 0 }

    @inline(__always)
    private func reserve(_ additional: Int) {
        if capacity - count < additional { grow(by: additional) }
    }

    @inline(never)
    private func grow(by additional: Int) {
        let larger = max(capacity * 2, count + additional)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        unsafe moved.copyMemory(from: memory, byteCount: count)
        unsafe memory.deallocate()
        unsafe memory = moved
        capacity = larger
    }

    package func append(_ byte: UInt8) {
        reserve(1)
        unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        unsafe (memory + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    package func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    package func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    package func append(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Appends `count` bytes that `fill` writes, unless it returns false.
    @inline(__always)
    func append(count added: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Bool) -> Bool {
        reserve(added)
        guard unsafe fill(UnsafeMutableRawBufferPointer(start: memory + count, count: added)) else { return false }
        count += added
        return true
    }

    /// Appends a literal, which is neither copied nor retained on the way.
    package func append(_ text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package func append(text: String) {
        var text = text
        text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends text that the caller has as a variable, which spares a copy of it.
    package func append(text: inout String) {
        text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends the number in decimal digits.
    package func append(decimal number: Int) {
        guard number >= 10 || number < 0 else { return append(UInt8(truncatingIfNeeded: 48 + number)) }
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var digits = 0
        var probe = rest
        while probe > 0 {
            digits += 1
            probe /= 10
        }
        reserve(digits)
        var position = count + digits
        while rest > 0 {
            position -= 1
            unsafe memory.storeBytes(
                of: UInt8(truncatingIfNeeded: 48 + rest % 10), toByteOffset: position, as: UInt8.self)
            rest /= 10
        }
        count += digits
    }

    /// Appends the number in upper-case hexadecimal digits.
    package func append(hexadecimal number: Int) {
        var rest = UInt(bitPattern: number)
        var digits = max(1, (UInt.bitWidth - rest.leadingZeroBitCount + 3) / 4)
        reserve(digits)
        let end = count + digits
        count = end
        var position = end
        while digits > 0 {
            position -= 1
            digits -= 1
            let digit = UInt8(truncatingIfNeeded: rest & 15)
            unsafe memory.storeBytes(of: digit < 10 ? 48 + digit : 55 + digit, toByteOffset: position, as: UInt8.self)
            rest >>= 4
        }
    }

    /// Appends the lowest `size` octets of the number, one to eight of them, the highest first.
    package func append(bigEndian number: UInt64, size: Int) {
        precondition(1...8 ~= size)
        // All eight octets are stored, those that count first; what follows is written over by what comes next.
        reserve(8)
        unsafe memory.storeBytes(
            of: (number << UInt64(8 * (8 - size))).bigEndian, toByteOffset: count, as: UInt64.self)
        count += size
    }

    /// Appends that many zeros: room for what is known only later, which `overwrite(at:bigEndian:size:)` then fills.
    package func append(zeros added: Int) {
        precondition(added >= 0)
        reserve(added)
        unsafe (memory + count).initializeMemory(as: UInt8.self, repeating: 0, count: added)
        count += added
    }

    /// Replaces `size` octets from `position` on, all appended before, by the lowest of the number, the highest first.
    package func overwrite(at position: Int, bigEndian number: UInt64, size: Int) {
        precondition(1...8 ~= size && position >= 0 && position <= count - size)
        var index = position + size
        var rest = number
        while index > position {
            index -= 1
            unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: index, as: UInt8.self)
            rest >>= 8
        }
    }

    /// Replaces the octets from `position` on by a copy of those in `range`; both are places of octets appended before,
    /// and may overlap.
    package func overwrite(at position: Int, with range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        precondition(position >= 0 && position <= count - range.count)
        unsafe (memory + position).copyMemory(from: memory + range.lowerBound, byteCount: range.count)
    }

    /// Forgets all bytes and keeps the memory.
    package func removeAll() {
        count = 0
    }

    /// Keeps the first `count` bytes: undoes what was appended since.
    package func truncate(to count: Int) {
        self.count = min(self.count, max(count, 0))
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// A copy of the bytes.
    package var bytes: [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
