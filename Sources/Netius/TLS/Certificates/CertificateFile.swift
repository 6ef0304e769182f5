/// A file with certificates or a key in it, as it was read.
struct CertificateFile {
    /// The most bytes that such a file may have: 1 MiB.
    static let maximumSize = 1 << 20

    let path: String
    /// What tells whether it has changed since.
    let status: File.Status
    let content: [UInt8]

    /// Reads the file, which waits for a disk.
    init(path: String) throws(TLSConfigurationError) {
        self.path = path
        do {
            let file = try File(path: path)
            status = file.status
            guard status.kind == .regular else { throw TLSConfigurationError("it is not a regular file") }
            content = try file.read(at: 0, upTo: Self.maximumSize + 1)
        } catch {
            let reason = (error as? SystemError)?.reason ?? "\(error)"
            throw TLSConfigurationError("\(path.onOneLine): \(reason)")
        }
        guard content.count <= Self.maximumSize else {
            throw TLSConfigurationError("\(path.onOneLine): it has more than \(Self.maximumSize) bytes")
        }
    }

    /// Runs `body` with the content; what it throws names the file.
    func reading<Result>(
        _ body: ([UInt8]) throws(TLSConfigurationError) -> Result
    ) throws(TLSConfigurationError) -> Result {
        do {
            return try body(content)
        } catch {
            throw error.of(path)
        }
    }
}

extension TLSConfigurationError {
    /// The same, of what is in a file.
    func of(_ path: String) -> TLSConfigurationError {
        TLSConfigurationError("\(path.onOneLine): \(description)")
    }
}
