import Netius

extension FileServer {
    /// 301 to the path with a slash at its end, and the query as it was.
    ///
    /// The path has been read as one, so that it begins with one slash and not with two, which would name a host.
    func redirect(_ target: FileTarget) -> HTTPResponse {
        let location = target.path + [UInt8(ascii: "/")] + target.query
        var response = refuse(.movedPermanently)
        response.headerFields[.location] = String(decoding: location, as: UTF8.self)
        return response
    }

    /// Answers with the index file of a folder, or else with a listing.
    func respond(
        to request: HTTPRequest, _ target: FileTarget, withFolder file: File, at path: FilePath
    ) async throws -> HTTPResponse {
        for name in indexFiles {
            let index = path.appending(name)
            switch try await open(index) {
            case .opened(let file):
                guard file.status.kind == .regular else { continue }
                return try await send(file, at: index, to: request)
            // It may be there: the folder is not to be shown in its place.
            case .forbidden: return refuse(.forbidden)
            case .failed(let error): throw error
            case .notFound, .wouldWait: continue
            }
        }
        guard configuration.listsFolders else { return refuse(.notFound) }
        return try await list(file, at: path, query: target.query, for: request)
    }

    private func list(
        _ file: File, at path: FilePath, query: ArraySlice<UInt8>, for request: HTTPRequest
    ) async throws -> HTTPResponse {
        let format = FileListingPage.Format(request)
        var fields: HTTPFields = [.cacheControl: "no-cache", .vary: "Accept"]
        if configuration.allowsAnyOrigin { fields.append(.accessControlAllowOrigin, "*") }
        let order = FileListingOrder(query: Substring(decoding: query.dropFirst(), as: UTF8.self))
        let listing = try await blocking { try self.listing(file, at: path, order: order) }
        switch HTTPPreconditions(request).outcome(entityTag: nil, modified: nil) {
        // With what a 200 would have (RFC 9110 section 15.4.5).
        case .notModified: return HTTPResponse(status: .notModified, headerFields: fields)
        case .failed: return refuse(.preconditionFailed)
        case .proceed: break
        }
        fields.append(.contentType, format.mediaType)
        fields.append(.xContentTypeOptions, "nosniff")
        if format == .html { fields.append(.contentSecurityPolicy, FileListing.contentSecurityPolicy) }
        return FileListingPage(listing, format: format).response(fields)
    }

    /// Reads a folder and puts what is in it in order. This waits for a disk.
    private func listing(_ file: File, at path: FilePath, order: FileListingOrder) throws -> FileListing {
        let isRoot = path.octets.isEmpty
        let (found, hasMore) = try folder.entries(
            of: file, at: path.terminated, limit: max(configuration.maximumListedFiles, 0)
        ) { name in
            name.allSatisfy(FilePath.isServable)
                && FilePath.isServable(
                    name: name[...], servesHidden: configuration.servesHiddenFiles, isFirst: isRoot)
        }
        var entries = found.compactMap { entry -> FileListing.Entry? in
            guard entry.status.kind != .other else { return nil }
            let isFolder = entry.status.kind == .directory
            return FileListing.Entry(
                name: entry.name, isFolder: isFolder, size: entry.status.size, modified: entry.status.modified,
                type: isFolder ? "" : configuration.mediaTypes.type(of: entry.name[...]).type)
        }
        order.sort(&entries)
        return FileListing(
            root: String(decoding: prefix + [UInt8(ascii: "/")], as: UTF8.self),
            segments: path.octets.split(separator: UInt8(ascii: "/")).map(Array.init), entries: entries,
            isCut: hasMore, order: order)
    }
}
