import Netius
import NetiusHTTP

/// The content of a request, as the options name it.
enum RequestContent: Sendable, Equatable {
    /// Where content comes from.
    enum Source: Sendable, Equatable {
        case text(String)
        case file(path: String)
        case standardInput
    }

    struct FormPart: Sendable, Equatable {
        let name: String
        let source: Source
    }

    case none
    case data(Source)
    case json(Source)
    case form([FormPart])

    var isEmpty: Bool { self == .none }

    /// Opens the files.
    func makeBody() throws -> (body: HTTPRequestBody, contentType: String?) {
        switch self {
        case .none: return (.none, nil)
        case .data(let source): return (try source.makeBody(), HTTPQuery.contentType)
        case .json(let source): return (try source.makeBody(), "application/json")
        case .form(let parts):
            var form = HTTPMultipartForm()
            for part in parts {
                switch part.source {
                case .text(let text): form.append(part.name, text)
                case .standardInput: form.append(part.name, try part.source.makeBody(), fileName: "-")
                case .file(let path):
                    let name = path.split(separator: "/").last.map(String.init) ?? path
                    form.append(part.name, try part.source.makeBody(), fileName: name)
                }
            }
            return (form.body, form.contentType)
        }
    }
}

extension RequestContent.Source {
    /// A text; after an `@` the path of a file, or `-` for standard input.
    init(_ text: String) {
        guard text.hasPrefix("@") else {
            self = .text(text)
            return
        }
        let path = String(text.dropFirst())
        self = path == "-" ? .standardInput : .file(path: path)
    }

    func makeBody() throws -> HTTPRequestBody {
        switch self {
        case .text(let text): return .text(text)
        case .file(let path):
            let file = try File(path: path)
            switch file.status.kind {
            case .regular: return .file(file)
            case .directory: throw ToolError("\(path.quoted) is a folder")
            // A pipe, of which nobody knows the length.
            case .other: return HTTPRequestBody(DescriptorInput(file: try OpenFile(path: path, to: .read)))
            }
        case .standardInput: return HTTPRequestBody(DescriptorInput(file: .standardInput))
        }
    }
}

extension ConfigurationFormat where Value == RequestContent.FormPart {
    /// `name=value` or `name=@file`.
    static let formPart = ConfigurationFormat(expected: "NAME=VALUE or NAME=@FILE") { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        return RequestContent.FormPart(name: parts[0], source: RequestContent.Source(parts[1]))
    }
}
