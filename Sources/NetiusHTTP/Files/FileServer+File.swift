import Netius

extension FileServer {
    /// The fields that all files have.
    static func fixedFields(_ configuration: Configuration) -> HTTPFields {
        var fields: HTTPFields = [
            .acceptRanges: configuration.maximumRanges > 0 ? "bytes" : "none", .xContentTypeOptions: "nosniff",
        ]
        if let cacheControl = configuration.cacheControl { fields.append(.cacheControl, cacheControl) }
        if configuration.allowsAnyOrigin { fields.append(.accessControlAllowOrigin, "*") }
        return fields
    }

    /// Answers with a file, or with a form of it that is compressed.
    func send(_ file: File, at path: FilePath, to request: HTTPRequest) async throws -> HTTPResponse {
        let media = configuration.mediaTypes.type(of: path.name)
        let isNegotiated = configuration.servesPrecompressed && media.isCompressible
        if isNegotiated, request.headerFields.contains(.acceptEncoding),
            let (other, coding) = try await compressed(file, at: path, for: request)
        {
            let representation = representations.representation(
                of: other.status, type: media.type, coding: coding, isNegotiated: true)
            return keepAndRespond(to: request, with: other, as: representation)
        }
        let representation = representations.representation(
            of: file.status, type: media.type, isNegotiated: isNegotiated)
        return keepAndRespond(to: request, with: file, as: representation)
    }

    /// Answers, and lets the requests that came with this one have the same.
    private func keepAndRespond(
        to request: HTTPRequest, with file: File, as representation: FileRepresentation
    ) -> HTTPResponse {
        keep(file, representation, for: request)
        return respond(to: request, with: file, as: representation)
    }

    /// Answers with a representation: all of it, parts of it, or, if the request has conditions, none of it.
    func respond(to request: HTTPRequest, with file: File, as representation: FileRepresentation) -> HTTPResponse {
        let fields = request.headerFields
        let whole = HTTPResponse(status: .ok, headerFields: representation.headerFields, body: .file(file))
        guard fields.hasConditionsOrRange else { return whole }
        let conditions = HTTPPreconditions(request)
        let (tag, modified) = (representation.entityTag, representation.modified)
        switch conditions.outcome(entityTag: tag, modified: modified) {
        case .notModified: return notModified(representation)
        case .failed: return refuse(.preconditionFailed)
        case .proceed: break
        }
        // Of an empty file there are no parts.
        guard request.method == .get, file.status.size > 0, let value = fields[.range],
            let ranges = HTTPByteRanges(value, limit: configuration.maximumRanges),
            conditions.allowsRange(entityTag: tag, modified: modified)
        else { return whole }
        return respond(with: ranges.parts(of: file.status.size), of: file, as: representation)
    }

    private func respond(
        with parts: [Range<Int>], of file: File, as representation: FileRepresentation
    ) -> HTTPResponse {
        let size = file.status.size
        guard let first = parts.first else {
            var response = refuse(.rangeNotSatisfiable)
            response.headerFields[.contentRange] = HTTPByteRanges.unsatisfiedRange(of: size)
            return response
        }
        var fields = representation.headerFields
        guard parts.count > 1 else {
            fields[.contentRange] = HTTPByteRanges.contentRange(first, of: size)
            return HTTPResponse(status: .partialContent, headerFields: fields, body: .file(file, range: first))
        }
        let multipart = MultipartByteRanges(parts, of: size, contentType: representation.type)
        fields[.contentType] = multipart.mediaType
        return HTTPResponse(.partialContent, headerFields: fields, contentLength: multipart.contentLength) { writer in
            try await multipart.write(file, to: writer)
        }
    }

    /// RFC 9110 section 15.4.5: what is needed to choose and keep a stored response, and no more.
    private func notModified(_ representation: FileRepresentation) -> HTTPResponse {
        var fields: HTTPFields = [.eTag: representation.entityTag.description]
        if let cacheControl = configuration.cacheControl { fields.append(.cacheControl, cacheControl) }
        if representation.isNegotiated { fields.append(.vary, "Accept-Encoding") }
        if configuration.allowsAnyOrigin { fields.append(.accessControlAllowOrigin, "*") }
        return HTTPResponse(status: .notModified, headerFields: fields)
    }
}

extension HTTPFields {
    /// Whether there may be a field of RFC 9110 sections 13.1 or 14.2: one whose name begins with `If-` or is `Range`.
    fileprivate var hasConditionsOrRange: Bool {
        guard let storage else { return false }
        return storage.entries.contains { entry in
            entry.nameLength >= 5
                && (storage.bytes[entry.start].lowercased == UInt8(ascii: "r")
                    || (storage.bytes[entry.start].lowercased == UInt8(ascii: "i")
                        && storage.bytes[entry.start + 2] == UInt8(ascii: "-")))
        }
    }
}
