/// The environment's settings of TLS that servers and clients have in common.
struct TLSVariables {
    let environment: Environment

    /// The certificate and its key, of `CER_FILE` and `KEY_FILE`, or `CER_DATA` and `KEY_DATA`; nil for none. A file
    /// may have both in it.
    func identity() throws(TLSConfigurationError) -> TLSIdentity? {
        let certificate = try source("CER")
        let key = try source("KEY")
        switch (certificate, key) {
        case (nil, nil): return nil
        case (nil, _): throw TLSConfigurationError("there is a key but no certificate: set CER_FILE or CER_DATA")
        case (.file(let path), nil): return try TLSIdentity(certificateFile: path, keyFile: path)
        case (.file(let path), .file(let key)): return try TLSIdentity(certificateFile: path, keyFile: key)
        case (.data(let text), nil): return try named("CER_DATA", text, text)
        case (.data(let text), .data(let key)): return try named("CER_DATA and KEY_DATA", text, key)
        case (.file, .data), (.data, .file):
            throw TLSConfigurationError("certificate and key come both from files, or both from variables")
        }
    }

    /// The certificates of `CA_FILE` or `CA_DATA`; nil for none.
    func authorities() throws(TLSConfigurationError) -> TLSTrustRoots? {
        switch try source("CA") {
        case nil: return nil
        case .file(let path): return .file(path)
        case .data(let text):
            do {
                return .certificates(try TLSCertificate.certificates(pem: text))
            } catch {
                throw TLSConfigurationError("CA_DATA: \(error)")
            }
        }
    }

    private enum Source {
        case file(String)
        case data(String)
    }

    private func source(_ name: String) throws(TLSConfigurationError) -> Source? {
        let file = environment.string("\(name)_FILE")
        // In a variable a text is often on one line, with "\n" where it has a line's end.
        let data = environment.string("\(name)_DATA")?.replacing(#"\n"#, with: "\n")
        guard file == nil || data == nil else {
            throw TLSConfigurationError("\(name)_FILE and \(name)_DATA are both set")
        }
        return file.map { .file($0) } ?? data.map { .data($0) }
    }

    private func named(
        _ variables: String, _ certificate: String, _ key: String
    ) throws(TLSConfigurationError) -> TLSIdentity {
        do {
            return try TLSIdentity(certificatePEM: certificate, keyPEM: key)
        } catch {
            throw TLSConfigurationError("\(variables): \(error)")
        }
    }
}
