import Netius
import NetiusHTTP

/// What the client commands send: the options that make a request.
struct RequestOptions: Sendable {
    let method: HTTPRequest.Method
    /// The fields that were given.
    let fields: HTTPFields
    let content: RequestContent
}

extension RequestOptions {
    static let descriptions = contentless + [data, json, form]
    /// Those of a command whose requests have no content.
    static let contentless = [method, field]

    private static let method = OptionDescription(
        "method", aliases: ["request"], letter: "X", placeholder: "METHOD", help: "the method of the request")
    static let field = OptionDescription(
        "header", letter: "H", placeholder: "FIELD", isRepeatable: true, help: "a field of the request: 'Name: value'")
    private static let data = OptionDescription(
        "data", letter: "d", placeholder: "DATA", isRepeatable: true,
        help: "the content of the request, joined with &; @FILE is that of a file, @- what standard input has")
    private static let json = OptionDescription(
        "json", placeholder: "JSON", help: "JSON as the content of the request; @FILE and @- as above")
    private static let form = OptionDescription(
        "form", letter: "F", placeholder: "NAME=VALUE", isRepeatable: true,
        help: "a field of a form, sent as multipart/form-data; NAME=@FILE is a file")

    /// Reads the options.
    ///
    /// - Parameters:
    ///   - values: What was given.
    ///   - method: The method where none is given; with content that of GET is POST.
    /// - Throws: `UsageError` for values that are not understood, or exclude each other.
    init(_ values: CommandValues, method: HTTPRequest.Method) throws(UsageError) {
        content = try Self.content(values)
        let usual = method == .get && !content.isEmpty ? .post : method
        self.method = try values.value(of: Self.method, as: .method) ?? usual
        fields = HTTPFields(try values.values(of: Self.field, as: .field))
    }

    private static func content(_ values: CommandValues) throws(UsageError) -> RequestContent {
        let given = [data, json, form].filter(values.isOnCommandLine)
        if given.count > 1 { throw .conflictingOptions("--\(given[0].name)", "--\(given[1].name)") }
        if let text = try values.value(of: json, as: .text) { return .json(RequestContent.Source(text)) }
        let parts = try values.values(of: form, as: .formPart)
        if !parts.isEmpty { return .form(parts) }
        let texts = try values.values(of: data, as: .text)
        guard let first = texts.first else { return .none }
        guard texts.count > 1 else { return .data(RequestContent.Source(first)) }
        // What a file has is not known to be pairs.
        if texts.contains(where: { $0.hasPrefix("@") }) { throw .repeatedOption("--\(data.name)") }
        return .data(.text(texts.joined(separator: "&")))
    }

    /// The fields with those that the content needs, and the content, whose files are opened.
    func makeMessage() throws -> (fields: HTTPFields, body: HTTPRequestBody) {
        var fields = fields
        let (body, contentType) = try content.makeBody()
        if let contentType, !fields.contains(.contentType) { fields.append(.contentType, contentType) }
        if case .json = content, !fields.contains(.accept) { fields.append(.accept, "application/json") }
        return (fields, body)
    }
}
