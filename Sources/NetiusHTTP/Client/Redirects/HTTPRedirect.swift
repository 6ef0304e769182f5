/// What to ask for after a response that redirects.
struct HTTPRedirect: Equatable {
    var method: HTTPRequest.Method
    var url: HTTPURL
    /// The fields of the request without those that it must not have.
    var fields: HTTPFields
    /// Whether the content is sent again.
    var keepsBody: Bool
}

extension HTTPRedirectPolicy {
    /// Decides what follows a response.
    ///
    /// - Parameters:
    ///   - status: The response's status.
    ///   - responseFields: The response's fields.
    ///   - request: What was asked for; `keepsBody` is whether it had content. Its fields are those of the user, without
    ///     what the client adds by itself to each request.
    ///   - isReplayable: Whether the content can be sent again.
    ///   - history: The URLs that were asked for before that of the request, by way of redirects.
    /// - Returns: The next request; nil where the response is to be handed out.
    /// - Throws: `HTTPRedirectError`.
    func redirect(
        after status: HTTPResponse.Status, _ responseFields: HTTPFields, to request: HTTPRedirect,
        isReplayable: Bool, history: [HTTPURL]
    ) throws(HTTPRedirectError) -> HTTPRedirect? {
        guard maximum > 0, [301, 302, 303, 307, 308].contains(status.code),
            let location = try Self.location(responseFields)
        else { return nil }
        guard history.count < maximum else { throw .tooMany(maximum) }
        var next = request
        next.url = try url(location, from: request.url)
        let visits =
            history.count { $0.isSameResource(as: next.url) } + (request.url.isSameResource(as: next.url) ? 1 : 0)
        next.method = Self.method(request.method, status: status.code)
        guard visits < 2 else { throw .cycle(next.url) }
        if next.method != request.method {
            next.keepsBody = false
            next.fields.removeAll { Self.describesContent($0.name) }
        }
        guard !next.keepsBody || isReplayable else { throw .bodyNotReplayable }
        if next.url.origin != request.url.origin {
            for name in [HTTPField.Name.authorization, .proxyAuthorization, .cookie, .host] { next.fields.remove(name) }
        }
        return next
    }

    /// The octets of the Location, which may be of any encoding.
    private static func location(_ fields: HTTPFields) throws(HTTPRedirectError) -> [UInt8]? {
        guard let location = fields.bytes(of: .location) else { return nil }
        guard Set(fields[values: .location]).count == 1 else { throw .invalidLocation(nil) }
        return location
    }

    private func url(_ location: [UInt8], from url: HTTPURL) throws(HTTPRedirectError) -> HTTPURL {
        var next: HTTPURL
        do {
            next = try url.resolving(location.span)
        } catch {
            throw .invalidLocation(error)
        }
        let isSameOrigin = next.origin == url.origin
        (next.user, next.password) = isSameOrigin ? (url.user, url.password) : (nil, nil)
        // What a server of the network says must not reach what listens for this machine alone.
        guard isSameOrigin || next.socketPath == nil else { throw .socket(next) }
        guard url.scheme == .http || next.scheme == .https || allowsDowngrade else { throw .downgrade(next) }
        // RFC 9110 §10.2.2.
        if next.fragment == nil { next.fragment = url.fragment }
        return next
    }

    private static func method(_ method: HTTPRequest.Method, status: Int) -> HTTPRequest.Method {
        switch (status, method) {
        case (301, .post), (302, .post): .get
        case (303, .head): .head
        case (303, _): .get
        default: method
        }
    }

    /// Whether the field says something about the content of a request, and means nothing without it.
    private static func describesContent(_ name: HTTPField.Name) -> Bool {
        let names: [HTTPField.Name] = [.transferEncoding, .trailer, .expect]
        return name.canonicalName.hasPrefix("content-") || names.contains(name)
    }
}

extension HTTPURL {
    /// Whether both are sent in the same request.
    fileprivate func isSameResource(as other: HTTPURL) -> Bool {
        path == other.path && origin == other.origin
    }
}
