internal import COpenSSL

/// How bytes come out of OpenSSL.
enum OpenSSLCoding {
    typealias Output = UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>

    /// What one of the functions `i2d_...` writes: DER.
    ///
    /// `encode` returns how many bytes there are, and writes them where it is given a place.
    static func der(_ encode: (Output?) -> Int32) -> [UInt8]? {
        let count = encode(nil)
        guard count > 0 else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
            var position = buffer.baseAddress
            // It writes as many bytes as it said there are.
            filled = unsafe encode(&position) == count ? Int(count) : 0
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// The text that a function writes to a BIO, read as UTF-8; nil where it fails.
    static func text(_ print: (OpaquePointer) -> Bool) -> String? {
        guard let output = unsafe BIO_new(BIO_s_mem()) else { return nil }
        // Nobody else has it.
        defer { unsafe BIO_free_all(output) }
        guard unsafe print(output) else { return nil }
        let count = unsafe BIO_ctrl_pending(output)
        guard count > 0 else { return "" }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(Int(unsafe BIO_read(output, buffer.baseAddress, Int32(clamping: count))), 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The SHA-256 digest (FIPS 180-4) of the bytes; nil where OpenSSL is set up not to make one.
    static func sha256(_ bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        // It writes the 32 octets that SHA-256 has.
        let isMade = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1
        return isMade ? digest : nil
    }
}
