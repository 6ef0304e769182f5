internal import COpenSSL

/// Whom a client wants to talk to: what it asks for, and what the server's certificate must be for (RFC 9525).
enum TLSPeerName: Hashable, CustomStringConvertible {
    case host(String)
    case address(IPAddress)

    /// Reads a host's name or an address.
    init(_ text: String) throws(TLSConfigurationError) {
        let name = TLSHostName.normalized(text)
        if let address = IPAddress(text) ?? IPAddress(name) {
            self = .address(address)
            return
        }
        if let problem = TLSHostName.problem(with: name) {
            throw TLSConfigurationError("server name \(text.quoted): \(problem)")
        }
        self = .host(name)
    }

    /// The name or address in its one form.
    var description: String {
        switch self {
        case .host(let name): name
        case .address(let address): address.description
        }
    }

    /// Makes a session ask for the name (RFC 6066 section 3: names only) and, if it `verifies`, insist on it: a
    /// certificate's alternative names alone count, and in them a star stands for the whole first label.
    func use(in ssl: OpaquePointer, verifies: Bool) -> Bool {
        switch self {
        case .host(let name):
            guard unsafe netius_ssl_set_server_name(ssl, name) == 1 else { return false }
            guard verifies else { return true }
            let flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
            unsafe SSL_set_hostflags(ssl, UInt32(flags))
            return unsafe SSL_set1_host(ssl, name) == 1
        case .address(let address):
            guard verifies else { return true }
            let octets = address.octets
            return unsafe octets.withUnsafeBufferPointer { octets in
                unsafe X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl), octets.baseAddress, octets.count) == 1
            }
        }
    }
}
