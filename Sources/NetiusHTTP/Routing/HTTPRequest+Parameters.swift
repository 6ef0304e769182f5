internal import Netius

extension HTTPRequest {
    /// The pattern of the route that a router found for the request, such as `/users/{id}`: unlike the path one of a
    /// few, so that metrics and logs can be grouped by it. Nil where no route matched. What is around the router sees
    /// it too, once the request is answered.
    public var route: String? { context.withLock { $0.routing.route?.pattern } }

    /// What the path has where the route's pattern has names. Of a router within a handler of another, the inner one's.
    public var parameters: Parameters { Parameters(context: context) }

    /// The values of the named segments of a route's pattern. Valid until the request has ended.
    public struct Parameters: Sendable {
        let context: Guarded<HTTPRequestContext>

        /// The value of a parameter, percent-decoded; nil if the route has none of the name.
        ///
        /// It is not empty, unless it is a catch-all's; it may have slashes, which were sent as `%2F`, but is never a
        /// path with `.` or `..` in it. What is not UTF-8 becomes U+FFFD; ``bytes(of:)`` has it as it is.
        ///
        /// The value of a catch-all has its segments joined by slashes. It is nil where one of them has an encoded
        /// slash, which could not be told from the others: ``segments(of:)`` has them apart.
        public subscript(name: String) -> String? {
            bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
        }

        /// The octets of a value, percent-decoded, whether or not they are UTF-8; nil where the subscript is.
        public func bytes(of name: String) -> [UInt8]? {
            context.withLock { context in
                context.routing.withValue(of: name) { octets, isCatchAll in
                    if isCatchAll, octets.hasEscapedSlash { return nil }
                    return octets.percentDecoded(0..<octets.count)
                }
            }
        }

        /// The segments of a value, each percent-decoded: what a catch-all matched, or the one that another parameter
        /// did; nil if the route has none of the name.
        public func segments(of name: String) -> [String]? {
            context.withLock { context in
                context.routing.withValue(of: name) { octets, _ in
                    octets.segments.map { String(decoding: octets.percentDecoded($0) ?? [], as: UTF8.self) }
                }
            }
        }

        /// The value of a parameter that the handler cannot do without.
        ///
        /// - Parameters:
        ///   - name: The name in the pattern.
        ///   - type: What the value is to be read as, such as `Int.self`; text by default.
        /// - Returns: The value, never an empty one unless of a catch-all.
        /// - Throws: `HTTPError` with 404 where the value cannot be read so: the path names nothing that is there. An
        ///   error that is logged and answered with 500 where the route has no parameter of the name.
        public func require<Value: LosslessStringConvertible>(
            _ name: String, as type: Value.Type = String.self
        ) throws -> Value {
            let route = context.withLock { $0.routing.route }
            guard let route, route.parameterNames.contains(name) else {
                throw UnknownParameter(name: name, route: route?.pattern)
            }
            guard let text = self[name], let value = Value(text) else { throw HTTPError(.notFound) }
            return value
        }
    }
}

/// A handler asked for a parameter that its route does not have.
private struct UnknownParameter: Error, CustomStringConvertible {
    let name: String
    let route: String?

    var description: String {
        route.map { "the route \($0) has no parameter named \(name)" } ?? "no route was found, so none with \(name)"
    }
}

extension Span where Element == UInt8 {
    fileprivate var hasEscapedSlash: Bool {
        for index in indices where escapedOctet(at: index, before: count) == UInt8(ascii: "/") { return true }
        return false
    }

    /// The ranges between slashes.
    fileprivate var segments: [Range<Int>] {
        var segments: [Range<Int>] = []
        var start = 0
        for index in indices where self[index] == UInt8(ascii: "/") {
            segments.append(start..<index)
            start = index + 1
        }
        segments.append(start..<count)
        return segments
    }
}
