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

    /// The octets in Base64 (RFC 4648 section 4), padded and in one line.
    static func base64(_ octets: [UInt8]) -> String {
        // Four characters for every three octets begun, and a NUL.
        let characters = unsafe [UInt8](unsafeUninitializedCapacity: (octets.count + 2) / 3 * 4 + 1) { buffer, filled in
            filled = Int(unsafe EVP_EncodeBlock(buffer.baseAddress, octets, Int32(clamping: octets.count)))
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The octets that padded Base64 without line ends stands for; nil where it is none, or stands for nothing.
    static func octets(ofBase64 text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4), text.count <= Int(Int32.max) else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2, text.dropLast(padding).allSatisfy(isBase64) else { return nil }
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3) { buffer, filled in
            // Three octets for every four characters; it counts the padding as octets.
            filled = max(Int(unsafe EVP_DecodeBlock(buffer.baseAddress, text, Int32(text.count))) - padding, 0)
        }
        return octets.isEmpty ? nil : octets
    }

    private static func isBase64(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// The SHA-256 digest (FIPS 180-4) of the bytes; nil where OpenSSL is set up not to make one.
    static func sha256(_ bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        // It writes the 32 octets that SHA-256 has.
        let isMade = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1
        return isMade ? digest : nil
    }
}
