import Netius
import NetiusHTTP

/// How the client commands connect, whom they trust and what they follow: the options that all of them have.
struct ClientOptions: Sendable {
    /// Whom to trust, and what to show.
    let tls: TLS
    /// Which requests go by way of a proxy.
    let proxies: HTTPProxyConfiguration
    /// Addresses that are not looked up.
    let addresses: [NamedAddress]
    /// The Unix domain socket to connect to, whatever the URL says; nil for none.
    let socketPath: String?
    /// How long a request may take in all; nil for any time.
    let maximumTime: Duration?
    let connectTimeout: Duration
    let followsRedirects: Bool
    /// Who the user is; nil for nobody in particular.
    let credentials: HTTPCredentials?
    /// Whether content that the server compresses is asked for and decoded.
    let decodesContent: Bool
    /// When HTTP/2 is spoken.
    let http2: HTTP2Policy
}

extension ClientOptions {
    static let descriptions = [follow, user, digest, compressed, proxy, proxyExceptions] + versions + connecting
    /// Those of a command that sends what it is told, to whom it is told.
    static let connecting = [
        maximumTime, connectTimeout, resolve, unix, insecure, authority, certificate, key, pin,
    ]

    private static let follow = OptionDescription(
        flag: "follow", aliases: ["location"], letter: "L", isNegatable: true, help: "follow redirects, at most 10")
    private static let maximumTime = OptionDescription(
        "max-time", letter: "m", placeholder: "SECONDS", default: "0",
        help: "how long a request may take in all; 0 is any time")
    private static let connectTimeout = OptionDescription(
        "connect-timeout", placeholder: "SECONDS", default: "10", help: "how long connecting may take")
    private static let user = OptionDescription(
        "user", letter: "u", placeholder: "USER:PASSWORD", help: "who asks")
    private static let digest = OptionDescription(
        flag: "digest", help: "send a digest of the password (RFC 7616), not the password itself")
    private static let compressed = OptionDescription(
        flag: "compressed", isNegatable: true, default: "on", help: "ask for compressed content, and decode it")
    private static let proxy = OptionDescription(
        "proxy", letter: "x", placeholder: "URL", help: "the proxy for all requests (default: as HTTP_PROXY says)")
    private static let proxyExceptions = OptionDescription(
        "noproxy", placeholder: "HOSTS", help: "the hosts that are asked without a proxy; * is all of them")
    private static let resolve = OptionDescription(
        "resolve", placeholder: "HOST:PORT:ADDRESS", isRepeatable: true, help: "the address of a host")
    private static let unix = OptionDescription(
        "unix", aliases: ["unix-socket"], placeholder: "PATH", help: "connect to a Unix socket, whatever the URL says")

    /// Reads the options.
    init(_ values: CommandValues) throws(UsageError) {
        tls = try TLS(values)
        proxies = try Self.proxies(values)
        addresses = try values.values(of: Self.resolve, as: .namedAddress)
        socketPath = try values.value(of: Self.unix, as: .string)
        let maximumTime = try values.required(Self.maximumTime, as: .duration())
        self.maximumTime = maximumTime == .zero ? nil : maximumTime
        connectTimeout = try values.required(Self.connectTimeout, as: .duration())
        followsRedirects = try values.required(Self.follow, as: .boolean)
        decodesContent = try values.required(Self.compressed, as: .boolean)
        http2 = try Self.http2(values)
        let usesDigest = try values.required(Self.digest, as: .boolean)
        let user = try values.value(of: Self.user, as: .text)
        credentials = user.map { Self.credentials($0, usesDigest: usesDigest) }
        if usesDigest, user == nil { throw .missingArgument("--\(Self.user.name)") }
    }

    private static func credentials(_ text: String, usesDigest: Bool) -> HTTPCredentials {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (user, password) = (parts[0], parts.count == 2 ? parts[1] : "")
        return usesDigest ? .digest(user: user, password: password) : .basic(user: user, password: password)
    }

    private static func proxies(_ values: CommandValues) throws(UsageError) -> HTTPProxyConfiguration {
        let exceptions = try values.value(of: proxyExceptions, as: .proxyExceptions)
        if let proxy = try values.value(of: proxy, as: .proxy) {
            return HTTPProxyConfiguration(http: proxy, https: proxy, exceptions: exceptions ?? HTTPProxyExceptions())
        }
        do throws(ConfigurationError) {
            var proxies = try HTTPProxyConfiguration(environment: values.environment)
            if let exceptions { proxies.exceptions = exceptions }
            return proxies
        } catch {
            throw .invalidValue(error)
        }
    }

    /// The addresses that the options have for the host of a URL.
    func addresses(of url: HTTPURL) -> [IPAddress] {
        addresses.filter { $0.host == url.host && $0.port == url.port }.flatMap(\.addresses)
    }

    /// The configuration of a client for these URLs. This reads certificates, where they may be needed.
    func makeConfiguration(for urls: [HTTPURL]) throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        if followsRedirects || urls.contains(where: { $0.scheme == .https }) || proxies.usesTLS {
            configuration.tls = try tls.makeContext()
        }
        configuration.proxies = proxies
        configuration.http2 = http2
        configuration.socketPath = socketPath
        configuration.requestTimeout = maximumTime
        configuration.connectTimeout = connectTimeout
        configuration.tlsTimeout = connectTimeout
        if let maximumTime {
            // Who has so much time in all may take it for any part.
            configuration.writeTimeout = max(configuration.writeTimeout, maximumTime)
            configuration.firstByteTimeout = max(configuration.firstByteTimeout, maximumTime)
            configuration.readTimeout = max(configuration.readTimeout, maximumTime)
        }
        configuration.redirects = followsRedirects ? .follow() : .none
        configuration.decodesContent = decodesContent
        configuration.userAgent = "netius/\(version)"
        if let credentials {
            for url in urls { configuration.credentials[url.origin] = credentials }
        }
        for named in addresses {
            configuration.addresses["\(named.host):\(named.port)", default: []] += named.addresses
        }
        return configuration
    }
}

extension HTTPProxyConfiguration {
    /// Whether the connection to a proxy is encrypted.
    fileprivate var usesTLS: Bool { [http, https].contains { $0?.url.scheme == .https } }
}
