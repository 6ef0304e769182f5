internal import COpenSSL

/// A whole number of any size that is not negative, as the numbers of an RSA key are.
package struct UnsignedNumber: Sendable, Hashable {
    /// The octets, the most significant first, without zeros before it: none for 0.
    package let octets: [UInt8]

    /// The number whose octets these are, the most significant first.
    package init(_ octets: some Sequence<UInt8>) {
        self.octets = Array(octets.drop { $0 == 0 })
    }

    /// How many bits it has: the least number of them that can say it.
    package var bitCount: Int { octets.count * 8 - (octets.first?.leadingZeroBitCount ?? 0) }
}

extension UnsignedNumber: CustomStringConvertible {
    /// In decimal digits.
    package var description: String {
        guard !octets.isEmpty else { return "0" }
        // It reads the octets that there are, and makes what nobody else has.
        guard let number = unsafe BN_bin2bn(octets, Int32(clamping: octets.count), nil) else { return "" }
        defer { unsafe BN_clear_free(number) }
        guard let digits = unsafe BN_bn2dec(number) else { return "" }
        defer { unsafe CRYPTO_free(digits, nil, 0) }
        return unsafe String(cString: digits)
    }
}
