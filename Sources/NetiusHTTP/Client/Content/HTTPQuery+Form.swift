extension HTTPQuery {
    /// The value of the Content-Type field of a request that has the pairs as its content:
    /// `application/x-www-form-urlencoded`.
    public static let contentType = "application/x-www-form-urlencoded"

    /// The pairs as the content of a request.
    public var body: HTTPRequestBody { .bytes(Array(description.utf8)) }
}
