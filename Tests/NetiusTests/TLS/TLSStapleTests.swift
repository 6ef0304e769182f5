import COpenSSL
import Testing

@testable import Netius

@Suite("OCSP responses that are sent with a certificate")
struct TLSStapleTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    /// An authority's word that a certificate is good.
    private func response(for identity: TLSIdentity, validFor seconds: Int64?, status: Int32 = 0) throws -> [UInt8] {
        let basic = OCSP_BASICRESP_new()
        defer { OCSP_BASICRESP_free(basic) }
        let authority = identities.authority
        let number = OCSP_cert_to_id(
            nil, identity.certificate.object.pointer, authority.certificate.object.pointer)
        defer { OCSP_CERTID_free(number) }
        let now = ASN1_TIME_set(nil, time_t(Timestamp.now.seconds))
        let next = seconds.flatMap { ASN1_TIME_set(nil, time_t(Timestamp.now.seconds + $0)) }
        defer {
            ASN1_TIME_free(now)
            ASN1_TIME_free(next)
        }
        try #require(OCSP_basic_add1_status(basic, number, V_OCSP_CERTSTATUS_GOOD, 0, nil, now, next) != nil)
        try #require(
            OCSP_basic_sign(
                basic, authority.certificate.object.pointer, authority.privateKey.object.pointer, EVP_sha256(), nil, 0)
                == 1)
        let response = OCSP_response_create(status, basic)
        defer { OCSP_RESPONSE_free(response) }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_OCSP_RESPONSE(response, &bytes)
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// What a client that asks for it gets.
    private func staple(_ server: TLSServerContext, name: String = "www.example.com") throws -> [UInt8] {
        let handshake = try MemoryHandshake(server, identities.client(), name: name) { ssl in
            SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, Int(TLSEXT_STATUSTYPE_ocsp), nil)
        }
        _ = try handshake.run().seen
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = withUnsafeMutablePointer(to: &bytes) {
            SSL_ctrl(handshake.client.ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, $0)
        }
        return count > 0 ? Array(UnsafeBufferPointer(start: bytes, count: count)) : []
    }

    @Test("A client that asks gets the response of the certificate that it is shown, from the files of the last reload")
    func sent() async throws {
        try await withTemporaryDirectory { directory in
            let identity = try identities.identity("www.example.com")
            let other = try identities.identity("a.example.com")
            let (first, second) = (
                try response(for: identity, validFor: 3600), try response(for: other, validFor: nil)
            )
            try TestFile.write(first, to: "\(directory)/first")
            try TestFile.write(second, to: "\(directory)/second")
            let server = try identities.server { configuration in
                configuration.identity = identity
                configuration.identities = ["a.example.com": other]
                configuration.stapleFile = "\(directory)/first"
                configuration.stapleFiles = ["a.example.com": "\(directory)/second"]
            }
            #expect(try staple(server) == first)
            #expect(try staple(server, name: "a.example.com") == second)
            let renewed = try response(for: identity, validFor: 7200)
            try TestFile.write(renewed, to: "\(directory)/first")
            #expect(try staple(server) == first)
            try server.reload()
            #expect(try staple(server) == renewed)
        }
    }

    @Test("A client that does not ask gets none, and one that asks a server without any")
    func none() throws {
        #expect(try staple(identities.server()) == [])
    }

    @Test("What is out of date is not sent")
    func old() async throws {
        try await withTemporaryDirectory { directory in
            let identity = try identities.identity("www.example.com")
            try TestFile.write(try response(for: identity, validFor: -60), to: "\(directory)/old")
            let server = try identities.server { configuration in
                configuration.identity = identity
                configuration.stapleFile = "\(directory)/old"
            }
            #expect(try staple(server) == [])
        }
    }

    @Test("What is no successful response is refused, and so is one that is cut anywhere")
    func refused() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/staple"
            let good = try response(for: identities.identity("www.example.com"), validFor: 3600)
            try TestFile.write(good, to: path)
            #expect(try TLSStaple(file: path).bytes == good)
            for count in good.indices {
                try TestFile.write(Array(good[..<count]), to: path)
                #expect(throws: TLSConfigurationError.self, "\(count)") { try TLSStaple(file: path) }
            }
            let bad = try response(for: identities.identity("www.example.com"), validFor: 3600, status: 6)
            for bytes in [bad, good + [0], [UInt8](repeating: 0x30, count: 65 * 1024)] {
                try TestFile.write(bytes, to: path)
                let error = #expect(throws: TLSConfigurationError.self) { try TLSStaple(file: path) }
                #expect(error?.description.hasPrefix("\(path): ") == true)
            }
            #expect(throws: TLSConfigurationError.self) { try TLSStaple(file: "\(directory)/nowhere") }
        }
    }
}
