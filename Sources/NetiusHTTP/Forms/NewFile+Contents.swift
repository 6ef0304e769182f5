internal import Netius

extension NewFile {
    /// Makes a file of what a sequence gives, piece by piece.
    ///
    /// - Returns: How many bytes it has.
    static func write(
        _ chunks: some AsyncSequence<[UInt8], any Error>, to path: String, upTo limit: Int
    ) async throws -> Int {
        let file = try await BlockingPool.shared.run { try NewFile(path: path) }
        do {
            var size = 0
            for try await bytes in chunks {
                guard bytes.count <= limit - size else { throw HTTPBodyError.tooLarge }
                try await BlockingPool.shared.run { try file.write(bytes) }
                size += bytes.count
            }
            file.keep()
            return size
        } catch {
            // In a task of its own: this one may be cancelled, and the pool would refuse it.
            await Task { try? await BlockingPool.shared.run { file.remove() } }.value
            throw error
        }
    }
}

extension HTTPMultipart.Body {
    /// Writes the content to a new file, without ever holding all of it in memory.
    ///
    /// The file is made with access for its owner alone, and must not exist. It is removed again when this throws.
    ///
    /// - Parameters:
    ///   - path: Where to make the file. Make it of a name of your own, or of `Part.baseName`; never of `fileName`.
    ///   - limit: The most bytes there may be.
    /// - Returns: How many bytes there were.
    /// - Throws: `HTTPBodyError.tooLarge` beyond the limit, which answers 413; `SystemError`, with `EEXIST` where the
    ///   file exists; what reading throws.
    @discardableResult
    public func write(toFile path: String, upTo limit: Int) async throws -> Int {
        try await NewFile.write(self, to: path, upTo: limit)
    }
}

extension HTTPRequestBody {
    /// Writes the content to a new file, without ever holding all of it in memory.
    ///
    /// The file is made with access for its owner alone, and must not exist. It is removed again when this throws.
    ///
    /// - Parameters:
    ///   - path: Where to make the file: never something that the client chose.
    ///   - limit: The most bytes there may be.
    /// - Returns: How many bytes there were.
    /// - Throws: `HTTPBodyError.tooLarge` beyond the limit, which answers 413; `SystemError`, with `EEXIST` where the
    ///   file exists; what reading throws.
    @discardableResult
    public func write(toFile path: String, upTo limit: Int) async throws -> Int {
        try await NewFile.write(self, to: path, upTo: limit)
    }
}
