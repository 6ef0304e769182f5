/// The octets of a form, part after part.
struct HTTPMultipartFormSequence: Sendable, AsyncSequence {
    private let form: HTTPMultipartForm

    init(_ form: HTTPMultipartForm) {
        self.form = form
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(form: form)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        private let form: HTTPMultipartForm
        /// The part that comes next.
        private var index = 0
        /// The content of the part before it.
        private var body: HTTPRequestBody.AsyncIterator?

        fileprivate init(form: HTTPMultipartForm) {
            self.form = form
        }

        mutating func next() async throws -> [UInt8]? {
            try await read()
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await read()
        }

        nonisolated(nonsending) private mutating func read() async throws -> [UInt8]? {
            if let bytes = try await body?.next() { return bytes }
            body = nil
            guard index <= form.parts.count else { return nil }
            defer { index += 1 }
            guard index < form.parts.count else { return form.end }
            body = form.parts[index].body.makeAsyncIterator()
            return form.parts[index].head
        }
    }
}
