/// A request on its way through the client.
struct HTTPClientRequest: Sendable {
    var method: HTTPRequest.Method
    var url: HTTPURL
    var fields: HTTPFields
    var body: HTTPRequestBody
    /// Whether OPTIONS asks about the server as a whole (RFC 9112 section 3.2.4).
    var isForServer = false
    /// What an observer knows the request by; 0 where nobody observes.
    var number: UInt64 = 0

    init(method: HTTPRequest.Method, url: HTTPURL, fields: HTTPFields, body: HTTPRequestBody) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    /// A request of the public form.
    init(_ request: HTTPRequest) throws(HTTPClientError) {
        let scheme = request.scheme ?? "http"
        guard let authority = request.authority else {
            throw HTTPClientError(
                .invalidRequest, url: "\(scheme)://", reason: "the request has no authority, which is its host and port"
            )
        }
        let path = request.path ?? "/"
        // What is no authority, or no path, would lead elsewhere once they are put together.
        guard authority.utf8.allSatisfy({ !"/?#@\\".utf8.contains($0) }),
            path.utf8.first == UInt8(ascii: "/") || path == "*"
        else {
            throw HTTPClientError(
                .invalidRequest, url: "\(scheme)://", reason: "the request's authority or path is not one")
        }
        self.init(
            method: request.method, url: try Self.url("\(scheme)://\(authority)\(path == "*" ? "/" : path)"),
            fields: request.headerFields, body: request.body)
        isForServer = path == "*" && request.method == .options
    }

    /// Reads a URL.
    static func url(_ text: String) throws(HTTPClientError) -> HTTPURL {
        do throws(HTTPURLError) {
            return try HTTPURL(parsing: text)
        } catch {
            throw HTTPClientError(.invalidURL, url: shown(text), reason: "\(error)", underlying: nil)
        }
    }

    /// What of an invalid URL may be shown: what precedes an `@` may be a password.
    private static func shown(_ text: String) -> String {
        let shown = text.utf8.lastIndex(of: UInt8(ascii: "@")).map { "***" + String(text[$0...]) } ?? text
        return shown.utf8.count <= 200 ? shown : String(decoding: shown.utf8.prefix(200), as: UTF8.self) + "…"
    }

    /// Whether to send it twice comes to the same as to send it once (RFC 9110 section 9.2.2).
    var isIdempotent: Bool {
        switch method {
        case .get, .head, .put, .delete, .options, .trace: true
        default: false
        }
    }

    /// Whether the content waits for the server's word (RFC 9110 section 10.1.1).
    var expectsContinue: Bool {
        fields.contains(.expect) && body.contentLength != 0
            && fields[.expect]?.lowercased() == "100-continue"
    }

    /// Whether it may leave HTTP, which is for HTTP/1 connections (RFC 9110 sections 7.8 and 9.3.6).
    var needsHTTP1: Bool { method == .connect || fields.contains(.upgrade) }

    /// How its content is framed.
    var framing: HTTP1RequestEncoder.Framing {
        switch body.contentLength {
        case 0: .none
        case let length?: .length(length)
        case nil: .chunked
        }
    }
}
