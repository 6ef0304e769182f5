internal import COpenSSL

/// What OpenSSL says of calls that fail, in a queue that each thread has of its own.
enum OpenSSLReason {
    /// Forgets what was said before: to be called before a call whose failure is to be explained.
    static func clear() {
        ERR_clear_error()
    }

    /// Why the last call failed, in OpenSSL's words, such as `ee key too small`; nil where it has none. The queue is
    /// empty afterwards.
    static func take() -> String? {
        defer { ERR_clear_error() }
        let code = ERR_peek_last_error()
        // The text of a known reason is static.
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return nil }
        return unsafe String(cString: text)
    }
}
