extension FixedWidthInteger where Self: UnsignedInteger {
    /// Reads the number in the one form in which it is printed: digits only, no leading zero, nil when it does not fit.
    package init?(decimal utf8: Span<UInt8>) {
        guard utf8.count >= 1, utf8.count == 1 || utf8[0] != UInt8(ascii: "0") else { return nil }
        var number: Self = 0
        for index in utf8.indices {
            let byte = utf8[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, productOverflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = product.addingReportingOverflow(Self(byte - UInt8(ascii: "0")))
            guard !productOverflows, !sumOverflows else { return nil }
            number = sum
        }
        self = number
    }
}
