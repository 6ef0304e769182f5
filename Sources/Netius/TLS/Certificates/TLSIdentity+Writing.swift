extension TLSIdentity {
    /// Writes the chain and the key into a file each, as text (RFC 7468). This waits for a disk.
    ///
    /// The key is not encrypted; its file is for its owner alone to read.
    ///
    /// - Parameters:
    ///   - certificateFile: Where the chain goes.
    ///   - keyFile: Where the key goes.
    ///   - replaces: Whether to take the place of files that exist, each in one step.
    /// - Throws: `TLSConfigurationError`, which names the file.
    public func write(
        certificateFile: String, keyFile: String, replacing replaces: Bool = false
    ) throws(TLSConfigurationError) {
        guard certificateFile != keyFile else {
            throw TLSConfigurationError("\(keyFile.onOneLine): the certificate and the key need a file each")
        }
        let key = try WrittenFile(keyFile, Array(privateKey.pem.utf8), replacing: replaces, isPrivate: true)
        let chain = try WrittenFile(certificateFile, Array(certificatePEM.utf8), replacing: replaces, isPrivate: false)
        try key.keep()
        try chain.keep()
    }
}

/// A file that is written, and is removed again unless it is kept.
private struct WrittenFile {
    let path: String
    let file: NewFile
    let replaces: Bool

    init(
        _ path: String, _ content: [UInt8], replacing replaces: Bool, isPrivate: Bool
    ) throws(TLSConfigurationError) {
        self.path = path
        self.replaces = replaces
        // Beside what it is to replace: in the same file system.
        let written = replaces ? "\(path).\(UInt64.random(in: 0 ... .max))" : path
        do {
            file = try NewFile(path: written, isPrivate: isPrivate)
            try file.write(content)
        } catch {
            throw Self.error(error, path)
        }
    }

    func keep() throws(TLSConfigurationError) {
        guard replaces else { return file.keep() }
        do {
            try file.keep(as: path)
        } catch {
            throw Self.error(error, path)
        }
    }

    private static func error(_ error: any Error, _ path: String) -> TLSConfigurationError {
        TLSConfigurationError((error as? SystemError)?.reason ?? "\(error)").of(path)
    }
}
