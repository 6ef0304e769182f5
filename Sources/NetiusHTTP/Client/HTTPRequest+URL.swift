extension HTTPRequest {
    /// Makes a request for a URL; user, password and fragment of it are left out.
    public init(
        method: Method = .get, url: HTTPURL, headerFields: HTTPFields = HTTPFields(), body: HTTPRequestBody = .none
    ) {
        self.init(
            method: method, scheme: url.socketPath == nil ? url.scheme.rawValue : url.scheme.rawValue + "+unix",
            authority: url.socketPath.map(PercentEncoding.encode) ?? url.authorityWithZone, path: url.path,
            headerFields: headerFields, body: body)
    }
}

extension HTTPURL {
    /// What is between the slashes and the path.
    fileprivate var authorityWithZone: String {
        let prefix = origin.description.utf8
        return String(Substring(prefix.dropFirst(scheme.rawValue.utf8.count + 3)))
    }
}
