/// Some pieces of content, one after the other.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    struct Broken: Error {}

    var pieces: [[UInt8]]
    var fails = false

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<[UInt8]>
        let fails: Bool

        mutating func next() async throws -> [UInt8]? { try await read() }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await read()
        }

        private mutating func read() async throws -> [UInt8]? {
            await Task.yield()
            if rest.isEmpty, fails { throw Broken() }
            return rest.popFirst()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: pieces[...], fails: fails) }
}
