import Testing

@testable import Netius

/// Against independent programs, over sockets.
@Suite("TLS with other programs")
struct TLSPeerTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    /// Runs `body` with the port of a server that answers each line with what it knows of the connection.
    private func withServer(
        _ context: TLSServerContext, _ body: @escaping @Sendable (UInt16) async throws -> Void
    ) async throws {
        try await withLoop { loop in
            let listener = try await Listener.bind(.ip(.v4(.loopback), port: 0), on: loop)
            let port = try #require(listener.address.port)
            let serving = loop.start {
                while let connection = try await listener.accept() {
                    connection.handle { connection in
                        try await connection.startTLS(context)
                        let tls = await connection.tls
                        _ = try await connection.read()
                        let resumed = tls?.isResumed == true ? "resumed" : "new"
                        let peer = tls?.peerCertificates.first?.subject ?? "nobody"
                        try await connection.write(
                            "\(tls?.version.description ?? "?") \(tls?.serverName ?? "-") "
                                + "\(tls?.applicationProtocol ?? "-") \(resumed) \(peer)\n")
                    }
                }
            }
            defer { serving.cancel() }
            try await body(port)
            await listener.close()
        }
    }

    @Test("Python's client is served by name, speaks what it offers, and resumes its session")
    func pythonClient() async throws {
        try await withTemporaryDirectory { directory in
            let authority = "\(directory)/authority.pem"
            try TestFile.write(identities.authority.certificate.pem, to: authority)
            let client = try identities.identity("client", purposes: [.client])
            try TestFile.write(client.certificatePEM + client.privateKey.pem, to: "\(directory)/client.pem")
            let context = try identities.server { configuration in
                configuration.applicationProtocols = ["h2", "http/1.1"]
                configuration.clientCertificates = .optional(identities.roots)
                configuration.identities = ["*.example.org": try identities.identity("*.example.org")]
            }
            try await withServer(context) { port in
                let script = """
                    import ssl, socket, sys
                    port, authority, own = sys.stdin.read().split("\\n")[:3]
                    def ask(name, version, protocols, certificate):
                        context = ssl.create_default_context(cafile=authority)
                        context.maximum_version = version
                        if protocols: context.set_alpn_protocols(protocols)
                        if certificate: context.load_cert_chain(own)
                        return context, talk(context, name)
                    def talk(context, name, session=None):
                        with socket.create_connection(("127.0.0.1", int(port))) as plain:
                            with context.wrap_socket(plain, server_hostname=name, session=session) as tls:
                                tls.sendall(b"?")
                                print(tls.recv(1000).decode().strip())
                                return tls.session
                    ask("www.example.com", ssl.TLSVersion.TLSv1_3, ["http/1.1"], False)
                    ask("www.example.com", ssl.TLSVersion.TLSv1_2, ["http/1.1", "h2"], False)
                    ask("a.example.org", ssl.TLSVersion.TLSv1_3, [], True)
                    ask("127.0.0.1", ssl.TLSVersion.TLSv1_3, [], False)
                    context, session = ask("localhost", ssl.TLSVersion.TLSv1_2, [], True)
                    talk(context, "localhost", session)
                    context, session = ask("localhost", ssl.TLSVersion.TLSv1_3, [], True)
                    talk(context, "localhost", session)
                    try:
                        ask("www.example.com", ssl.TLSVersion.TLSv1_3, ["spdy/3"], False)
                    except ssl.SSLError as error:
                        print("refused")
                    try:
                        ask("a.b.example.org", ssl.TLSVersion.TLSv1_3, [], False)
                    except ssl.SSLCertVerificationError as error:
                        print(error.verify_code)
                    """
                let input = ["\(port)", authority, "\(directory)/client.pem"]
                guard let lines = try await Python.lines(script, input: input) else { return }
                #expect(
                    lines == [
                        "TLS 1.3 www.example.com http/1.1 new nobody", "TLS 1.2 www.example.com h2 new nobody",
                        "TLS 1.3 a.example.org - new CN=client", "TLS 1.3 - - new nobody",
                        "TLS 1.2 localhost - new CN=client", "TLS 1.2 localhost - resumed CN=client",
                        "TLS 1.3 localhost - new CN=client", "TLS 1.3 localhost - resumed CN=client",
                        "refused", "62",
                    ])
            }
        }
    }

    @Test("OpenSSL's client finds the versions, the group and the ciphers that it should, and no renegotiation")
    func opensslClient() async throws {
        try await withServer(identities.server()) { port in
            let script = """
                import shutil, subprocess, sys
                port = sys.stdin.read().strip()
                if not shutil.which("openssl"):
                    print("missing")
                    sys.exit()
                def ask(*options):
                    command = ["openssl", "s_client", "-connect", "127.0.0.1:" + port, *options]
                    run = subprocess.run(command, input=b"?", capture_output=True, timeout=60)
                    return run.stdout.decode(errors="replace") + run.stderr.decode(errors="replace")
                text = ask("-tls1_3")
                print("Server Temp Key: X25519" in text, "New, TLSv1.3" in text)
                text = ask("-tls1_2")
                print("New, TLSv1.2, Cipher is ECDHE" in text, "Secure Renegotiation IS supported" in text)
                print("Compression: NONE" in text, "Extended master secret: yes" in text)
                for options in [["-tls1_1"], ["-tls1"], ["-tls1_2", "-cipher", "AES128-SHA"],
                                ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], ["-tls1_2", "-cipher", "DHE"]]:
                    print("Cipher is (NONE)" in ask(*options, "-servername", "localhost"))
                """
            guard let lines = try await Python.lines(script, input: ["\(port)"]), lines != ["missing"] else { return }
            #expect(lines[..<3] == ["True True", "True True", "True True"])
            #expect(lines[3...].allSatisfy { $0 == "True" })
        }
    }

    @Test("Python's server is verified, pinned and resumed")
    func pythonServer() async throws {
        try await withTemporaryDirectory { directory in
            let identity = try identities.identity("www.example.com")
            try TestFile.write(identity.certificatePEM + identity.privateKey.pem, to: "\(directory)/server.pem")
            let script = """
                import ssl, socket, sys, os
                own, portFile = sys.stdin.read().split("\\n")[:2]
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(own)
                context.set_alpn_protocols(["http/1.1"])
                listener = socket.create_server(("127.0.0.1", 0))
                with open(portFile + ".new", "w") as file: file.write(str(listener.getsockname()[1]))
                os.rename(portFile + ".new", portFile)
                for number in range(5):
                    plain, _ = listener.accept()
                    try:
                        with context.wrap_socket(plain, server_side=True) as tls:
                            data = tls.recv(100)
                            tls.sendall(data)
                            print(data.decode(), tls.version(), tls.selected_alpn_protocol(), tls.session_reused)
                            tls.unwrap()
                    except (ssl.SSLError, OSError) as error:
                        print("failed")
                """
            let portFile = "\(directory)/port"
            async let output = Python.lines(script, input: ["\(directory)/server.pem", portFile])
            guard Python.isInstalled else {
                _ = try await output
                return
            }
            try await withLoop { loop in
                try await eventually { TestFile.text(at: portFile) != nil }
                let port = try #require(TestFile.text(at: portFile).flatMap { UInt16($0) })
                @Sendable func ask(
                    _ context: TLSClientContext, name: String = "www.example.com"
                ) async throws -> TLSInformation? {
                    let connection = try await Connection.connect(to: .ip(.v4(.loopback), port: port), on: loop)
                    try await connection.startTLS(context, serverName: name, applicationProtocols: ["http/1.1"])
                    try await connection.write("hello")
                    #expect(try await connection.read(atLeast: 5) == Array("hello".utf8))
                    let information = await connection.tls
                    await connection.close()
                    return information
                }
                let client = try identities.client()
                let first = try await ask(client)
                #expect(first?.isResumed == false)
                #expect(first?.applicationProtocol == "http/1.1")
                #expect(first?.peerCertificates == identity.chain)
                #expect(try await ask(client)?.isResumed == true)
                let pinned = try identities.client { configuration in
                    configuration.verifiesPeer = false
                    configuration.pins = [TLSPin(.publicKey, of: identity.certificate)]
                }
                #expect(try await ask(pinned, name: "127.0.0.1")?.isResumed == false)
                await #expect(throws: TLSError.wrongHost("example.org")) {
                    _ = try await ask(client, name: "example.org")
                }
                let system = try TLSClientContext()
                await #expect(throws: TLSError.unknownAuthority) { _ = try await ask(system) }
            }
            let lines = try #require(try await output)
            #expect(
                lines == [
                    "hello TLSv1.3 http/1.1 False", "hello TLSv1.3 http/1.1 True", "hello TLSv1.3 http/1.1 False",
                    "failed", "failed",
                ])
        }
    }

    @Test("Certificates are reloaded under connections, which go on")
    func reload() async throws {
        try await withTemporaryDirectory { directory in
            let (certificate, key) = ("\(directory)/server.crt", "\(directory)/server.key")
            let first = try identities.identity("www.example.com", commonName: "first")
            try first.write(certificateFile: certificate, keyFile: key)
            let context = try TLSServerContext(identity: TLSIdentity(certificateFile: certificate, keyFile: key))
            try await withServer(context) { port in
                try await withLoop { loop in
                    let client = try identities.client { $0.maximumResumableServers = 0 }
                    @Sendable func connect() async throws -> (Connection, String?) {
                        let connection = try await Connection.connect(to: .ip(.v4(.loopback), port: port), on: loop)
                        try await connection.startTLS(client, serverName: "www.example.com")
                        return (connection, await connection.tls?.peerCertificates.first?.subject)
                    }
                    let (old, oldSubject) = try await connect()
                    #expect(oldSubject == "CN=first")
                    let second = try identities.identity("www.example.com", commonName: "second")
                    try second.write(certificateFile: certificate, keyFile: key, replacing: true)
                    try context.reload()
                    let (new, newSubject) = try await connect()
                    #expect(newSubject == "CN=second")
                    for connection in [old, new] {
                        try await connection.write("?")
                        let answer = String(decoding: try await connection.read(atLeast: 1), as: UTF8.self)
                        #expect(answer == "TLS 1.3 www.example.com - new nobody\n")
                        await connection.close()
                    }
                }
            }
        }
    }
}
