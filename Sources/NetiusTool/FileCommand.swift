import Netius
import NetiusHTTP

/// `netius file`: a web server of the files of a folder.
struct FileCommand: Command {
    static let description = CommandDescription(
        name: "file", summary: "Serves the files of a folder over HTTP.", arguments: [ServerOptions.portArgument],
        options: [path, index, indexFiles, list, cors, cache] + HTTPServerOptions.descriptions)

    private static let path = OptionDescription(
        "path", aliases: ["directory"], letter: "d", placeholder: "DIR", variable: "BASE_PATH", default: ".",
        help: "the folder")
    private static let index = OptionDescription(
        flag: "index", isNegatable: true, default: "on", help: "answer for a folder with its index file")
    private static let indexFiles = OptionDescription(
        "index-files", placeholder: "NAMES", variable: "INDEX_FILES", default: "index.html;index.htm",
        help: "the names that an index file may have")
    private static let list = OptionDescription(
        flag: "list", isNegatable: true, variable: "LIST_DIRS", default: "on",
        help: "list folders that have no index file")
    private static let cors = OptionDescription(
        flag: "cors", variable: "CORS", help: "let pages of all origins read the files")
    private static let cache = OptionDescription(
        "cache", placeholder: "SECONDS", variable: "CACHE", default: "0",
        help: "how long clients may keep a file without asking again")

    let server: HTTPServerOptions
    let path: String
    let files: FileServer.Configuration

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try HTTPServerOptions(values)
        path = try values.required(Self.path, as: .string)
        var files = FileServer.Configuration()
        let usesIndex = try values.required(Self.index, as: .boolean)
        let indexFiles = try values.required(Self.indexFiles, as: .list)
        files.indexFiles = usesIndex ? indexFiles : []
        files.listsFolders = try values.required(Self.list, as: .boolean)
        files.allowsAnyOrigin = try values.required(Self.cors, as: .boolean)
        let cache = try values.required(Self.cache, as: .duration())
        if cache > .zero { files.cacheControl = "max-age=\(cache.components.seconds)" }
        self.files = files
    }

    func run() async throws {
        let handler = try FileServer(root: path, configuration: files).handler
        // In front of somebody it talks as Python's `http.server` does; to a supervisor as all servers do.
        var server = server
        let isWatched = standardErrorIsTerminal()
        if isWatched, server.accessLog == nil { server.accessLog = .standardError }
        let isProtected = server.tls != nil
        let announce: @Sendable (SocketAddress) -> Void = {
            writeToStandardOutput(Self.announcement($0, isProtected: isProtected))
        }
        try await server.serve(name: "files", announce: isWatched ? announce : nil, handler)
    }
}
