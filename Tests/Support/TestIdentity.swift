package import Netius

/// Who the servers of tests are, made once: to make keys takes longer than most tests.
package enum TestIdentity {
    package static let shared = Result {
        try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1", "example.test"])
    }

    package static let server = Result { try TLSServerContext(identity: try shared.get()) }

    /// Trusts that identity alone.
    package static let client = Result {
        var configuration = TLSClientConfiguration()
        configuration.trustRoots = .certificates(try shared.get().chain)
        return try TLSClientContext(configuration)
    }
}
