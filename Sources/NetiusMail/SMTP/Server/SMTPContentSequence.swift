/// The content of a message in runs of bytes, as they arrive: lines that end with CR LF (unless the sender's `body` is
/// `binaryMIME`), without the dots that DATA puts before some. The last line has no end if it came by BDAT without one.
///
/// What is not read is not taken from the client, which slows it down. It can be read once, by one task, until the
/// handler answers. A handler may answer without reading it to the end: the rest is read away, and the answer given only
/// if the rest is without fault.
public struct SMTPContentSequence: AsyncSequence, Sendable {
    let connection: SMTPServerConnection
    let number: UInt32

    /// Goes on where reading has come to.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(connection: connection, number: number)
    }

    /// All of it, or what is left of it, as one run.
    ///
    /// - Throws: `SMTPContentError.tooLarge` beyond `limit` octets, which becomes a 552 if the handler lets it through.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var iterator = makeAsyncIterator()
        guard var all = try await iterator.next(isolation: #isolation) else { return [] }
        while all.count <= limit {
            guard let more = try await iterator.next(isolation: #isolation) else { return all }
            all += more
        }
        throw SMTPContentError.tooLarge
    }

    /// Runs of bytes, until the content ends.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let connection: SMTPServerConnection
        let number: UInt32

        /// The next run, never an empty one; nil at the end.
        ///
        /// - Throws: `SMTPContentError`; `CancellationError`.
        public mutating func next() async throws -> [UInt8]? {
            try await connection.readContent(number)
        }

        /// The next run, never an empty one; nil at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await connection.readContent(number)
        }
    }
}
