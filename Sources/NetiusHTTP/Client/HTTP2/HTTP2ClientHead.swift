internal import Netius

/// The head of a request as a stream begins with it (RFC 9113 section 8.3.1).
struct HTTP2ClientHead {
    private let request: HTTPClientRequest
    private let authority: String

    init(_ request: HTTPClientRequest, authority: String) {
        self.request = request
        self.authority = authority
    }

    private var scheme: String { request.url.scheme.rawValue }
    private var path: String { request.isForServer ? "*" : request.url.path }

    /// What is said of the content's length: also that there is none, with a method that suggests some (RFC 9110 section
    /// 8.6).
    private var contentLength: Int? {
        switch request.body.contentLength {
        case 0 where request.method != .post && request.method != .put && request.method != .patch: nil
        case let length: length
        }
    }

    /// - Throws: `HTTP1EncodingError` where it is malformed, which nothing is written of then.
    func check() throws(HTTP1EncodingError) {
        let target: HTTP1RequestEncoder.Target = request.isForServer ? .asterisk : .origin(path)
        try HTTP1RequestEncoder.check(request.method, target, authority, request.framing)
    }

    /// Writes its fields into a header block.
    func append(with encoder: inout HPACKEncoder, to output: OutputBuffer) {
        HTTP2RequestEncoder.append(
            method: request.method, scheme: scheme, authority: authority, path: path, protocol: nil,
            fields: request.fields, contentLength: contentLength, hasContent: request.body.contentLength != 0,
            with: &encoder, to: output)
    }

    /// The same as text, for people.
    var text: [UInt8] {
        var text = "\(request.method) \(path) HTTP/2\r\nHost: \(authority)\r\n"
        for field in request.fields where field.name != .host { text += "\(field)\r\n" }
        if let contentLength { text += "Content-Length: \(contentLength)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
