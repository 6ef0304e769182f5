// A web server over TLS, with a certificate that it makes itself. Try it: curl --insecure https://127.0.0.1:8443/
import Netius
import NetiusHTTP

let identity = try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1"])
var configuration = HTTPServer.Configuration()
configuration.tls = try TLSServerContext(identity: identity)

let port = try Environment.process.port("PORT") ?? 8443
let server = HTTPServer(port: port, configuration: configuration) { request in
    let version = request.tls.map { "\($0.version)" } ?? "no TLS"
    return .ok("Hello over \(version)\n")
}
try await server.run { address in
    let fingerprint = identity.chain.first?.fingerprint ?? ""
    Log.current.notice("listening", metadata: ["address": "\(address)", "sha256": "\(fingerprint)"])
}
