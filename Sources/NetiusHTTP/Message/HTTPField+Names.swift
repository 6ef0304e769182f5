// Computed, not stored: a literal costs neither an initialisation nor an allocation.
extension HTTPField.Name {
    /// `Accept` (RFC 9110 §12.5.1).
    public static var accept: Self { Self(rawName: "Accept", canonicalName: "accept") }
    /// `Accept-Charset` (RFC 9110 §12.5.2).
    public static var acceptCharset: Self { Self(rawName: "Accept-Charset", canonicalName: "accept-charset") }
    /// `Accept-Encoding` (RFC 9110 §12.5.3).
    public static var acceptEncoding: Self { Self(rawName: "Accept-Encoding", canonicalName: "accept-encoding") }
    /// `Accept-Language` (RFC 9110 §12.5.4).
    public static var acceptLanguage: Self { Self(rawName: "Accept-Language", canonicalName: "accept-language") }
    /// `Accept-Ranges` (RFC 9110 §14.3).
    public static var acceptRanges: Self { Self(rawName: "Accept-Ranges", canonicalName: "accept-ranges") }
    /// `Access-Control-Allow-Credentials` (WHATWG Fetch).
    public static var accessControlAllowCredentials: Self {
        Self(rawName: "Access-Control-Allow-Credentials", canonicalName: "access-control-allow-credentials")
    }
    /// `Access-Control-Allow-Headers` (WHATWG Fetch).
    public static var accessControlAllowHeaders: Self {
        Self(rawName: "Access-Control-Allow-Headers", canonicalName: "access-control-allow-headers")
    }
    /// `Access-Control-Allow-Methods` (WHATWG Fetch).
    public static var accessControlAllowMethods: Self {
        Self(rawName: "Access-Control-Allow-Methods", canonicalName: "access-control-allow-methods")
    }
    /// `Access-Control-Allow-Origin` (WHATWG Fetch).
    public static var accessControlAllowOrigin: Self {
        Self(rawName: "Access-Control-Allow-Origin", canonicalName: "access-control-allow-origin")
    }
    /// `Access-Control-Expose-Headers` (WHATWG Fetch).
    public static var accessControlExposeHeaders: Self {
        Self(rawName: "Access-Control-Expose-Headers", canonicalName: "access-control-expose-headers")
    }
    /// `Access-Control-Max-Age` (WHATWG Fetch).
    public static var accessControlMaxAge: Self {
        Self(rawName: "Access-Control-Max-Age", canonicalName: "access-control-max-age")
    }
    /// `Access-Control-Request-Headers` (WHATWG Fetch).
    public static var accessControlRequestHeaders: Self {
        Self(rawName: "Access-Control-Request-Headers", canonicalName: "access-control-request-headers")
    }
    /// `Access-Control-Request-Method` (WHATWG Fetch).
    public static var accessControlRequestMethod: Self {
        Self(rawName: "Access-Control-Request-Method", canonicalName: "access-control-request-method")
    }
    /// `Age` (RFC 9111 §5.1).
    public static var age: Self { Self(rawName: "Age", canonicalName: "age") }
    /// `Allow` (RFC 9110 §10.2.1).
    public static var allow: Self { Self(rawName: "Allow", canonicalName: "allow") }
    /// `Alt-Svc` (RFC 7838 §3).
    public static var altSvc: Self { Self(rawName: "Alt-Svc", canonicalName: "alt-svc") }
    /// `Authentication-Info` (RFC 9110 §11.6.3).
    public static var authenticationInfo: Self {
        Self(rawName: "Authentication-Info", canonicalName: "authentication-info")
    }
    /// `Authorization` (RFC 9110 §11.6.2).
    public static var authorization: Self { Self(rawName: "Authorization", canonicalName: "authorization") }
    /// `Cache-Control` (RFC 9111 §5.2).
    public static var cacheControl: Self { Self(rawName: "Cache-Control", canonicalName: "cache-control") }
    /// `Connection` (RFC 9110 §7.6.1).
    public static var connection: Self { Self(rawName: "Connection", canonicalName: "connection") }
    /// `Content-Disposition` (RFC 6266).
    public static var contentDisposition: Self {
        Self(rawName: "Content-Disposition", canonicalName: "content-disposition")
    }
    /// `Content-Encoding` (RFC 9110 §8.4).
    public static var contentEncoding: Self { Self(rawName: "Content-Encoding", canonicalName: "content-encoding") }
    /// `Content-Language` (RFC 9110 §8.5).
    public static var contentLanguage: Self { Self(rawName: "Content-Language", canonicalName: "content-language") }
    /// `Content-Length` (RFC 9110 §8.6).
    public static var contentLength: Self { Self(rawName: "Content-Length", canonicalName: "content-length") }
    /// `Content-Location` (RFC 9110 §8.7).
    public static var contentLocation: Self { Self(rawName: "Content-Location", canonicalName: "content-location") }
    /// `Content-Range` (RFC 9110 §14.4).
    public static var contentRange: Self { Self(rawName: "Content-Range", canonicalName: "content-range") }
    /// `Content-Security-Policy` (W3C Content Security Policy).
    public static var contentSecurityPolicy: Self {
        Self(rawName: "Content-Security-Policy", canonicalName: "content-security-policy")
    }
    /// `Content-Transfer-Encoding` (RFC 2045 §6).
    static var contentTransferEncoding: Self {
        Self(rawName: "Content-Transfer-Encoding", canonicalName: "content-transfer-encoding")
    }
    /// `Content-Type` (RFC 9110 §8.3).
    public static var contentType: Self { Self(rawName: "Content-Type", canonicalName: "content-type") }
    /// `Cookie` (RFC 6265 §5.4).
    public static var cookie: Self { Self(rawName: "Cookie", canonicalName: "cookie") }
    /// `Date` (RFC 9110 §6.6.1).
    public static var date: Self { Self(rawName: "Date", canonicalName: "date") }
    /// `Early-Data` (RFC 8470 §5.1).
    public static var earlyData: Self { Self(rawName: "Early-Data", canonicalName: "early-data") }
    /// `ETag` (RFC 9110 §8.8.3).
    public static var eTag: Self { Self(rawName: "ETag", canonicalName: "etag") }
    /// `Expect` (RFC 9110 §10.1.1).
    public static var expect: Self { Self(rawName: "Expect", canonicalName: "expect") }
    /// `Expires` (RFC 9111 §5.3).
    public static var expires: Self { Self(rawName: "Expires", canonicalName: "expires") }
    /// `Forwarded` (RFC 7239 §4).
    public static var forwarded: Self { Self(rawName: "Forwarded", canonicalName: "forwarded") }
    /// `From` (RFC 9110 §10.1.2).
    public static var from: Self { Self(rawName: "From", canonicalName: "from") }
    /// `Host` (RFC 9110 §7.2).
    public static var host: Self { Self(rawName: "Host", canonicalName: "host") }
    /// `HTTP2-Settings` (RFC 7540 §3.2.1).
    public static var http2Settings: Self { Self(rawName: "HTTP2-Settings", canonicalName: "http2-settings") }
    /// `If-Match` (RFC 9110 §13.1.1).
    public static var ifMatch: Self { Self(rawName: "If-Match", canonicalName: "if-match") }
    /// `If-Modified-Since` (RFC 9110 §13.1.3).
    public static var ifModifiedSince: Self { Self(rawName: "If-Modified-Since", canonicalName: "if-modified-since") }
    /// `If-None-Match` (RFC 9110 §13.1.2).
    public static var ifNoneMatch: Self { Self(rawName: "If-None-Match", canonicalName: "if-none-match") }
    /// `If-Range` (RFC 9110 §13.1.5).
    public static var ifRange: Self { Self(rawName: "If-Range", canonicalName: "if-range") }
    /// `If-Unmodified-Since` (RFC 9110 §13.1.4).
    public static var ifUnmodifiedSince: Self {
        Self(rawName: "If-Unmodified-Since", canonicalName: "if-unmodified-since")
    }
    /// `Keep-Alive` (RFC 2068 §19.7.1.1).
    public static var keepAlive: Self { Self(rawName: "Keep-Alive", canonicalName: "keep-alive") }
    /// `Last-Event-ID` (WHATWG HTML, server-sent events).
    public static var lastEventID: Self { Self(rawName: "Last-Event-ID", canonicalName: "last-event-id") }
    /// `Last-Modified` (RFC 9110 §8.8.2).
    public static var lastModified: Self { Self(rawName: "Last-Modified", canonicalName: "last-modified") }
    /// `Link` (RFC 8288 §3).
    public static var link: Self { Self(rawName: "Link", canonicalName: "link") }
    /// `Location` (RFC 9110 §10.2.2).
    public static var location: Self { Self(rawName: "Location", canonicalName: "location") }
    /// `Max-Forwards` (RFC 9110 §7.6.2).
    public static var maxForwards: Self { Self(rawName: "Max-Forwards", canonicalName: "max-forwards") }
    /// `Origin` (RFC 6454 §7).
    public static var origin: Self { Self(rawName: "Origin", canonicalName: "origin") }
    /// `Pragma` (RFC 9111 §5.4).
    public static var pragma: Self { Self(rawName: "Pragma", canonicalName: "pragma") }
    /// `Priority` (RFC 9218 §5).
    public static var priority: Self { Self(rawName: "Priority", canonicalName: "priority") }
    /// `Proxy-Authenticate` (RFC 9110 §11.7.1).
    public static var proxyAuthenticate: Self {
        Self(rawName: "Proxy-Authenticate", canonicalName: "proxy-authenticate")
    }
    /// `Proxy-Authentication-Info` (RFC 9110 §11.7.3).
    public static var proxyAuthenticationInfo: Self {
        Self(rawName: "Proxy-Authentication-Info", canonicalName: "proxy-authentication-info")
    }
    /// `Proxy-Authorization` (RFC 9110 §11.7.2).
    public static var proxyAuthorization: Self {
        Self(rawName: "Proxy-Authorization", canonicalName: "proxy-authorization")
    }
    /// `Proxy-Connection` (RFC 9112 §C.2.2).
    public static var proxyConnection: Self { Self(rawName: "Proxy-Connection", canonicalName: "proxy-connection") }
    /// `Range` (RFC 9110 §14.2).
    public static var range: Self { Self(rawName: "Range", canonicalName: "range") }
    /// `Referer` (RFC 9110 §10.1.3).
    public static var referer: Self { Self(rawName: "Referer", canonicalName: "referer") }
    /// `Retry-After` (RFC 9110 §10.2.3).
    public static var retryAfter: Self { Self(rawName: "Retry-After", canonicalName: "retry-after") }
    /// `Sec-WebSocket-Accept` (RFC 6455 §11.3.3).
    public static var secWebSocketAccept: Self {
        Self(rawName: "Sec-WebSocket-Accept", canonicalName: "sec-websocket-accept")
    }
    /// `Sec-WebSocket-Extensions` (RFC 6455 §11.3.2).
    public static var secWebSocketExtensions: Self {
        Self(rawName: "Sec-WebSocket-Extensions", canonicalName: "sec-websocket-extensions")
    }
    /// `Sec-WebSocket-Key` (RFC 6455 §11.3.1).
    public static var secWebSocketKey: Self { Self(rawName: "Sec-WebSocket-Key", canonicalName: "sec-websocket-key") }
    /// `Sec-WebSocket-Protocol` (RFC 6455 §11.3.4).
    public static var secWebSocketProtocol: Self {
        Self(rawName: "Sec-WebSocket-Protocol", canonicalName: "sec-websocket-protocol")
    }
    /// `Sec-WebSocket-Version` (RFC 6455 §11.3.5).
    public static var secWebSocketVersion: Self {
        Self(rawName: "Sec-WebSocket-Version", canonicalName: "sec-websocket-version")
    }
    /// `Server` (RFC 9110 §10.2.4).
    public static var server: Self { Self(rawName: "Server", canonicalName: "server") }
    /// `Set-Cookie` (RFC 6265 §4.1).
    public static var setCookie: Self { Self(rawName: "Set-Cookie", canonicalName: "set-cookie") }
    /// `Strict-Transport-Security` (RFC 6797 §6.1).
    public static var strictTransportSecurity: Self {
        Self(rawName: "Strict-Transport-Security", canonicalName: "strict-transport-security")
    }
    /// `TE` (RFC 9110 §10.1.4).
    public static var te: Self { Self(rawName: "TE", canonicalName: "te") }
    /// `Trailer` (RFC 9110 §6.6.2).
    public static var trailer: Self { Self(rawName: "Trailer", canonicalName: "trailer") }
    /// `Transfer-Encoding` (RFC 9112 §6.1).
    public static var transferEncoding: Self { Self(rawName: "Transfer-Encoding", canonicalName: "transfer-encoding") }
    /// `Upgrade` (RFC 9110 §7.8).
    public static var upgrade: Self { Self(rawName: "Upgrade", canonicalName: "upgrade") }
    /// `Upgrade-Insecure-Requests` (W3C Upgrade Insecure Requests).
    public static var upgradeInsecureRequests: Self {
        Self(rawName: "Upgrade-Insecure-Requests", canonicalName: "upgrade-insecure-requests")
    }
    /// `User-Agent` (RFC 9110 §10.1.5).
    public static var userAgent: Self { Self(rawName: "User-Agent", canonicalName: "user-agent") }
    /// `Vary` (RFC 9110 §12.5.5).
    public static var vary: Self { Self(rawName: "Vary", canonicalName: "vary") }
    /// `Via` (RFC 9110 §7.6.3).
    public static var via: Self { Self(rawName: "Via", canonicalName: "via") }
    /// `WWW-Authenticate` (RFC 9110 §11.6.1).
    public static var wwwAuthenticate: Self { Self(rawName: "WWW-Authenticate", canonicalName: "www-authenticate") }
    /// `X-Content-Type-Options` (WHATWG Fetch).
    public static var xContentTypeOptions: Self {
        Self(rawName: "X-Content-Type-Options", canonicalName: "x-content-type-options")
    }
    /// `X-Forwarded-For` (not standard; see Forwarded).
    public static var xForwardedFor: Self { Self(rawName: "X-Forwarded-For", canonicalName: "x-forwarded-for") }
    /// `X-Forwarded-Host` (not standard; see Forwarded).
    public static var xForwardedHost: Self { Self(rawName: "X-Forwarded-Host", canonicalName: "x-forwarded-host") }
    /// `X-Forwarded-Proto` (not standard; see Forwarded).
    public static var xForwardedProto: Self { Self(rawName: "X-Forwarded-Proto", canonicalName: "x-forwarded-proto") }
    /// `X-Frame-Options` (RFC 7034).
    public static var xFrameOptions: Self { Self(rawName: "X-Frame-Options", canonicalName: "x-frame-options") }
    /// `X-Real-IP` (not standard; see Forwarded).
    public static var xRealIP: Self { Self(rawName: "X-Real-IP", canonicalName: "x-real-ip") }
    /// `X-Request-ID` (not standard).
    public static var xRequestID: Self { Self(rawName: "X-Request-ID", canonicalName: "x-request-id") }
}
