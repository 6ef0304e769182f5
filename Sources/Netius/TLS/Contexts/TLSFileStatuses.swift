/// What the system knows of the files that a server's configuration was read from.
struct TLSFileStatuses: Sendable, Equatable {
    /// By path; nil where there is no file, or none that may be opened.
    private let statuses: [String: File.Status?]

    /// Asks the system, which may wait for a disk.
    init(of configuration: TLSServerConfiguration) {
        let identities = [configuration.identity].compactMap(\.self) + configuration.identities.values
        let roots: [String] =
            switch configuration.clientCertificates {
            case .none: []
            case .optional(let roots), .required(let roots): roots.files
            }
        let staples = [configuration.stapleFile].compactMap(\.self) + configuration.stapleFiles.values
        let paths = Set(identities.flatMap(\.files) + roots + staples)
        statuses = Dictionary(uniqueKeysWithValues: paths.map { path in (path, try? File(path: path).status) })
    }
}
