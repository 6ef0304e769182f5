internal import COpenSSL

/// Objects of ours that OpenSSL's hold: retained here, released when OpenSSL frees what they were given to.
enum TLSExtraData {
    private static let contextIndex = makeIndex(CRYPTO_EX_INDEX_SSL_CTX)
    private static let sessionIndex = makeIndex(CRYPTO_EX_INDEX_SSL)

    /// Gives a context the object; false where there is no memory. A context is given one object.
    static func keep(_ object: AnyObject, inContext context: OpaquePointer) -> Bool {
        let reference = unsafe Unmanaged.passRetained(object)
        if unsafe SSL_CTX_set_ex_data(context, contextIndex, reference.toOpaque()) == 1 { return true }
        unsafe reference.release()
        return false
    }

    /// Gives a session the object; false where there is no memory. A session is given one object.
    static func keep(_ object: AnyObject, inSession ssl: OpaquePointer) -> Bool {
        let reference = unsafe Unmanaged.passRetained(object)
        if unsafe SSL_set_ex_data(ssl, sessionIndex, reference.toOpaque()) == 1 { return true }
        unsafe reference.release()
        return false
    }

    /// The object of the context that a session is made from, or was switched to.
    static func object<Object: AnyObject>(
        ofContextOf ssl: OpaquePointer, as _: Object.Type = Object.self
    ) -> Object? {
        guard let context = unsafe SSL_get_SSL_CTX(ssl), let data = unsafe SSL_CTX_get_ex_data(context, contextIndex)
        else { return nil }
        return unsafe Unmanaged<AnyObject>.fromOpaque(data).takeUnretainedValue() as? Object
    }

    /// The object that a session was given.
    static func object<Object: AnyObject>(of ssl: OpaquePointer, as _: Object.Type = Object.self) -> Object? {
        guard let data = unsafe SSL_get_ex_data(ssl, sessionIndex) else { return nil }
        return unsafe Unmanaged<AnyObject>.fromOpaque(data).takeUnretainedValue() as? Object
    }

    private static func makeIndex(_ kind: Int32) -> Int32 {
        unsafe CRYPTO_get_ex_new_index(kind, 0, nil, nil, nil) { _, data, _, _, _, _ in
            guard let data = unsafe data else { return }
            unsafe Unmanaged<AnyObject>.fromOpaque(data).release()
        }
    }
}
