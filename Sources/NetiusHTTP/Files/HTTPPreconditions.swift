public import Netius

/// The conditions that a request puts on the state of what it asks for (RFC 9110 section 13).
///
/// ```swift
/// let tag = HTTPEntityTag(opaqueTag: "v7")
/// switch HTTPPreconditions(request).outcome(entityTag: tag, modified: nil) {
/// case .proceed: ...
/// case .notModified: return HTTPResponse(status: .notModified)
/// case .failed: return HTTPResponse(status: .preconditionFailed)
/// }
/// ```
///
/// They count only where the answer would be 2xx without them (section 13.2.1): look whether there is anything, and
/// whether it may be had, first.
///
/// A list of tags that cannot be read is read carefully: as If-Match it fails, as If-None-Match it lets the request
/// proceed. A date that cannot be read is ignored, as section 13.1.3 asks.
public struct HTTPPreconditions: Sendable {
    /// What the conditions come to.
    public enum Outcome: Sendable, Hashable {
        /// They hold: answer as if there were none.
        case proceed
        /// The client has what it asks for already: 304.
        case notModified
        /// What is there is not what the client means: 412.
        case failed
    }

    private let method: HTTPRequest.Method
    private let ifMatch: String?
    private let ifNoneMatch: String?
    private let ifModifiedSince: String?
    private let ifUnmodifiedSince: String?
    private let ifRange: String?

    /// The conditions of the request.
    public init(_ request: HTTPRequest) {
        self.init(method: request.method, headerFields: request.headerFields)
    }

    init(method: HTTPRequest.Method, headerFields: HTTPFields) {
        self.method = method
        ifMatch = headerFields[.ifMatch]
        ifNoneMatch = headerFields[.ifNoneMatch]
        ifModifiedSince = headerFields[.ifModifiedSince]
        ifUnmodifiedSince = headerFields[.ifUnmodifiedSince]
        ifRange = headerFields[.ifRange]
    }

    /// Evaluates all but If-Range, in the order of RFC 9110 section 13.2.2.
    ///
    /// - Parameters:
    ///   - entityTag: The tag of the representation that would be sent; nil if it has none.
    ///   - modified: When it was modified, of which the second counts; nil if that is not known.
    ///   - exists: Whether there is a representation at all, which is what `*` asks.
    /// - Returns: What to do.
    public func outcome(entityTag: HTTPEntityTag?, modified: Timestamp?, exists: Bool = true) -> Outcome {
        if let ifMatch {
            guard matches(ifMatch, entityTag, exists: exists) else { return .failed }
        } else if let limit = ifUnmodifiedSince.flatMap(Self.seconds), let modified {
            guard modified.seconds <= limit else { return .failed }
        }
        let isRetrieval = method == .get || method == .head
        if let ifNoneMatch {
            guard noneMatches(ifNoneMatch, entityTag, exists: exists) else {
                return isRetrieval ? .notModified : .failed
            }
        } else if isRetrieval, let limit = ifModifiedSince.flatMap(Self.seconds), let modified {
            guard modified.seconds > limit else { return .notModified }
        }
        return .proceed
    }

    /// Whether If-Range lets a Range field count (RFC 9110 section 13.1.5); true without If-Range.
    ///
    /// A tag has to be the representation's, both strong. A date has to be that of its last modification, which must
    /// be a second ago at least: until then it may change again and keep its date.
    public func allowsRange(entityTag: HTTPEntityTag?, modified: Timestamp?) -> Bool {
        allowsRange(entityTag: entityTag, modified: modified, now: .now)
    }

    func allowsRange(entityTag: HTTPEntityTag?, modified: Timestamp?, now: @autoclosure () -> Timestamp) -> Bool {
        guard let ifRange else { return true }
        if let tag = HTTPEntityTag(ifRange) {
            return entityTag?.matchesStrongly(tag) ?? false
        }
        guard let date = Self.seconds(ifRange), let modified else { return false }
        return date == modified.seconds && modified.seconds < now().seconds
    }

    private func matches(_ value: String, _ entityTag: HTTPEntityTag?, exists: Bool) -> Bool {
        switch HTTPEntityTagList(value) {
        case nil: false
        case .any: exists
        case .tags(let tags): entityTag.map { tag in tags.contains { $0.matchesStrongly(tag) } } ?? false
        }
    }

    private func noneMatches(_ value: String, _ entityTag: HTTPEntityTag?, exists: Bool) -> Bool {
        switch HTTPEntityTagList(value) {
        case nil: true
        case .any: !exists
        case .tags(let tags): entityTag.map { tag in !tags.contains { $0.matchesWeakly(tag) } } ?? true
        }
    }

    private static func seconds(_ date: String) -> Int64? {
        HTTPDate.secondsSince1970(date, now: Int(clamping: Timestamp.now.seconds)).map { Int64($0) }
    }
}
