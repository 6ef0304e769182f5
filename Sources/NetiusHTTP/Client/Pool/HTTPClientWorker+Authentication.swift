extension HTTPClientWorker {
    /// What the server of a request is told of its user.
    func authorization(of request: HTTPClientRequest) -> String? {
        if let credentials = HTTPCredentials(of: request.url) { return credentials.fieldValue }
        guard !configuration.credentials.isEmpty else { return nil }
        let origin = request.url.origin
        guard let credentials = configuration.credentials[origin] else { return nil }
        return credentials.fieldValue ?? answer(credentials, origin, request.method, target: request.url.path)
    }

    /// What a proxy is told of its user, in a request that it passes on.
    func authorization(of request: HTTPClientRequest, for proxy: HTTPProxy) -> String? {
        guard let credentials = proxy.credentials else { return nil }
        let url = request.url
        let target = "\(url.scheme.rawValue)://\(url.authority)\(url.path)"
        return credentials.fieldValue ?? answer(credentials, proxy.url.origin, request.method, target: target)
    }

    private func answer(
        _ credentials: HTTPCredentials, _ origin: HTTPOrigin, _ method: HTTPRequest.Method, target: String
    ) -> String? {
        authenticators[origin, default: HTTPAuthenticator(credentials)].fieldValue(method: method, target: target)
    }

    /// Whether what an origin asks for can be answered, which the next request to it then does.
    func isChallengeMet(_ challenges: [String], _ origin: HTTPOrigin, _ attempts: Int) -> Bool {
        authenticators[origin]?.challenged(by: challenges, attempt: attempts) ?? false
    }
}
