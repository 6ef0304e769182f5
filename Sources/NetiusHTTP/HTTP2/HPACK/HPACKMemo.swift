internal import Netius

/// What fields were written as the last time: who sends the same ones again, made once and shared, need not look them up
/// again while the table stays as it is.
struct HPACKMemo {
    /// Held, so that nobody can change it in place.
    private var fields: AnyObject?
    /// What was written with the fields.
    private var more: [UInt8] = []
    private var octets: [UInt8] = []
    /// The table's state, which the octets hold for.
    private var next = 0
    private var count = 0
    /// Which fields were written last. Those that come once only are not worth a copy.
    private var candidate: ObjectIdentifier?

    /// Writes what the fields, and what belongs to them, were written as; false where that is not known.
    @inline(__always)
    func append(
        _ fields: AnyObject, _ more: [UInt8], in table: borrowing HPACKDynamicTable, to output: OutputBuffer
    ) -> Bool {
        guard fields === self.fields, next == table.next, count == table.count, more == self.more else { return false }
        output.append(octets)
        return true
    }

    /// Notes what was written of the fields from a position of the output on, since when the table has not changed.
    mutating func note(
        _ fields: AnyObject, _ more: [UInt8], from position: Int, in table: borrowing HPACKDynamicTable,
        of output: OutputBuffer
    ) {
        guard candidate == ObjectIdentifier(fields) else { return candidate = ObjectIdentifier(fields) }
        octets.removeAll(keepingCapacity: true)
        // The pointer is used during the call only.
        unsafe output.withUnsafeBytes { unsafe octets.append(contentsOf: $0[position...]) }
        self.fields = fields
        self.more = more
        next = table.next
        count = table.count
    }
}
