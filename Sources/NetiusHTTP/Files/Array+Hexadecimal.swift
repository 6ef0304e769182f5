extension [UInt8] {
    /// Appends the number in lower-case hexadecimal digits, with zeros before it up to the width, at most 16.
    mutating func appendHexadecimal(_ number: UInt64, width: Int = 1) {
        var digits = Swift.max(16 - number.leadingZeroBitCount / 4, width)
        while digits > 0 {
            digits -= 1
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(digits * 4)) & 15
            append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }
}
