/// What a configuration comes to for a request and its response.
struct HTTPCORSPolicy: Sendable {
    /// Who may read a response.
    enum Permission: Equatable {
        case nobody
        case everybody
        case origin(String)
    }

    private let origins: HTTPCORS.Origins
    private let headers: HTTPCORS.Headers
    private let methods: String
    private let exposed: String?
    private let age: String?
    private let allowsCredentials: Bool
    /// Whether the answer depends on who asks.
    private let varies: Bool

    init(_ configuration: HTTPCORS) {
        origins = configuration.origins
        headers = configuration.headers
        methods = configuration.methods.map(\.rawValue).joined(separator: ", ")
        exposed = configuration.exposedHeaders.isEmpty ? nil : Self.list(configuration.exposedHeaders)
        age = configuration.maximumAge.map { "\(max($0.components.seconds, 0))" }
        if case .any = origins { varies = false } else { varies = true }
        allowsCredentials = configuration.allowsCredentials && varies
    }

    private static func list(_ names: [HTTPField.Name]) -> String {
        names.map(\.rawName).joined(separator: ", ")
    }

    /// Who may read the response to a request with these fields.
    func permission(for fields: HTTPFields) -> Permission {
        let isAllowed: (String) -> Bool
        switch origins {
        // Also where there is no Origin, so that a cache may give the response to everybody.
        case .any: return .everybody
        case .only(let allowed): isAllowed = allowed.contains
        case .matching(let matches): isAllowed = matches
        }
        guard let origin = fields[.origin], isAllowed(origin) else { return .nobody }
        return .origin(origin)
    }

    /// Says in a response who may read it.
    func apply(_ permission: Permission, to response: inout HTTPResponse) {
        guard !response.headerFields.contains(.accessControlAllowOrigin) else { return }
        guard addOrigin(permission, to: &response.headerFields), let exposed else { return }
        response.headerFields[.accessControlExposeHeaders] = exposed
    }

    /// The answer to a request by which a browser asks for permission; nil for any other request.
    func preflight(_ request: HTTPRequest, _ permission: Permission) -> HTTPResponse? {
        let asked = request.headerFields
        guard request.method == .options, asked.contains(.origin), asked.contains(.accessControlRequestMethod) else {
            return nil
        }
        var fields = HTTPFields()
        if case .requested = headers { fields.vary(on: .accessControlRequestHeaders) }
        guard addOrigin(permission, to: &fields) else { return HTTPResponse(status: .noContent, headerFields: fields) }
        fields[.accessControlAllowMethods] = methods
        switch headers {
        case .requested:
            if let names = asked[.accessControlRequestHeaders] { fields[.accessControlAllowHeaders] = names }
        case .only(let names):
            if !names.isEmpty { fields[.accessControlAllowHeaders] = Self.list(names) }
        }
        if let age { fields[.accessControlMaxAge] = age }
        return HTTPResponse(status: .noContent, headerFields: fields)
    }

    /// False if nobody may read it.
    private func addOrigin(_ permission: Permission, to fields: inout HTTPFields) -> Bool {
        if varies { fields.vary(on: .origin) }
        switch permission {
        case .nobody: return false
        case .everybody: fields[.accessControlAllowOrigin] = "*"
        case .origin(let origin): fields[.accessControlAllowOrigin] = origin
        }
        if allowsCredentials { fields[.accessControlAllowCredentials] = "true" }
        return true
    }
}
