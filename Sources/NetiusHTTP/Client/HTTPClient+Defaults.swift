internal import Netius

extension HTTPClient.Configuration {
    var poolLimits: HTTPClientWorker.Pool.Limits {
        HTTPClientWorker.Pool.Limits(
            connectionsPerOrigin: max(maximumConnectionsPerOrigin, 1), idleConnections: max(maximumIdleConnections, 0),
            waiters: max(maximumWaiters, 0), idleTime: idleTimeout, uses: maximumUses, age: maximumAge)
    }

    /// Whether any request may go by way of a proxy.
    var hasProxies: Bool { (proxies.http != nil || proxies.https != nil) && socketPath == nil }

    /// The fields of a request that has none.
    var defaultFields: HTTPFields {
        var fields = HTTPFields()
        complete(&fields, HTTPFields())
        return fields
    }

    /// Adds what the request does not say itself.
    func complete(_ fields: inout HTTPFields, _ defaults: HTTPFields) {
        if fields.isEmpty, !defaults.isEmpty {
            fields = defaults
            return
        }
        if let userAgent, !fields.contains(.userAgent) { fields.append(.userAgent, userAgent) }
        // A range of coded content is no range of the content.
        if decodesContent, !fields.contains(.acceptEncoding), !fields.contains(.range) {
            fields.append(.acceptEncoding, "gzip, deflate")
        }
    }

    /// Whether the server is to be asked before the content is sent.
    func asksFirst(_ request: HTTPClientRequest) -> Bool {
        guard let continueThreshold, let length = request.body.contentLength else { return false }
        return length > 0 && length >= continueThreshold
    }

    /// What undoes the codings of a response's content; nil where there are none, or one that is not known here.
    func decoder(of head: HTTPResponseHead, _ url: HTTPURL) throws -> HTTPContentDecoder? {
        guard decodesContent, let field = head.fields[.contentEncoding] else { return nil }
        var codings: [HTTPContentCoding] = []
        for name in field.split(separator: ",", omittingEmptySubsequences: true) {
            let name = String(name.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" })
            if name.lowercased() == "identity" || name.isEmpty { continue }
            guard let coding = HTTPContentCoding(name: name) else { return nil }
            codings.append(coding)
        }
        guard !codings.isEmpty else { return nil }
        guard codings.count <= 3 else {
            throw HTTPClientError(.contentCoding, url, "the content was coded too many times")
        }
        let limits = Inflater.Limits(size: nil, ratio: max(maximumDecodingRatio, 1))
        return HTTPContentDecoder(codings, limits: limits, acceptsBareStreams: true)
    }
}
