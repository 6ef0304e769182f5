import NetiusHTTP

/// A request, as the octets that are sent.
struct RawRequest: Sendable {
    let method: HTTPRequest.Method
    let url: HTTPURL
    /// The fields that were given.
    let fields: HTTPFields
    let content: [UInt8]

    /// The octets: the fields in the order in which they were given, after those that are needed and were not.
    var bytes: [UInt8] {
        var lines = ["\(method) \(url.path) HTTP/1.1"]
        if !fields.contains(.host) { lines.append("Host: \(url.authority)") }
        if !content.isEmpty, !fields.contains(.contentLength), !fields.contains(.transferEncoding) {
            lines.append("Content-Length: \(content.count)")
        }
        // The end of what is received is where the server closes.
        if !fields.contains(.connection) { lines.append("Connection: close") }
        lines += fields.map { "\($0)" }
        return Array(lines.map { $0 + "\r\n" }.joined().utf8) + [13, 10] + content
    }
}
