/// Something in the textual encoding of certificates and keys (RFC 7468): its label, the header lines that an encrypted
/// key of the older kind has (RFC 1421), and the bytes.
///
/// ```
/// -----BEGIN label-----
/// Base64 in lines
/// -----END label-----
/// ```
struct PEMBlock: Equatable {
    /// What it is, such as `CERTIFICATE`.
    let label: String
    /// The header lines, each with a line end; mostly none.
    var header = ""
    /// What is in it: DER, or what of it is encrypted.
    let content: [UInt8]

    /// As it is written: lines of 64 characters.
    var text: String {
        let encoded = Array(OpenSSLCoding.base64(content).utf8)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: encoded.count, by: 64) {
            text += String(decoding: encoded[start..<min(start + 64, encoded.count)], as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }
}
