extension HTTPMultipart {
    /// The content of a part: runs of bytes, as they arrive. It can be read once, and not when the next part has been
    /// asked for: then it throws `HTTPFormError.partHasPassed`.
    public struct Body: AsyncSequence {
        let reader: HTTPMultipartReader
        /// Which part it is of.
        let number: Int

        /// Begins where reading has come to.
        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(reader: reader, number: number)
        }

        /// Runs of bytes, until the part has ended.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let reader: HTTPMultipartReader
            let number: Int

            /// The next bytes; nil when the part has ended.
            ///
            /// - Throws: `HTTPFormError`; what reading the body throws.
            public mutating func next() async throws -> [UInt8]? {
                try await reader.nextBytes(of: number)
            }

            /// The next bytes; nil when the part has ended.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
                try await reader.nextBytes(of: number)
            }
        }

        /// All of the content in one piece.
        ///
        /// - Parameter limit: The most bytes there may be; by default `Limits.value` of the form.
        /// - Returns: The content.
        /// - Throws: `HTTPBodyError.tooLarge` beyond the limit, which answers 413; what reading throws.
        public func collect(upTo limit: Int? = nil) async throws -> [UInt8] {
            let limit = limit ?? reader.limits.value
            var all: [UInt8] = []
            for try await bytes in self {
                guard bytes.count <= limit - all.count else { throw HTTPBodyError.tooLarge }
                if all.isEmpty { all = bytes } else { all += bytes }
            }
            return all
        }

        /// All of the content as text, read as UTF-8; what is not UTF-8 becomes U+FFFD.
        ///
        /// - Parameter limit: The most bytes there may be; by default `Limits.value` of the form.
        /// - Returns: The text.
        /// - Throws: As `collect(upTo:)`.
        public func text(upTo limit: Int? = nil) async throws -> String {
            String(decoding: try await collect(upTo: limit), as: UTF8.self)
        }
    }
}
