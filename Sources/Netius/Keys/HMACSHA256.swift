internal import COpenSSL

/// HMAC-SHA-256 (RFC 2104), by OpenSSL: tells that a message is from somebody who has the key.
package enum HMACSHA256 {
    /// The code of a message, 32 octets; nil where OpenSSL is set up not to make one.
    package static func code(of message: [UInt8], key: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: 32)
        // Safe: both are read, and the 32 octets written, during the call only.
        let isMade = unsafe code.withUnsafeMutableBufferPointer { code in
            unsafe HMAC(
                EVP_sha256(), key, Int32(truncatingIfNeeded: key.count), message, message.count, code.baseAddress, nil)
                != nil
        }
        return isMade ? code : nil
    }
}
