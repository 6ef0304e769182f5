import Netius

/// What standard input or a pipe has, as it comes, once.
struct DescriptorInput: Sendable, AsyncSequence {
    /// The bytes that are asked for at a time.
    private static let chunkSize = 64 * 1024

    let file: OpenFile

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(file: file) }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let file: OpenFile

        mutating func next() async throws -> [UInt8]? {
            try await read()
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await read()
        }

        private func read() async throws -> [UInt8]? {
            let bytes = try await BlockingPool.shared.run { [file] in try file.read(upTo: DescriptorInput.chunkSize) }
            return bytes.isEmpty ? nil : bytes
        }
    }
}
