internal import Netius

/// Writes the heads of requests (RFC 9112 §3 and §6). Content in chunks is written by ``HTTP1ChunkedEncoder``.
///
/// Method, names and values are legal by their types; target and authority are checked here. Host, Content-Length,
/// Transfer-Encoding and the connection's persistence are ours alone: what the fields say of them is left out, so that
/// there are never two, nor a wrong one.
enum HTTP1RequestEncoder {
    /// What to ask for: the forms of RFC 9112 §3.2.
    enum Target: Equatable {
        /// The path, which begins with a slash, and the query.
        case origin(String)
        /// For a proxy: the scheme, `http` or `https`, and what follows the authority. That may be empty with OPTIONS,
        /// which then asks about the server as a whole.
        case absolute(scheme: String, path: String)
        /// The authority, which has a port: for CONNECT and only for it.
        case authority
        /// The server as a whole: only for OPTIONS.
        case asterisk
    }

    /// How the content is sent.
    enum Framing: Equatable {
        /// There is none, which is said only with a method that suggests some: POST, PUT and PATCH.
        case none
        /// That many octets follow.
        case length(Int)
        /// Chunks follow.
        case chunked
    }

    /// Writes the head of a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: What to ask for.
    ///   - authority: The host, and the port unless it is the scheme's own: what Host says.
    ///   - fields: The fields. Of Connection, the options other than `close` and `keep-alive` are kept, and those are
    ///     added that TE and Upgrade require; an Expect without content is left out.
    ///   - framing: How the content is sent.
    ///   - connection: What to say about the connection.
    ///   - output: Where it is written.
    /// - Throws: If target, authority or framing is malformed or does not fit the method; nothing has been written then.
    static func appendHead(
        method: HTTPRequest.Method, target: Target, authority: String, fields: HTTPFields, framing: Framing,
        connection: HTTP1Persistence = .implied, to output: OutputBuffer
    ) throws(HTTP1EncodingError) {
        try check(method, target, authority, framing)
        appendRequestLine(method, target, authority, to: output)
        output.append("Host: ")
        output.append(text: authority)
        output.append("\r\n")
        if let storage = fields.storage {
            if storage.entries.contains(where: { storage.managedInRequest($0) != nil }) {
                return appendManaged(method, storage, framing, connection, output)
            }
            output.append(storage.bytes)
        }
        appendFraming(method, framing, to: output)
        switch connection {
        case .implied: output.append("\r\n")
        case .keepAlive: output.append("Connection: keep-alive\r\n\r\n")
        case .close: output.append("Connection: close\r\n\r\n")
        }
    }

    private static func appendRequestLine(
        _ method: HTTPRequest.Method, _ target: Target, _ authority: String, to output: OutputBuffer
    ) {
        output.append(text: method.rawValue)
        output.append(.space)
        switch target {
        case .origin(let path):
            output.append(text: path)
        case .absolute(let scheme, let path):
            output.append(text: scheme)
            output.append("://")
            output.append(text: authority)
            output.append(text: path)
        case .authority:
            output.append(text: authority)
        case .asterisk:
            output.append(UInt8(ascii: "*"))
        }
        output.append(" HTTP/1.1\r\n")
    }

    private static func appendFraming(
        _ method: HTTPRequest.Method, _ framing: Framing, to output: OutputBuffer
    ) {
        switch framing {
        case .length(let length):
            output.append("Content-Length: ")
            output.append(decimal: length)
            output.append("\r\n")
        case .chunked:
            output.append("Transfer-Encoding: chunked\r\n")
        case .none:
            // RFC 9110 §8.6: a server must not wonder whether there is content.
            if method == .post || method == .put || method == .patch { output.append("Content-Length: 0\r\n") }
        }
    }

    /// Writes fields, framing and connection when fields are present that are not simply copied.
    private static func appendManaged(
        _ method: HTTPRequest.Method, _ storage: HTTPFields.Storage, _ framing: Framing,
        _ connection: HTTP1Persistence, _ output: OutputBuffer
    ) {
        let hasContent = framing != .none && framing != .length(0)
        var (hasTE, hasUpgrade) = (false, false)
        var options: [UInt8] = []
        switch connection {
        case .implied: break
        case .keepAlive: options.append(contentsOf: "keep-alive".utf8)
        case .close: options.append(contentsOf: "close".utf8)
        }
        for entry in storage.entries {
            switch storage.managedInRequest(entry) {
            case .host, .framing: continue
            case .connection:
                storage.appendOptions(entry.value, to: &options)
                continue
            case .expect: if !hasContent { continue }
            case .te: hasTE = true
            case .upgrade: hasUpgrade = true
            case nil: break
            }
            output.append(storage.bytes[entry.line])
        }
        appendFraming(method, framing, to: output)
        if hasTE { Self.add("te", to: &options) }
        if hasUpgrade { Self.add("upgrade", to: &options) }
        if !options.isEmpty {
            output.append("Connection: ")
            output.append(options)
            output.append("\r\n")
        }
        output.append("\r\n")
    }

    /// Adds the lower-case option to the list unless it is in it.
    private static func add(_ option: StaticString, to options: inout [UInt8]) {
        guard !lists(options.span, option) else { return }
        if !options.isEmpty { options.append(contentsOf: ", ".utf8) }
        options.append(contentsOf: option.description.utf8)
    }

    private static func lists(_ options: Span<UInt8>, _ option: StaticString) -> Bool {
        var position = 0
        while let listed = options.nextListElement(at: &position, to: options.count) {
            if options.equals(option, in: listed) { return true }
        }
        return false
    }
}
