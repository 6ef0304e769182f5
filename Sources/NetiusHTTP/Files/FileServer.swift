internal import Netius

/// Serves the files of a folder.
///
/// ```swift
/// let files = try FileServer(root: "/srv/www")
/// try await HTTPServer(port: 8080, handler: files.handler).run()
/// ```
///
/// It answers GET, HEAD and OPTIONS, with conditions and ranges (RFC 9110 sections 13 and 14). Nothing outside the
/// folder is ever sent, which the system sees to, and nothing that is not a regular file or, if allowed, the listing of
/// a folder.
public final class FileServer: Sendable {
    /// What is served, and how.
    public let configuration: Configuration
    /// Answers requests.
    public var handler: HTTPServer.Handler {
        { request in try await self.respond(to: request) }
    }

    let folder: Folder
    let prefix: [UInt8]
    let indexFiles: [[UInt8]]
    let representations: FileRepresentationTable

    /// A server of what is in a folder. It is opened now, and stays the same when another takes its path.
    ///
    /// - Parameters:
    ///   - root: The path of the folder.
    ///   - configuration: What is served, and how.
    /// - Throws: `SystemError` when the folder cannot be opened, with `ENOTDIR` where it is something else.
    public convenience init(root: String, configuration: Configuration = Configuration()) throws {
        let folder = try Folder(path: root, links: configuration.followsSymbolicLinks)
        self.init(folder: folder, configuration: configuration)
    }

    init(folder: Folder, configuration: Configuration) {
        self.configuration = configuration
        self.folder = folder
        var prefix = Array(configuration.prefix.utf8)
        while prefix.last == UInt8(ascii: "/") { prefix.removeLast() }
        self.prefix = prefix
        indexFiles = configuration.indexFiles.map { Array($0.utf8) }
        representations = FileRepresentationTable(fixedFields: Self.fixedFields(configuration))
    }

    /// Answers a request.
    ///
    /// - Throws: `SystemError`, when a file can be neither opened nor said not to be there, as when descriptors have run
    ///   out, which is answered with 500; `HTTPError` with 503, when too much waits for a disk.
    public func respond(to request: HTTPRequest) async throws -> HTTPResponse {
        let method = request.method
        guard method == .get || method == .head else { return respondToOther(method) }
        if let openFiles = openFiles(for: request), let key = OpenFileTable.Key(request),
            let (file, representation) = openFiles.file(key)
        {
            return respond(to: request, with: file, as: representation)
        }
        let target = FileTarget(request)
        let path: FilePath
        do throws(FilePath.Refusal) {
            guard target.begins(with: prefix) else { return refuse(.notFound) }
            path = try FilePath(
                target.path.span, from: prefix.count, servesHidden: configuration.servesHiddenFiles)
        } catch {
            return refuse(error == .malformed ? .badRequest : .notFound)
        }
        // Not by `open`: what is in memory, as most is, is not to cost another asynchronous call.
        var opening = folder.open(path.terminated, waits: false)
        if case .wouldWait = opening { opening = try await openWaiting(path) }
        switch opening {
        case .opened(let file): return try await respond(to: request, target, with: file, at: path)
        case .forbidden: return refuse(.forbidden)
        case .notFound, .wouldWait: return refuse(.notFound)
        case .failed(let error): throw error
        }
    }

    private func respond(
        to request: HTTPRequest, _ target: FileTarget, with file: File, at path: FilePath
    ) async throws -> HTTPResponse {
        switch file.status.kind {
        case .regular: path.endsWithSlash ? refuse(.notFound) : try await send(file, at: path, to: request)
        case .directory:
            path.endsWithSlash
                ? try await respond(to: request, target, withFolder: file, at: path) : redirect(target)
        case .other: refuse(.notFound)
        }
    }

    /// Opens what has the path, without waiting for a disk if it can be helped.
    func open(_ path: FilePath) async throws -> Folder.Opening {
        let opening = folder.open(path.terminated, waits: false)
        guard case .wouldWait = opening else { return opening }
        return try await openWaiting(path)
    }

    private func openWaiting(_ path: FilePath) async throws -> Folder.Opening {
        try await blocking { [folder] in folder.open(path.terminated, waits: true) }
    }

    /// Runs what waits for a disk.
    func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        do {
            return try await BlockingPool.shared.run(work)
        } catch BlockingPoolError.queueFull {
            throw HTTPError(.serviceUnavailable)
        }
    }

    /// A response that is no file.
    func refuse(_ status: HTTPResponse.Status) -> HTTPResponse {
        var response = HTTPResponse.text("\(status.reasonPhrase)\n", status: status)
        if configuration.allowsAnyOrigin { response.headerFields[.accessControlAllowOrigin] = "*" }
        return response
    }

    /// 204 to OPTIONS, 405 to what only others understand.
    private func respondToOther(_ method: HTTPRequest.Method) -> HTTPResponse {
        var response = method == .options ? HTTPResponse(status: .noContent) : refuse(.methodNotAllowed)
        response.headerFields[.allow] = "GET, HEAD, OPTIONS"
        if configuration.allowsAnyOrigin, method == .options {
            response.headerFields[.accessControlAllowOrigin] = "*"
            response.headerFields[.accessControlAllowMethods] = "GET, HEAD, OPTIONS"
            response.headerFields[.accessControlAllowHeaders] = "*"
        }
        return response
    }
}
