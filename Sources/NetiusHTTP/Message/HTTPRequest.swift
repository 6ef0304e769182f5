internal import Netius

/// A request.
public struct HTTPRequest: Sendable {
    private(set) var head: HTTPRequestHead
    /// Where it came from and is answered; nil for a request that was made here.
    let exchange: HTTPExchange?

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - scheme: The scheme of the target URI, such as `https`.
    ///   - authority: The host of the target URI and, after a colon, the port unless it is the scheme's own.
    ///   - path: The path and query of the target URI.
    ///   - headerFields: The fields.
    ///   - body: The content; none by default.
    public init(
        method: Method, scheme: String?, authority: String?, path: String?, headerFields: HTTPFields = HTTPFields(),
        body: HTTPRequestBody = .none
    ) {
        exchange = nil
        head = HTTPRequestHead()
        head.method = method
        head.fields = headerFields
        head.form = .components
        head.components = HTTPRequestHead.Components(scheme: scheme, authority: authority, path: path)
        head.body = body
    }

    /// A request that has been received.
    init(head: HTTPRequestHead, exchange: HTTPExchange? = nil) {
        self.head = head
        self.exchange = exchange
    }

    /// The method.
    public var method: Method {
        get { head.method }
        set { unique().method = newValue }
    }

    /// The scheme of the target URI, in lower case if received; nil in a received CONNECT.
    public var scheme: String? {
        get { head.scheme }
        set { uniqueComponents().components.scheme = newValue }
    }

    /// The host and port of the target URI: in a received request those of an absolute-form target or a CONNECT,
    /// otherwise what the Host field says.
    public var authority: String? {
        get { head.authority }
        set { uniqueComponents().components.authority = newValue }
    }

    /// The path of the target URI with its query, as it was sent; `*` for the server as a whole (RFC 9112 §3.2.4);
    /// nil in a received CONNECT.
    public var path: String? {
        get { head.path }
        set { uniqueComponents().components.path = newValue }
    }

    /// The fields of the header section. Of a received request they include Host, which always agrees with
    /// ``authority``.
    public var headerFields: HTTPFields {
        get { head.fields }
        _modify { yield &unique().fields }
    }

    /// The content: what is received, unless something else was put in its place.
    public var body: HTTPRequestBody {
        get { head.body ?? HTTPRequestBody(exchange) }
        set { unique().body = newValue }
    }

    var context: Guarded<HTTPRequestContext> { head.context }

    /// The version that the request was sent with; HTTP/1.1 in one made here.
    public var version: HTTPVersion { head.version }

    private mutating func unique() -> HTTPRequestHead {
        if !isKnownUniquelyReferenced(&head) { head = HTTPRequestHead(copying: head) }
        return head
    }

    private mutating func uniqueComponents() -> HTTPRequestHead {
        let head = unique()
        head.makeComponents()
        return head
    }
}
