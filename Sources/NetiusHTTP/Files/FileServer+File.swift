import Netius

extension FileServer {
    /// The fields that all files have.
    static func fixedFields(_ configuration: Configuration) -> HTTPFields {
        var fields: HTTPFields = [.acceptRanges: "bytes", .xContentTypeOptions: "nosniff"]
        if let cacheControl = configuration.cacheControl { fields.append(.cacheControl, cacheControl) }
        if configuration.allowsAnyOrigin { fields.append(.accessControlAllowOrigin, "*") }
        return fields
    }

    /// Answers with a file, or with a form of it that is compressed.
    func send(_ file: File, at path: FilePath, to request: HTTPRequest) async throws -> HTTPResponse {
        let type = configuration.mediaTypes.type(of: path.name)
        guard configuration.servesPrecompressed, MediaTypes.isCompressible(type) else {
            return respond(to: request, with: FileRepresentation(file, type: type))
        }
        var representation = try await compressed(file, at: path, type: type, for: request)
        representation.isNegotiated = true
        return respond(to: request, with: representation)
    }

    /// Answers with a representation: all of it, parts of it, or, if the request has conditions, none of it.
    private func respond(to request: HTTPRequest, with representation: FileRepresentation) -> HTTPResponse {
        let file = representation.file
        let fields = request.headerFields
        guard fields.hasConditionsOrRange else {
            return HTTPResponse(status: .ok, headerFields: headerFields(of: representation), body: .file(file))
        }
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
        else { return HTTPResponse(status: .ok, headerFields: headerFields(of: representation), body: .file(file)) }
        return respond(with: ranges.parts(of: file.status.size), of: representation)
    }

    private func respond(with parts: [Range<Int>], of representation: FileRepresentation) -> HTTPResponse {
        let file = representation.file
        let size = file.status.size
        guard let first = parts.first else {
            var response = refuse(.rangeNotSatisfiable)
            response.headerFields[.contentRange] = HTTPByteRanges.unsatisfiedRange(of: size)
            return response
        }
        var fields = headerFields(of: representation)
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

    private func headerFields(of representation: FileRepresentation) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(10)
        fields.append(.contentType, representation.type)
        fields.append(contentsOf: fixedFields)
        fields.append(.eTag, representation.entityTag.description)
        fields.append(.lastModified, representation.lastModified)
        if let coding = representation.coding { fields.append(.contentEncoding, coding.rawValue) }
        if representation.isNegotiated { fields.append(.vary, "Accept-Encoding") }
        return fields
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
