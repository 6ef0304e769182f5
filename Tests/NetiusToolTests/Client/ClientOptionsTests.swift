import Netius
import Testing

@testable import NetiusHTTP
@testable import NetiusTool

@Suite("The options of the client commands") struct ClientOptionsTests {
    private func values(
        _ words: [String], _ variables: [String: String] = [:], for command: any Command.Type = GetCommand.self
    ) throws(UsageError) -> CommandValues {
        let parsed = try CommandLineParser.parse(words, for: command.description)
        return CommandValues(parsed: parsed, environment: Environment(variables))
    }

    private func get(_ words: [String], _ variables: [String: String] = [:]) throws(UsageError) -> Transfer {
        try GetCommand(values(words + ["http://h/"], variables)).transfer
    }

    private func error(_ words: [String], _ variables: [String: String] = [:]) -> String? {
        do throws(UsageError) {
            _ = try get(words, variables)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("The defaults are the documented ones")
    func defaults() throws {
        let transfer = try get([])
        #expect(transfer.request.method == .get && transfer.request.fields.isEmpty && transfer.request.content.isEmpty)
        #expect(transfer.output.destination == .standardOutput && transfer.output.showsProgress == nil)
        let output = transfer.output
        #expect(!output.includesHead && !output.failsOnStatus && !output.resumes && !output.isVerbose)
        let client = transfer.client
        #expect(!client.followsRedirects && client.decodesContent && client.credentials == nil)
        #expect(client.connectTimeout == .seconds(10) && client.maximumTime == nil && client.socketPath == nil)
        #expect(client.tls.variables.isEmpty)
        let configuration = try client.makeConfiguration(for: [transfer.url])
        #expect(configuration.tls == nil && configuration.redirects == .none && configuration.proxies.http == nil)
        #expect(configuration.userAgent == "netius/\(version)")
    }

    @Test("Every option is read")
    func everyOption() throws {
        let pin = String(repeating: "ab", count: 32)
        let transfer = try get([
            "-L", "-m", "2.5", "--connect-timeout", "3", "-u", "me:pass:word", "--no-compressed", "--unix", "/s",
            "--resolve", "H:80:192.0.2.1,[2001:db8::1]", "--resolve", "other:80:192.0.2.2", "-k", "--pin", pin,
            "--pin", "sha256:" + pin, "-o", "file", "-i", "-f", "--progress", "--timing", "-v", "-X", "PURGE",
            "-H", "A: 1", "-H", "B:2", "--proxy", "proxy:3128", "--noproxy", "x",
        ])
        let client = transfer.client
        #expect(client.followsRedirects && !client.decodesContent && client.socketPath == "/s")
        #expect(client.maximumTime == .milliseconds(2500) && client.connectTimeout == .seconds(3))
        #expect(client.credentials == .basic(user: "me", password: "pass:word"))
        #expect(client.tls.variables == ["SSL_VERIFY": "0", "SSL_FINGERPRINT": "\(pin);sha256:\(pin)"])
        #expect(client.proxies.https?.description == "http://proxy:3128/")
        let configuration = try client.makeConfiguration(for: [transfer.url])
        let addresses = ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }
        #expect(configuration.addresses["h:80"] == addresses && configuration.addresses["other:80"]?.count == 1)
        // Who has less time in all than the defaults leaves these as they are.
        #expect(configuration.readTimeout == .seconds(60))
        #expect(configuration.credentials[transfer.url.origin] == client.credentials)
        #expect(transfer.output.destination == .file(path: "file") && transfer.output.showsProgress == true)
        #expect(transfer.request.method.rawValue == "PURGE")
        #expect(transfer.request.fields.map { "\($0)" } == ["A: 1", "B: 2"])
    }

    @Test("The environment says whom to trust, unless an option does, and which proxy to use")
    func environment() throws {
        let variables = [
            "SSL_VERIFY": "0", "CA_FILE": "/ca", "CER_DATA": "c", "KEY_DATA": "k", "SSL_HOST": "n", "HTTP_PROXY": "p:1",
            "NO_PROXY": "x", "UNRELATED": "1",
        ]
        let client = try get([], variables).client
        #expect(
            client.tls.variables == [
                "SSL_VERIFY": "0", "CA_FILE": "/ca", "CER_DATA": "c", "KEY_DATA": "k", "SSL_HOST": "n",
            ])
        #expect(client.proxies.http?.description == "http://p:1/" && client.proxies.exceptions.description == "x")
        let other = try get(["--ca", "/own", "--cert", "/c", "--noproxy", "*"], variables).client
        #expect(
            other.tls.variables == [
                "SSL_VERIFY": "0", "CA_FILE": "/own", "CA_ROOT": "0", "CER_FILE": "/c", "SSL_HOST": "n",
            ])
        #expect(other.proxies.exceptions.description == "*")
    }

    @Test("Certificates are read where they may be needed, and time for all is time for each part")
    func needs() throws {
        let variables = ["CER_FILE": "/no/such/file"]
        let plain = try get(["-m", "300"], variables)
        let configuration = try plain.client.makeConfiguration(for: [plain.url])
        #expect(configuration.tls == nil && configuration.firstByteTimeout == .seconds(300))
        let secure = try HTTPURL(parsing: "https://h/")
        #expect(throws: TLSConfigurationError.self) { try plain.client.makeConfiguration(for: [secure]) }
        let following = try get(["-L"], variables)
        #expect(throws: TLSConfigurationError.self) { try following.client.makeConfiguration(for: [following.url]) }
    }

    @Test("Content makes a GET a POST, unless there is a method, and says what it is")
    func content() throws {
        func message(_ words: [String]) throws -> (HTTPRequest.Method, HTTPFields, String) {
            let request = try get(words).request
            let (fields, body) = try request.makeMessage()
            guard case .bytes(let bytes) = body.source else { return (request.method, fields, "?") }
            return (request.method, fields, String(decoding: bytes, as: UTF8.self))
        }
        let pairs = try message(["-d", "a=b", "-d", "c"])
        #expect(pairs.0 == .post && pairs.2 == "a=b&c")
        #expect(pairs.1[.contentType] == "application/x-www-form-urlencoded")
        let json = try message(["--json", "[1]", "-X", "PUT"])
        #expect(json.0 == .put && json.2 == "[1]" && json.1[.accept] == "application/json")
        #expect(json.1[.contentType] == "application/json")
        let own = try message(["-d", "x", "-H", "Content-Type: text/x"])
        #expect(own.1[values: .contentType] == ["text/x"])
        #expect(try message(["-d", ""]).0 == .post)
        #expect(RequestContent.Source("@-") == .standardInput && RequestContent.Source("@a b") == .file(path: "a b"))
        let form = try get(["-F", "a=b=c", "--form", "f=@x"]).request
        #expect(
            form.content
                == .form([.init(name: "a", source: .text("b=c")), .init(name: "f", source: .file(path: "x"))]))
    }

    @Test(
        "What cannot be understood is said in one line",
        arguments: [
            (["-H", "novalue"], "invalid value \"novalue\" for -H: expected a field: 'Name: value'"),
            (["-H", "A: b\r\nC: d"], "-H: expected a field"), (["-H", "a b: c"], "-H: expected a field"),
            (["-X", "GE T"], "-X: expected a method"), (["--pin", "12"], "--pin: expected 64 hexadecimal digits"),
            (["--resolve", "h:1"], "--resolve: expected HOST:PORT:ADDRESS"),
            (["--resolve", "h:99999:192.0.2.1"], "--resolve"), (["--resolve", "h:1:x"], "--resolve"),
            (["--proxy", "ftp://p"], "--proxy: expected the http or https URL of a proxy"),
            (["--noproxy", "a b/c d"], "--noproxy"), (["-F", "=x"], "-F: expected NAME=VALUE"),
            (["-F", "x"], "-F"), (["-d", "a", "--json", "b"], "--data and --json exclude each other"),
            (["-d", "a", "-d", "@b"], "--data is given more than once"), (["--digest"], "--user is missing"),
            (["-o", "a", "-O"], "--output and --remote-name exclude each other"),
            (["--resume"], "--output is missing"), (["--resume", "-o", "f", "-d", "x"], "--resume and POST exclude"),
            (["--resume", "-o", "f", "-i"], "--resume and --include"),
            (["-m", "soon"], "-m: expected a number of seconds"),
            (["--max-time", "1", "--max-time", "2"], "--max-time is given more than once"),
        ] as [([String], String)])
    func errors(words: [String], message: String) throws {
        let text = try #require(error(words))
        #expect(text.contains(message) && !text.contains("\n"), "\(text)")
    }

    @Test("So is a variable")
    func variables() {
        #expect(error([], ["SSL_VERIFY": "maybe"])?.contains("SSL_VERIFY") == true)
        #expect(error([], ["http_proxy": "ftp://u:secret@p"])?.contains("http_proxy") == true)
        #expect(error([], ["http_proxy": "ftp://u:secret@p"])?.contains("secret") == false)
    }

    @Test("fetch takes many URLs, raw a method and one")
    func arguments() throws {
        let fetch = try FetchCommand(
            values(["http://a/", "http://b/", "-n", "3", "-c", "2", "--out", "d"], for: FetchCommand.self))
        #expect(fetch.count == 3 && fetch.concurrency == 2 && fetch.folder == "d")
        #expect(throws: UsageError.self) { try FetchCommand(values(["nothing"], for: FetchCommand.self)) }
        #expect(throws: UsageError.self) { try FetchCommand(values([], for: FetchCommand.self)) }
        #expect(throws: UsageError.self) { try FetchCommand(values(["http://a", "-c", "0"], for: FetchCommand.self)) }
        let raw = try RawCommand(values(["PATCH", "http://a/", "-d", "x"], for: RawCommand.self))
        #expect(raw.method == .patch && raw.content == .text("x"))
        #expect(throws: UsageError.self) { try RawCommand(values(["http://a/"], for: RawCommand.self)) }
    }

    @Test("A list of URLs has one on a line, and those that are none are kept as such")
    func list() throws {
        let items = FetchList.items("http://a/\r\n\n  # no\n\thttp://b/ \nnone\nhttp://c/ d\n#")
        let urls = try ["http://a/", "http://b/"].map { FetchList.Item.url(try HTTPURL(parsing: $0)) }
        #expect(items.prefix(2) == urls[...])
        #expect(items.count == 4 && items[2] == .invalid("none", .missingScheme))
        let queue = FetchQueue(urls, count: 2)
        #expect((0..<5).map { _ in queue.next() } == [urls[0], urls[1], urls[0], urls[1], nil])
        #expect(FetchQueue([], count: 5).next() == nil)
    }

    @Test("A result is a line, and all of them a summary")
    func results() {
        let good = FetchResult(status: 200, bytes: 1536, time: .milliseconds(12), text: "http://a/")
        #expect(good.line == "200         1536      12.0 ms  http://a/\n" && !good.isFailure)
        let bad = FetchResult(status: nil, bytes: 0, time: .zero, text: "http://a/: no\nline")
        #expect(bad.line == "---            0       0.0 ms  http://a/: no\\nline\n" && bad.isFailure)
        let tally = FetchTally()
        for result in [good, good, bad, FetchResult(status: 404, bytes: 0, time: .zero, text: "")] { tally.add(result) }
        #expect(
            tally.summary(after: .milliseconds(500))
                == "4 requests, 2 failed, 3.0 KiB in 0.500 s, 6.0 KiB/s, 8.0 requests/s\n")
    }
}
