internal import COpenSSL

/// The hash function of a Digest challenge (RFC 7616 §3.3, §6.1).
struct HTTPDigestAlgorithm: Equatable {
    /// In the order of strength; the last is SHA-512 cut to 256 bits.
    enum Function: Int, CaseIterable {
        case md5, sha256, sha512

        fileprivate var name: String {
            switch self {
            case .md5: "MD5"
            case .sha256: "SHA-256"
            case .sha512: "SHA-512-256"
            }
        }

        // Safe: OpenSSL's descriptions of its functions live forever.
        fileprivate var description: OpaquePointer? {
            switch self {
            case .md5: unsafe EVP_md5()
            case .sha256: unsafe EVP_sha256()
            case .sha512: unsafe EVP_sha512_256()
            }
        }
    }

    var function: Function
    /// Whether what is hashed of the password lasts for a session, not for a request.
    var isSession: Bool

    /// Reads the value of the parameter, which is MD5 where it is not there; nil for what is not known.
    init?(_ text: String?) {
        let name = (text ?? "MD5").uppercased()
        isSession = name.hasSuffix("-SESS")
        let base = isSession ? String(name.dropLast(5)) : name
        guard let function = Function.allCases.first(where: { $0.name == base }) else { return nil }
        self.function = function
    }

    /// As it is sent.
    var name: String { function.name + (isSession ? "-sess" : "") }

    /// The digest in lower-case hexadecimal; nil where OpenSSL is set up not to make one, as MD5 under FIPS.
    func digest(_ text: String) -> String? {
        let octets = Array(text.utf8)
        var digest = SIMD64<UInt8>()
        var count: UInt32 = 0
        // Safe: the octets are read, and at most the 64 of the digest and its count written, during the call only.
        let isMade = unsafe withUnsafeMutableBytes(of: &digest) { digest in
            unsafe octets.withUnsafeBytes { octets in
                unsafe EVP_Digest(
                    octets.baseAddress, octets.count, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), &count,
                    function.description, nil) == 1
            }
        }
        guard isMade else { return nil }
        var text: [UInt8] = []
        for index in 0..<min(Int(count), 64) { text.appendHexadecimal(UInt64(digest[index]), width: 2) }
        return String(decoding: text, as: UTF8.self)
    }
}
