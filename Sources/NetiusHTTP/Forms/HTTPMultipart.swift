/// A form that is read part by part while it arrives, such as one with files (RFC 7578).
///
/// ```swift
/// for try await part in request.multipart() {
///     if part.name == "title" { title = try await part.body.text() }
///     if part.name == "photo" { try await part.body.write(toFile: path, upTo: 10 << 20) }
/// }
/// ```
///
/// Nothing is kept: a part's content is read before the next part is asked for, or skipped. A form that is cut short
/// throws; it never looks like one that ended. What it throws is answered with what fits: see ``HTTPFormError``.
public struct HTTPMultipart: Sendable, AsyncSequence {
    private let request: HTTPRequest
    private let limits: Limits

    init(_ request: HTTPRequest, limits: Limits) {
        self.request = request
        self.limits = limits
    }

    /// Begins to read: the content of a request can be read once.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reader: HTTPMultipartReader(request, limits: limits))
    }

    /// The parts, until the form has ended.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: HTTPMultipartReader

        /// The next part; nil when the form has ended.
        ///
        /// - Throws: `HTTPFormError`; what reading the body throws.
        public mutating func next() async throws -> Part? {
            try await reader.nextPart()
        }

        /// The next part; nil when the form has ended.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Part? {
            try await reader.nextPart()
        }
    }
}

extension HTTPMultipart {
    /// One part of a form: the value of one of its fields.
    ///
    /// It belongs to the task that reads the form, and cannot be handed to another.
    public struct Part {
        /// The fields of its header section.
        public let fields: HTTPFields
        /// The name of the form's field.
        public let name: String
        /// The name that the client gives the file: anything at all, a path too. Nil for what is no file, empty where
        /// no file was chosen. The parameter `filename*`, which forms must not use, is ignored.
        public let fileName: String?
        /// The content.
        public let body: Body

        init(fields: HTTPFields, body: Body) throws(HTTPFormError) {
            let disposition = try HTTPContentDisposition(fields)
            let encoding = fields[.contentTransferEncoding]?.lowercased() ?? "binary"
            guard ["7bit", "8bit", "binary"].contains(encoding) else { throw .encodedPart }
            self.fields = fields
            self.body = body
            name = disposition.name
            fileName = disposition.fileName
        }

        /// What Content-Type says of the part; nil if it is not there.
        public var contentType: HTTPMediaType? { fields.contentType }

        /// The last component of ``fileName``, which can be put behind a folder's path: 1 to 255 octets without a
        /// slash, a backslash or a control, not `.` or `..`, and not hidden by a leading dot. Nil if there is no such.
        public var baseName: String? {
            guard let fileName else { return nil }
            let separators = [UInt8(ascii: "/"), UInt8(ascii: "\\")]
            let last = fileName.utf8.split(omittingEmptySubsequences: false, whereSeparator: separators.contains).last
            guard let last, 1...255 ~= last.count, last.first != UInt8(ascii: "."),
                last.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { return nil }
            return String(Substring(last))
        }
    }
}

extension HTTPRequest {
    /// The parts of a form that was sent as `multipart/form-data`, to be read while they arrive.
    ///
    /// - Parameter limits: How much is read.
    /// - Returns: The parts. That the request is of another type is thrown when the first is asked for.
    public func multipart(limits: HTTPMultipart.Limits = HTTPMultipart.Limits()) -> HTTPMultipart {
        HTTPMultipart(self, limits: limits)
    }
}
