extension HTTPMiddleware {
    /// Decompresses the content of requests that have a Content-Encoding (RFC 9110 §8.4).
    ///
    /// Handlers see a request without the coding and without its Content-Length. What is read from its body may throw
    /// an `HTTPContentCodingError`, which answers 400, or 413 where content expands beyond the limits; content that is
    /// cut short never looks whole. A coding that is not known, or too many of them, is answered with 415 and an
    /// Accept-Encoding that names those that are (RFC 9110 §15.5.16).
    ///
    /// Without this middleware, handlers get content as it was sent.
    public static func decompression(_ configuration: HTTPDecompression = HTTPDecompression()) -> HTTPMiddleware {
        HTTPMiddleware { next in
            { request in
                guard request.headerFields.contains(.contentEncoding) else { return try await next(request) }
                guard let codings = configuration.codings(of: request.headerFields) else {
                    return configuration.unsupported
                }
                return try await next(configuration.decode(request, codings))
            }
        }
    }
}

extension HTTPDecompression {
    /// The codings of a message, in the order in which they were applied; nil if one is not accepted or there are too
    /// many.
    func codings(of fields: HTTPFields) -> [HTTPContentCoding]? {
        var found: [HTTPContentCoding] = []
        for value in fields[values: .contentEncoding] {
            for name in value.split(separator: ",") {
                let name = String(name.drop(while: Self.isSpace).reversed().drop(while: Self.isSpace).reversed())
                // It should not be there, but says nothing wrong (RFC 9110 §8.4).
                if name.isEmpty || name.lowercased() == "identity" { continue }
                guard let coding = HTTPContentCoding(name: name), codings.contains(coding),
                    found.count < maximumCodings
                else { return nil }
                found.append(coding)
            }
        }
        return found
    }

    private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

    fileprivate var unsupported: HTTPResponse {
        var response = HTTPResponse.text("the content's coding is not supported\n", status: .unsupportedMediaType)
        response.headerFields[.acceptEncoding] = codings.map(\.rawValue).joined(separator: ", ")
        return response
    }

    fileprivate func decode(_ request: HTTPRequest, _ codings: [HTTPContentCoding]) -> HTTPRequest {
        var decoded = request
        decoded.headerFields.remove(.contentEncoding)
        guard !codings.isEmpty else { return decoded }
        decoded.headerFields.remove(.contentLength)
        let limits = Inflater.Limits(size: maximumSize, ratio: maximumRatio, allowance: ratioAllowance)
        let content = HTTPDecodedContent(of: request.body, HTTPContentDecoder(codings, limits: limits))
        decoded.body = HTTPRequestBody(from: request.body) { try await content.next() }
        return decoded
    }
}
