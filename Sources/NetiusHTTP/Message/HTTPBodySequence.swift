/// Runs of bytes that are made when they are asked for.
final class HTTPBodySequence: Sendable {
    /// The next run; nil at the end.
    typealias Iteration = nonisolated(nonsending) () async throws -> [UInt8]?

    /// The bytes in all, where that is known.
    let contentLength: Int?
    /// Whether each iteration begins at the first byte.
    let isReplayable: Bool
    private let make: @Sendable () -> Iteration

    init(contentLength: Int?, isReplayable: Bool, _ make: @escaping @Sendable () -> Iteration) {
        self.contentLength = contentLength.map { max($0, 0) }
        self.isReplayable = isReplayable
        self.make = make
    }

    func makeIteration() -> Iteration { make() }

    /// The elements of a sequence; empty ones are left out.
    static func iteration<Chunks: AsyncSequence>(_ chunks: Chunks) -> Iteration where Chunks.Element == [UInt8] {
        var iterator = chunks.makeAsyncIterator()
        return {
            while let bytes = try await iterator.next(isolation: #isolation) {
                if !bytes.isEmpty { return bytes }
            }
            return nil
        }
    }
}
