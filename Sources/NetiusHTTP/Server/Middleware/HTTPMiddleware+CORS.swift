extension HTTPMiddleware {
    /// Lets pages of other origins read responses: the CORS protocol of the Fetch standard (section 3.3).
    ///
    /// ```swift
    /// var cors = HTTPCORS()
    /// cors.origins = .only(["https://app.example.com"])
    /// cors.allowsCredentials = true
    /// let server = HTTPServer(port: 8080, middleware: [.cors(cors)]) { request in .ok("Hello World") }
    /// ```
    ///
    /// A preflight request (OPTIONS with an Origin and an Access-Control-Request-Method) is answered with 204 here, and
    /// never comes to the handler. All other requests do, whatever their origin: it is the browser that keeps a
    /// response from a page that may not read it. What the request does is done nevertheless, which is why this
    /// protects no server from forged requests.
    ///
    /// A response that has an Access-Control-Allow-Origin already is left alone. Where the answer depends on it, every
    /// response varies on Origin. An error that a handler throws and that says its status is turned into a response
    /// here, so that the page can read it; for others the server answers 500, which it cannot.
    public static func cors(_ configuration: HTTPCORS = HTTPCORS()) -> HTTPMiddleware {
        let policy = HTTPCORSPolicy(configuration)
        return HTTPMiddleware { next in
            { request in
                let permission = policy.permission(for: request.headerFields)
                if let preflight = policy.preflight(request, permission) { return preflight }
                var response: HTTPResponse
                do {
                    response = try await next(request)
                } catch let error as HTTPError {
                    response = HTTPResponse(error)
                }
                policy.apply(permission, to: &response)
                return response
            }
        }
    }
}

extension HTTPResponse {
    /// What the server would answer.
    fileprivate init(_ error: HTTPError) {
        let text = error.message ?? "\(error.status.code) \(error.status.reasonPhrase)"
        self = .text(text + "\n", status: error.status)
    }
}
