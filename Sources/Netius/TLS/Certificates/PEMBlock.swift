/// Something in the textual encoding of certificates and keys (RFC 7468): its label, the header lines that an encrypted
/// key of the older kind has (RFC 1421), and the bytes.
///
/// ```
/// -----BEGIN label-----
/// Base64 in lines
/// -----END label-----
/// ```
package struct PEMBlock: Equatable {
    /// What it is, such as `CERTIFICATE`.
    package let label: String
    /// The header lines, each with a line end; mostly none.
    package let header: String
    /// What is in it: DER, or what of it is encrypted.
    package let content: [UInt8]

    package init(label: String, header: String = "", content: [UInt8]) {
        self.label = label
        self.header = header
        self.content = content
    }

    /// As it is written: lines of 64 characters.
    package var text: String {
        let encoded = Array(OpenSSLCoding.base64(content).utf8)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: encoded.count, by: 64) {
            text += String(decoding: encoded[start..<min(start + 64, encoded.count)], as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }
}
