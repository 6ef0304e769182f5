public import Netius

extension HTTPResponse {
    /// The content of a response.
    public struct Body: Sendable {
        enum Storage: Sendable {
            case none
            case text(String)
            case bytes([UInt8])
            case stream(
                contentLength: Int?,
                write: nonisolated(nonsending) @Sendable (HTTPResponseWriter) async throws -> Void)
            case file(File, range: Range<Int>)
            case connection(run: nonisolated(nonsending) @Sendable (Connection) async throws -> Void)
        }

        let storage: Storage

        /// No content.
        public static let none = Body(storage: .none)

        /// Text, sent as UTF-8.
        public static func text(_ text: String) -> Body {
            Body(storage: .text(text))
        }

        /// Bytes, which are not copied.
        public static func bytes(_ bytes: [UInt8]) -> Body {
            Body(storage: .bytes(bytes))
        }

        /// Part of a file, which goes from the system's memory to the client without being read here. Where the file
        /// turns out to be shorter, the connection is cut.
        ///
        /// - Parameters:
        ///   - file: The file.
        ///   - range: The bytes of it; all that it had when it was opened by default. What lies outside counts as not
        ///     there.
        /// - Returns: A body of the range's length.
        public static func file(_ file: File, range: Range<Int>? = nil) -> Body {
            let whole = 0..<Swift.max(file.status.size, 0)
            return Body(storage: .file(file, range: range?.clamped(to: whole) ?? whole))
        }

        /// How many bytes there are; nil where that is known only when they have been written.
        public var contentLength: Int? {
            switch storage {
            case .none: 0
            case .text(let text): text.utf8.count
            case .bytes(let bytes): bytes.count
            case .file(_, let range): range.count
            case .stream(let contentLength, _): contentLength
            case .connection: nil
            }
        }
    }

    /// 101: leaves HTTP for the protocol that the client asked for, and hands over the connection (RFC 9110 section
    /// 7.8). Bytes that the client has sent ahead are the first to be read from it; it is closed when `run` ends.
    ///
    /// To be returned only where the request's Connection field lists `upgrade` and its Upgrade field the protocol;
    /// otherwise the client gets a 500.
    public static func upgrade(
        to protocol: String, headerFields: HTTPFields = HTTPFields(),
        _ run: nonisolated(nonsending) @escaping @Sendable (Connection) async throws -> Void
    ) -> HTTPResponse {
        var headerFields = headerFields
        headerFields[.upgrade] = `protocol`
        headerFields[.connection] = "upgrade"
        return HTTPResponse(
            status: .switchingProtocols, headerFields: headerFields, body: Body(storage: .connection(run: run)))
    }

    /// 200 to a CONNECT request: the connection becomes a tunnel (RFC 9110 section 9.3.6), closed when `run` ends.
    public static func tunnel(
        _ run: nonisolated(nonsending) @escaping @Sendable (Connection) async throws -> Void
    ) -> HTTPResponse {
        HTTPResponse(status: .ok, body: Body(storage: .connection(run: run)))
    }
}
