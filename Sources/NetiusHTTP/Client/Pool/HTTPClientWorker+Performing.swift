internal import Netius
internal import Synchronization

extension HTTPClientWorker {
    /// Sends a request, and what its responses make necessary, until there is a response for the caller.
    func perform(_ original: HTTPClientRequest) async throws -> HTTPClientResponse {
        underWay.add(1, ordering: .relaxed)
        defer { underWay.subtract(1, ordering: .relaxed) }
        var request = original
        if configuration.observer != nil { request.number = Self.nextNumber() }
        let deadline = configuration.requestTimeout.map { loop.now + $0 } ?? .distantFuture
        var progress = HTTPClientProgress()
        while true {
            let route = HTTPClientRoute(to: request.url, configuration, needsHTTP1: request.needsHTTP1)
            let sent = prepared(request, route, progress)
            var response = try await exchange(sent, route, until: deadline)
            configuration.cookies?.setCookies(response.headerFields, from: request.url)
            if mayFollow(response.status), let next = try follow(response, to: request, route, &progress) {
                request = next
                continue
            }
            response.history = progress.history
            return response
        }
    }

    private static let numbers = Atomic<UInt64>(0)

    private static func nextNumber() -> UInt64 {
        numbers.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// The request as it is sent: with what the client adds of itself.
    private func prepared(
        _ request: HTTPClientRequest, _ route: HTTPClientRoute, _ progress: HTTPClientProgress
    ) -> HTTPClientRequest {
        var sent = request
        configuration.complete(&sent.fields, defaultFields)
        if let cookies = configuration.cookies, !request.fields.contains(.cookie),
            let value = cookies.fieldValue(for: request.url)
        {
            sent.fields.append(.cookie, value)
        }
        if !request.fields.contains(.authorization), let value = authorization(of: request) {
            sent.fields.append(.authorization, value)
        }
        // It is for nobody but a proxy.
        if !route.isToProxy { sent.fields.remove(.proxyAuthorization) }
        if route.isToProxy, let proxy = route.proxy, !request.fields.contains(.proxyAuthorization),
            let value = authorization(of: request, for: proxy)
        {
            sent.fields.append(.proxyAuthorization, value)
        }
        if progress.isExpectationRefused {
            sent.fields.remove(.expect)
        } else if configuration.asksFirst(request), !request.fields.contains(.expect) {
            sent.fields.append(.expect, "100-continue")
        }
        return sent
    }

    // MARK: Following

    private func mayFollow(_ status: HTTPResponse.Status) -> Bool {
        switch status.code {
        case 300...399, 401, 407, 417: true
        default: false
        }
    }

    /// What to ask for after a response that is none for the caller; nil if it is.
    private func follow(
        _ response: HTTPClientResponse, to request: HTTPClientRequest, _ route: HTTPClientRoute,
        _ progress: inout HTTPClientProgress
    ) throws -> HTTPClientRequest? {
        switch response.status.code {
        case 401:
            guard request.body.isReplayable, !request.fields.contains(.authorization),
                isChallengeMet(response.headerFields[values: .wwwAuthenticate], request.url.origin, progress.attempts)
            else { return nil }
            progress.attempts += 1
            return request
        case 407:
            guard route.isToProxy, let proxy = route.proxy, request.body.isReplayable,
                !request.fields.contains(.proxyAuthorization),
                isChallengeMet(
                    response.headerFields[values: .proxyAuthenticate], proxy.url.origin, progress.proxyAttempts)
            else { return nil }
            progress.proxyAttempts += 1
            return request
        case 417:
            guard !progress.isExpectationRefused, request.body.isReplayable,
                configuration.asksFirst(request) || request.expectsContinue
            else { return nil }
            progress.isExpectationRefused = true
            return request
        default:
            return try redirect(response, of: request, &progress)
        }
    }

    private func redirect(
        _ response: HTTPClientResponse, of request: HTTPClientRequest, _ progress: inout HTTPClientProgress
    ) throws -> HTTPClientRequest? {
        let from = HTTPRedirect(
            method: request.method, url: request.url, fields: request.fields, keepsBody: request.body.contentLength != 0
        )
        do throws(HTTPRedirectError) {
            guard
                let next = try configuration.redirects.redirect(
                    after: response.status, response.headerFields, to: from, isReplayable: request.body.isReplayable,
                    history: progress.history)
            else { return nil }
            var redirected = request
            redirected.method = next.method
            redirected.url = next.url
            redirected.fields = next.fields
            redirected.isForServer = false
            if !next.keepsBody { redirected.body = .none }
            progress.redirected(from: request.url)
            return redirected
        } catch {
            throw HTTPClientError(.redirectFailed, request.url, "\(error)")
        }
    }
}

/// How far a request has come on its way.
struct HTTPClientProgress {
    /// The URLs that were asked for before.
    private(set) var history: [HTTPURL] = []
    /// How often this URL's server has asked for credentials.
    var attempts = 0
    /// How often the proxy has.
    var proxyAttempts = 0
    /// The server does not do what Expect asks of it.
    var isExpectationRefused = false

    mutating func redirected(from url: HTTPURL) {
        history.append(url)
        attempts = 0
        isExpectationRefused = false
    }
}
