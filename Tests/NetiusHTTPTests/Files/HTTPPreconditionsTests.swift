import Netius
import Testing

@testable import NetiusHTTP

/// RFC 9110 section 13, row by row. The representation is `"v1"`, modified on the RFC's own date.
@Suite("Preconditions")
struct HTTPPreconditionsTests {
    static let modified = Timestamp(seconds: 784_111_777, nanoseconds: 500_000_000)
    static let same = "Sun, 06 Nov 1994 08:49:37 GMT"
    static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    static let after = "Sun, 06 Nov 1994 08:49:38 GMT"

    private func outcome(
        _ method: HTTPRequest.Method, _ fields: HTTPFields, tag: HTTPEntityTag? = HTTPEntityTag(opaqueTag: "v1"),
        modified: Timestamp? = modified, exists: Bool = true
    ) -> HTTPPreconditions.Outcome {
        let request = HTTPRequest(method: method, scheme: "http", authority: "h", path: "/", headerFields: fields)
        return HTTPPreconditions(request).outcome(entityTag: tag, modified: modified, exists: exists)
    }

    @Test("Without conditions a request proceeds", arguments: [HTTPRequest.Method.get, .head, .put, .delete])
    func none(method: HTTPRequest.Method) {
        #expect(outcome(method, [:]) == .proceed)
        #expect(outcome(method, [.range: "bytes=0-1", .ifRange: "\"v2\""]) == .proceed)
    }

    @Test(
        "If-Match compares strongly",
        arguments: [
            ("\"v1\"", HTTPPreconditions.Outcome.proceed), ("\"v0\", \"v1\"", .proceed), ("*", .proceed),
            ("\"v2\"", .failed), ("W/\"v1\"", .failed), ("\"v0\",\"v2\"", .failed), ("v1", .failed), ("", .failed),
        ])
    func ifMatch(value: String, expected: HTTPPreconditions.Outcome) {
        for method in [HTTPRequest.Method.get, .head, .put] {
            #expect(outcome(method, [.ifMatch: value]) == expected)
        }
    }

    @Test("If-Match never matches a weak tag, nor none")
    func ifMatchWeak() {
        #expect(outcome(.get, [.ifMatch: "\"v1\""], tag: HTTPEntityTag(opaqueTag: "v1", isWeak: true)) == .failed)
        #expect(outcome(.get, [.ifMatch: "\"v1\""], tag: nil) == .failed)
        #expect(outcome(.get, [.ifMatch: "*"], tag: nil) == .proceed)
        #expect(outcome(.put, [.ifMatch: "*"], tag: nil, exists: false) == .failed)
    }

    @Test(
        "If-None-Match compares weakly",
        arguments: [
            ("\"v1\"", HTTPPreconditions.Outcome.notModified), ("W/\"v1\"", .notModified), ("*", .notModified),
            ("\"v0\", W/\"v1\"", .notModified), ("\"v2\"", .proceed), ("\"v0\", \"v2\"", .proceed), ("v1", .proceed),
            ("\"v1\", v2", .proceed), ("", .proceed),
        ])
    func ifNoneMatch(value: String, expected: HTTPPreconditions.Outcome) {
        #expect(outcome(.get, [.ifNoneMatch: value]) == expected)
        #expect(outcome(.head, [.ifNoneMatch: value]) == expected)
        #expect(outcome(.put, [.ifNoneMatch: value]) == (expected == .notModified ? .failed : .proceed))
    }

    @Test("If-None-Match: * asks whether there is anything")
    func ifNoneMatchAny() {
        #expect(outcome(.put, [.ifNoneMatch: "*"], tag: nil, exists: false) == .proceed)
        #expect(outcome(.put, [.ifNoneMatch: "*"], tag: nil) == .failed)
        #expect(outcome(.get, [.ifNoneMatch: "\"v1\""], tag: nil) == .proceed)
    }

    @Test("Fields of the same name are one list")
    func severalFields() {
        var fields = HTTPFields()
        fields.append(.ifNoneMatch, "\"v0\"")
        fields.append(.ifNoneMatch, "\"v1\"")
        #expect(outcome(.get, fields) == .notModified)
    }

    @Test(
        "If-Modified-Since is about GET and HEAD",
        arguments: [
            (same, HTTPPreconditions.Outcome.notModified), (after, .notModified), (before, .proceed),
            ("yesterday", .proceed), ("", .proceed), ("\(same), \(same)", .proceed),
            ("Sunday, 06-Nov-94 08:49:37 GMT", .notModified), ("Sun Nov  6 08:49:37 1994", .notModified),
        ])
    func ifModifiedSince(value: String, expected: HTTPPreconditions.Outcome) {
        #expect(outcome(.get, [.ifModifiedSince: value]) == expected)
        #expect(outcome(.head, [.ifModifiedSince: value]) == expected)
        #expect(outcome(.put, [.ifModifiedSince: value]) == .proceed)
        #expect(outcome(.get, [.ifModifiedSince: value], modified: nil) == .proceed)
    }

    @Test(
        "If-Unmodified-Since is about all methods",
        arguments: [
            (same, HTTPPreconditions.Outcome.proceed), (after, .proceed), (before, .failed), ("yesterday", .proceed),
        ])
    func ifUnmodifiedSince(value: String, expected: HTTPPreconditions.Outcome) {
        for method in [HTTPRequest.Method.get, .head, .put] {
            #expect(outcome(method, [.ifUnmodifiedSince: value]) == expected)
        }
        #expect(outcome(.get, [.ifUnmodifiedSince: value], modified: nil) == .proceed)
    }

    /// Section 13.2.2, as a table: what each of the four says, if it is there at all.
    @Test("The order is that of the RFC, for all combinations")
    func precedence() {
        let tags: [(field: String?, matches: Bool)] = [(nil, true), ("\"v1\"", true), ("\"v2\"", false)]
        let dates: [(field: String?, isModified: Bool)] = [(nil, true), (Self.before, true), (Self.after, false)]
        var rows = 0
        for method in [HTTPRequest.Method.get, .head, .put] {
            for match in tags {
                for unmodified in dates {
                    for noneMatch in tags {
                        for modified in dates {
                            var fields = HTTPFields()
                            fields[.ifMatch] = match.field
                            fields[.ifUnmodifiedSince] = unmodified.field
                            fields[.ifNoneMatch] = noneMatch.field
                            fields[.ifModifiedSince] = modified.field
                            let expected = expectation(method, match, unmodified, noneMatch, modified)
                            #expect(outcome(method, fields) == expected, "\(method)\n\(fields)")
                            rows += 1
                        }
                    }
                }
            }
        }
        #expect(rows == 3 * 81)
    }

    private func expectation(
        _ method: HTTPRequest.Method, _ match: (field: String?, matches: Bool),
        _ unmodified: (field: String?, isModified: Bool), _ noneMatch: (field: String?, matches: Bool),
        _ modified: (field: String?, isModified: Bool)
    ) -> HTTPPreconditions.Outcome {
        let isRetrieval = method != .put
        // Steps 1 and 2.
        if match.field != nil, !match.matches { return .failed }
        if match.field == nil, unmodified.field != nil, unmodified.isModified { return .failed }
        // Steps 3 and 4.
        if noneMatch.field != nil, noneMatch.matches { return isRetrieval ? .notModified : .failed }
        if noneMatch.field == nil, modified.field != nil, isRetrieval, !modified.isModified { return .notModified }
        return .proceed
    }

    @Test(
        "If-Range wants exactly what is there",
        arguments: [
            (nil, true), ("\"v1\"", true), ("\"v2\"", false), ("W/\"v1\"", false), ("\"v1\", \"v2\"", false),
            ("*", false), ("v1", false), ("", false), (same, true), (before, false), (after, false),
            ("Sun Nov  6 08:49:37 1994", true),
        ] as [(String?, Bool)])
    func ifRange(value: String?, expected: Bool) {
        var fields: HTTPFields = [.range: "bytes=0-0"]
        fields[.ifRange] = value
        let conditions = HTTPPreconditions(method: .get, headerFields: fields)
        let strong = HTTPEntityTag(opaqueTag: "v1")
        #expect(conditions.allowsRange(entityTag: strong, modified: Self.modified) == expected)
    }

    @Test("If-Range compares neither with a weak tag nor with a date that may come again")
    func ifRangeWeak() {
        let tag = HTTPPreconditions(method: .get, headerFields: [.ifRange: "\"v1\""])
        #expect(!tag.allowsRange(entityTag: HTTPEntityTag(opaqueTag: "v1", isWeak: true), modified: nil))
        #expect(!tag.allowsRange(entityTag: nil, modified: Self.modified))
        let date = HTTPPreconditions(method: .get, headerFields: [.ifRange: Self.same])
        let second = Self.modified.seconds
        for (now, expected) in [(second, false), (second + 1, true), (second - 5, false)] {
            let now = Timestamp(seconds: now)
            #expect(date.allowsRange(entityTag: nil, modified: Self.modified, now: now) == expected)
        }
        #expect(!date.allowsRange(entityTag: nil, modified: nil))
    }
}
