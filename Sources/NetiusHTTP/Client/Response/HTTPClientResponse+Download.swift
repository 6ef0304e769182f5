internal import Netius

extension HTTPClientResponse {
    /// How much of a file has been received.
    public struct DownloadProgress: Sendable, Hashable {
        /// The bytes that are in the file.
        public let received: Int
        /// The bytes that there will be; nil where the server does not say, and where content is decoded on its way.
        public let expected: Int?
    }

    /// Writes the content to a file, without ever holding all of it in memory.
    ///
    /// The file appears under its name, for its owner alone, when it is complete: what is broken off leaves nothing behind.
    /// Whatever the status is, its content is written: look at that first.
    ///
    /// - Parameters:
    ///   - path: The file: never something that the server chose.
    ///   - limit: The most bytes there may be; any number by default.
    ///   - replaces: Whether a file of that name is replaced; otherwise, by default, it is an error.
    ///   - progress: Told after each part how far it has come.
    /// - Returns: How many bytes there were.
    /// - Throws: `HTTPClientError`, with `tooLarge` beyond the limit; `SystemError`, with `EEXIST` where the file exists;
    ///   what `progress` throws; `CancellationError`.
    @discardableResult
    public func download(
        to path: String, upTo limit: Int = .max, replacing replaces: Bool = false,
        progress: (DownloadProgress) throws -> Void = { _ in }
    ) async throws -> Int {
        let partial = "\(path).\(UInt64.random(in: 0 ... .max)).part"
        let file = try await BlockingPool.shared.run { try NewFile(path: partial) }
        do {
            let expected =
                headerFields.contains(.contentEncoding) ? nil : headerFields[.contentLength].flatMap { Int($0) }
            var size = 0
            for try await bytes in body {
                guard bytes.count <= limit - size else {
                    throw HTTPClientContent.tooLarge(limit, url: url.description)
                }
                try await BlockingPool.shared.run { try file.write(bytes) }
                size += bytes.count
                try progress(DownloadProgress(received: size, expected: expected))
            }
            try await BlockingPool.shared.run { try file.keep(as: path, replacing: replaces) }
            return size
        } catch {
            // In a task of its own: this one may be cancelled, and the pool would refuse it.
            await Task { try? await BlockingPool.shared.run { file.remove() } }.value
            throw error
        }
    }
}
