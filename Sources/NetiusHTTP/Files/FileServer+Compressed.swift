import Netius

extension FileServer {
    /// The file, or one beside it that is a compressed form of it, if the request accepts that and it is not older.
    func compressed(
        _ file: File, at path: FilePath, type: String, for request: HTTPRequest
    ) async throws -> FileRepresentation {
        for coding in acceptedCodings(request) {
            guard case .opened(let other) = try await open(path.appending(suffix: coding.suffix)),
                other.status.kind == .regular, other.status.modified >= file.status.modified
            else { continue }
            return FileRepresentation(other, type: type, coding: coding)
        }
        return FileRepresentation(file, type: type)
    }

    /// The codings that the request accepts and does not like less than none at all, the best first.
    private func acceptedCodings(_ request: HTTPRequest) -> [FileCoding] {
        guard let value = request.headerFields[.acceptEncoding] else { return [] }
        return []
    }
}
