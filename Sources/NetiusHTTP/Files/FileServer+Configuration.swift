public import Netius

extension FileServer {
    /// What a file server serves, and how. `Docs/FileServer.md` lists all of it.
    public struct Configuration: Sendable {
        /// The path that the folder has for clients, as it stands in requests: `/static`. Empty by default, which is
        /// all paths. A request for anything else gets 404.
        public var prefix = ""
        /// The names of the files that stand for their folder, the first that is there; `index.html` by default.
        public var indexFiles = ["index.html"]
        /// Whether a folder without an index file is answered with a list of what is in it, rather than with 404; true
        /// by default.
        public var listsFolders = true
        /// The most files of a folder that are listed; 10,000 by default. A page says so where there are more.
        public var maximumListedFiles = 10_000
        /// Whether names that begin with a dot are served and listed; false by default. `.well-known` at the top is in
        /// any case (RFC 8615).
        public var servesHiddenFiles = false
        /// Which symbolic links are followed; by default those that stay beneath the folder.
        public var followsSymbolicLinks = SymbolicLinkPolicy.beneathRoot
        /// The value of Cache-Control for files; `no-cache` by default: caches may keep them, and ask each time whether
        /// they have changed. Nil for none: caches then guess. Listings are always `no-cache`.
        public var cacheControl: String? = "no-cache"
        /// Whether a file that has one of the same name with `.br` or `.gz` behind it is sent in that form to those who
        /// accept it (RFC 9110 section 12.5.3), if its type is worth it and that one is not older; true by default.
        public var servesPrecompressed = true
        /// Whether pages of all origins may read what is served (`Access-Control-Allow-Origin: *`); false by default.
        public var allowsAnyOrigin = false
        /// The media types by extension.
        public var mediaTypes = MediaTypes.standard
        /// The most ranges of a file that are sent to one request; 16 by default. Who asks for more gets the file;
        /// with 0 everybody does, and is told so (`Accept-Ranges: none`).
        public var maximumRanges = 16

        /// The defaults.
        public init() {}
    }
}
