internal import COpenSSL

/// A certificate of OpenSSL's.
// @unchecked: it is not changed any more once it is here, and what OpenSSL caches in it is under OpenSSL's own lock.
@safe
final class X509Object: @unchecked Sendable {
    // Safe: OpenSSL alone looks inside; this reference is given up with this object.
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(taking pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Reads DER, to its end.
    convenience init?(der: [UInt8]) {
        defer { OpenSSLReason.clear() }
        // It reads no more bytes than it is told there are, and moves the position to where it stopped.
        let pointer = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var position = buffer.baseAddress
            guard let pointer = unsafe d2i_X509(nil, &position, buffer.count) else { return nil }
            let end = unsafe buffer.baseAddress.map { unsafe $0 + buffer.count }
            if unsafe position == end { return unsafe pointer }
            unsafe X509_free(pointer)
            return nil
        }
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.init(taking: pointer)
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// DER.
    var der: [UInt8]? { unsafe OpenSSLCoding.der { unsafe i2d_X509(pointer, $0) } }

    /// Whether `issuer` names itself as the other's issuer, and its key made the signature.
    func isSigned(by issuer: X509Object) -> Bool {
        defer { OpenSSLReason.clear() }
        guard unsafe X509_check_issued(issuer.pointer, pointer) == X509_V_OK,
            let key = unsafe X509_get0_pubkey(issuer.pointer)
        else { return false }
        return unsafe X509_verify(pointer, key) == 1
    }
}
