internal import Netius

/// What a request consists of besides its content.
///
/// A server reuses the object, and the memory in it, for the next request: see ``recycle(_:)``.
///
/// Sendable although mutable: it changes only while one reference to it exists, held by a decoder's driver before the
/// request is handed out, or by an ``HTTPRequest`` that makes itself the only one before it writes.
final class HTTPRequestHead: @unchecked Sendable {
    /// How the request-target was written (RFC 9112 §3.2), or that there was none.
    enum TargetForm: UInt8 {
        case origin, absolute, authority, asterisk
        /// Not received but made of ``HTTPRequestHead/components``.
        case components
    }

    /// The parts of a request that was made here.
    struct Components {
        var scheme: String?
        var authority: String?
        var path: String?
    }

    var method: HTTPRequest.Method = .get
    var version: HTTPVersion = .http11
    var fields: HTTPFields {
        @inline(__always) _read { yield unsafe uncheckedFields }
        @inline(__always) _modify { yield unsafe &uncheckedFields }
    }
    /// The request-target as it was received.
    var target: [UInt8] {
        @inline(__always) _read { yield unsafe uncheckedTarget }
        @inline(__always) _modify { yield unsafe &uncheckedTarget }
    }
    var form: TargetForm = .origin
    /// Where the authority is in the absolute-form or authority-form; the scheme ends three octets before.
    var targetAuthority: Range<Int> = 0..<0
    var components = Components()
    /// Whether the request came over TLS, which decides the scheme of a target in origin-form.
    var isSecure = false
    /// What an extended CONNECT asks to speak (RFC 8441 §4).
    var connectProtocol: String?
    /// The content that took the place of what is received.
    var body: HTTPRequestBody?
    /// What was learnt of the request on its way; copies share it.
    var context = Guarded(HTTPRequestContext())

    // Unchecked: written for every request, by code that calls nothing back meanwhile.
    @exclusivity(unchecked) private var uncheckedFields = HTTPFields()
    @exclusivity(unchecked) private var uncheckedTarget: [UInt8] = []

    init() {}

    init(copying other: HTTPRequestHead) {
        method = other.method
        version = other.version
        fields = other.fields
        target = other.target
        form = other.form
        targetAuthority = other.targetAuthority
        components = other.components
        isSecure = other.isSecure
        connectProtocol = other.connectProtocol
        body = other.body
        context = other.context
    }

    /// Forgets the request but keeps memory that nothing else shares, and ``isSecure``.
    func reset() {
        target.removeAll(keepingCapacity: true)
        fields.removeAll()
        if form == .components { components = Components() }
        form = .origin
        targetAuthority = 0..<0
        connectProtocol = nil
        body = nil
        if Guarded.withUnshared(&context, { $0.reset() }) == nil { context = Guarded(HTTPRequestContext()) }
    }

    /// The octets that there is memory for.
    var capacity: Int { target.capacity + (fields.storage?.bytes.capacity ?? 0) }

    /// Makes the head usable for another request: itself, if nobody has kept it, otherwise a new one.
    @inline(__always)
    static func recycle(_ head: inout HTTPRequestHead) {
        guard !isKnownUniquelyReferenced(&head) else { return }
        let fresh = HTTPRequestHead()
        fresh.isSecure = head.isSecure
        head = fresh
    }
}

extension HTTPRequestHead {
    var scheme: String? {
        switch form {
        case .components: components.scheme
        case .absolute: String(decoding: target[..<(targetAuthority.lowerBound - 3)], as: UTF8.self).lowercased()
        case .authority: nil
        case .origin, .asterisk: isSecure ? "https" : "http"
        }
    }

    var authority: String? {
        switch form {
        case .components: components.authority
        case .absolute, .authority: String(decoding: target[targetAuthority], as: UTF8.self)
        case .origin, .asterisk: fields[.host]
        }
    }

    var path: String? {
        switch form {
        case .components: components.path
        case .authority: nil
        case .origin, .asterisk: String(decoding: target, as: UTF8.self)
        case .absolute: absolutePath
        }
    }

    /// RFC 9112 §3.2.1 and §3.2.4: no path stands for `/`, or in OPTIONS, without a query, for `*`.
    private var absolutePath: String {
        let rest = target[targetAuthority.upperBound...]
        if rest.first == UInt8(ascii: "/") { return String(decoding: rest, as: UTF8.self) }
        return rest.isEmpty && method == .options ? "*" : "/" + String(decoding: rest, as: UTF8.self)
    }

    /// Turns a received target into components, so that one of them can be changed.
    func makeComponents() {
        guard form != .components else { return }
        components = Components(scheme: scheme, authority: authority, path: path)
        target = []
        form = .components
    }
}
