import Netius
import TestSupport

@testable import NetiusHTTP

/// What a router made of a request, as text.
struct Routed: Equatable, CustomStringConvertible {
    var status: Int
    /// `PATTERN name=value...` of the route that answered.
    var text: String
    var fields: HTTPFields

    var description: String { "\(status) \(text)" }
}

/// A handler that says which route it was called for, and with what.
@Sendable func describing(_ request: HTTPRequest) async throws -> HTTPResponse {
    let names = request.context.withLock { $0.routing.route?.parameterNames } ?? []
    let values = names.map { name in " \(name)=\(request.parameters[name] ?? "nil")" }
    return .ok((request.route ?? "none") + values.joined())
}

extension Router {
    /// Adds routes such as `GET /users/{id}` or `any /files/{path...}` that say who they are.
    mutating func add(_ routes: String...) {
        for route in routes {
            let words = route.split(separator: " ")
            if words[0] == "any" {
                any(String(words[1]), describing)
            } else {
                on(HTTPRequest.Method(String(words[0]))!, String(words[1]), describing)
            }
        }
    }

    /// Answers a request that was made here.
    func answer(_ path: String?, _ method: HTTPRequest.Method = .get) async throws -> Routed {
        try await NetiusHTTPTests.answer(
            handler, HTTPRequest(method: method, scheme: "http", authority: "h", path: path))
    }
}

func answer(_ handler: HTTPServer.Handler, _ request: HTTPRequest) async throws -> Routed {
    let response = try await handler(request)
    let body = try await response.body.collect(upTo: 1 << 21)
    return Routed(
        status: response.status.code, text: String(decoding: body, as: UTF8.self), fields: response.headerFields)
}

/// A request as it is when it has been received.
func received(_ head: String) throws -> HTTPRequest {
    var decoder = HTTP1RequestDecoder()
    let head = octets(head + "\r\n\r\n")
    let request = HTTPRequestHead()
    guard try decoder.decodeHead(head.span, into: request).isComplete else { throw TestFailure("an incomplete head") }
    return HTTPRequest(head: request)
}
