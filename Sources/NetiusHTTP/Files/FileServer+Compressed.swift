import Netius

extension FileServer {
    /// A file beside the one with the path that is a compressed form of it, if the request accepts that and it is not
    /// older.
    func compressed(
        _ file: File, at path: FilePath, for request: HTTPRequest
    ) async throws -> (File, FileCoding)? {
        var codings = FileCoding.allCases
        while let name = request.preferredContentCoding(among: codings.map(\.rawValue)),
            let coding = FileCoding(rawValue: name)
        {
            if case .opened(let other) = try await open(path.appending(suffix: coding.suffix)),
                other.status.kind == .regular, other.status.modified >= file.status.modified
            {
                return (other, coding)
            }
            codings.removeAll { $0 == coding }
        }
        return nil
    }
}
