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
            guard case .opened(let file) = try await open(index), file.status.kind == .regular else { continue }
            return try await send(file, at: index, to: request)
        }
        guard configuration.listsFolders else { return refuse(.notFound) }
        return try await list(file, at: path, query: target.query, for: request)
    }

    private func list(
        _ file: File, at path: FilePath, query: ArraySlice<UInt8>, for request: HTTPRequest
    ) async throws -> HTTPResponse {
        let order = FileListingOrder(query: Substring(decoding: query.dropFirst(), as: UTF8.self))
        let listing = try await blocking { try self.listing(file, at: path, order: order) }
        switch HTTPPreconditions(request).outcome(entityTag: nil, modified: nil) {
        case .notModified: return HTTPResponse(status: .notModified)
        case .failed: return refuse(.preconditionFailed)
        case .proceed: break
        }
        let page = FileListingPage(listing, format: FileListingPage.Format(request))
        var fields: HTTPFields = [
            .contentType: page.format.mediaType, .cacheControl: "no-cache", .vary: "Accept",
            .xContentTypeOptions: "nosniff",
        ]
        if page.format == .html { fields.append(.contentSecurityPolicy, FileListing.contentSecurityPolicy) }
        if configuration.allowsAnyOrigin { fields.append(.accessControlAllowOrigin, "*") }
        return page.response(fields)
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
