import Netius

extension FileServer {
    /// The file, or one beside it that is a compressed form of it, if the request accepts that and it is not older.
    func compressed(
        _ file: File, at path: FilePath, type: String, for request: HTTPRequest
    ) async throws -> FileRepresentation {
        var codings = FileCoding.allCases
        while let name = request.preferredContentCoding(among: codings.map(\.rawValue)),
            let coding = FileCoding(rawValue: name)
        {
            if case .opened(let other) = try await open(path.appending(suffix: coding.suffix)),
                other.status.kind == .regular, other.status.modified >= file.status.modified
            {
                return FileRepresentation(other, type: type, coding: coding)
            }
            codings.removeAll { $0 == coding }
        }
        return FileRepresentation(file, type: type)
    }
}
