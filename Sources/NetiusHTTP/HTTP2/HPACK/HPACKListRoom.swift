/// What is left of a field list's size and number of fields.
struct HPACKListRoom {
    private var size: Int
    private var count: Int
    /// Whether there was a field for which there was no room; there is none for any further one then.
    private(set) var isExhausted = false

    init(size: Int, count: Int) {
        self.size = size
        self.count = count
    }

    /// Takes the room for a field whose name and value have that many octets together; false if there is none.
    @inline(__always)
    mutating func take(_ octets: Int) -> Bool {
        size -= octets + HPACKDynamicTable.overhead
        count -= 1
        guard size >= 0, count >= 0, !isExhausted else {
            isExhausted = true
            (size, count) = (0, 0)
            return false
        }
        return true
    }
}
