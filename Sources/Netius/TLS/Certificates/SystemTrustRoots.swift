internal import COpenSSL

/// The trust roots of the system: one file, and folders of files that are named by the hashes of what is in them.
///
/// OpenSSL would look into the folders when it needs a root, in the middle of a handshake. They are read as a whole
/// instead, so that no loop waits for a disk.
struct SystemTrustRoots {
    /// The most files that are read of a folder: 10 000.
    static let maximumFiles = 10_000

    let file: String
    let folders: [String]

    /// Where OpenSSL looks, with the variables that it heeds.
    init(environment: Environment) {
        // All four are static.
        let fileVariable = unsafe String(cString: X509_get_default_cert_file_env())
        let folderVariable = unsafe String(cString: X509_get_default_cert_dir_env())
        file = unsafe environment.string(fileVariable) ?? String(cString: X509_get_default_cert_file())
        let folders = unsafe environment.string(folderVariable) ?? String(cString: X509_get_default_cert_dir())
        self.folders = folders.split(separator: ":").map(String.init)
    }

    /// Reads them. What cannot be read is passed over, as long as there is something.
    ///
    /// - Throws: `TLSConfigurationError` where there are none.
    func certificates() throws(TLSConfigurationError) -> [TLSCertificate] {
        var found = (try? TLSCertificate.certificates(file: file)) ?? []
        for folder in folders {
            for path in Self.files(in: folder) {
                found += (try? TLSCertificate.certificates(file: path)) ?? []
            }
        }
        guard !found.isEmpty else {
            let places = ([file] + folders).map(\.onOneLine).joined(separator: ", ")
            throw TLSConfigurationError("the system has no trust roots: there is no certificate in \(places)")
        }
        return found
    }

    private static func files(in path: String) -> [String] {
        guard let folder = try? Folder(path: path, links: .anywhere),
            case .opened(let file) = folder.open([0], waits: true),
            let found = try? folder.entries(of: file, at: [0], limit: maximumFiles, where: isHash)
        else { return [] }
        return found.entries.map { "\(path)/\(String(decoding: $0.name, as: UTF8.self))" }.sorted()
    }

    /// Whether it is eight hexadecimal digits, a dot and a number.
    private static func isHash(_ name: [UInt8]) -> Bool {
        name.count > 9 && name[8] == UInt8(ascii: ".")
            && [UInt8](hexadecimalText: name[..<8]) != nil
            && name[9...].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
