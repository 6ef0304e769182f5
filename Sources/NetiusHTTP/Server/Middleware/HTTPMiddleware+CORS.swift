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
    /// response varies on Origin. What a handler throws to answer with a status (an
    /// `HTTPResponseError`) is turned into a response here, so that the page can read it; what the server answers to
    /// any other error it cannot.
    public static func cors(_ configuration: HTTPCORS = HTTPCORS()) -> HTTPMiddleware {
        let policy = HTTPCORSPolicy(configuration)
        return HTTPMiddleware { next in
            { request in
                let permission = policy.permission(for: request.headerFields)
                if let preflight = policy.preflight(request, permission) { return preflight }
                var response: HTTPResponse
                do {
                    response = try await next(request)
                } catch let error as any HTTPResponseError
                    where error is HTTPError || error.status.kind != .serverError
                {
                    response = error.response
                }
                policy.apply(permission, to: &response)
                return response
            }
        }
    }
}
