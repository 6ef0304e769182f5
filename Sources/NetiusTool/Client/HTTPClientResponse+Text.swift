import NetiusHTTP

extension HTTPClientResponse {
    /// The status line and the fields, as they were sent.
    var headText: String {
        let fields = headerFields.map { "\($0)\r\n" }.joined()
        return "\(version) \(status)\r\n\(fields)\r\n"
    }

    /// The octets of the content, where the server says so and they are not decoded on their way.
    var expectedLength: Int? {
        headerFields.contains(.contentEncoding) ? nil : headerFields[.contentLength].flatMap { Int($0) }
    }
}
