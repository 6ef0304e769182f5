import Netius
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: rules that need no connection")
struct HTTP2ClientRulesTests {
    private static func time(_ seconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: UInt64(seconds) * 1_000_000_000)
    }

    @Test("A silent server is asked once, and given up when it stays silent")
    func keepAlive() {
        var rules = HTTP2ClientKeepAlive(interval: .seconds(30), timeout: .seconds(15), now: Self.time(0))
        var due: [HTTP2ClientKeepAlive.Due] = []
        func look(_ seconds: Int, isBusy: Bool = true) {
            due.append(rules.look(at: Self.time(seconds), isBusy: isBusy))
        }
        #expect(rules.deadline == Self.time(30))
        look(29)
        rules.received(at: Self.time(29))
        look(30)
        #expect(rules.deadline == Self.time(59))
        look(59)
        #expect(rules.deadline == Self.time(74))
        look(73)
        rules.received(at: Self.time(73))
        look(74)
        look(103)
        look(118)
        #expect(due == [.nothing, .nothing, .ping, .nothing, .nothing, .ping, .giveUp])
    }

    @Test("A server is not asked about nothing, and has its time from when there is something")
    func keepAliveIdle() {
        var rules = HTTP2ClientKeepAlive(interval: .seconds(30), timeout: .seconds(15), now: Self.time(0))
        let idle = rules.look(at: Self.time(30), isBusy: false)
        #expect(idle == .nothing && rules.deadline == Self.time(60))
        rules.becameBusy(at: Self.time(59))
        let early = rules.look(at: Self.time(60), isBusy: true)
        #expect(early == .nothing && rules.deadline == Self.time(89))
    }

    @Test("Without an interval a server is asked when there is a reason, and once at a time")
    func keepAliveProbe() {
        var rules = HTTP2ClientKeepAlive(interval: nil, timeout: .seconds(15), now: Self.time(0))
        #expect(rules.deadline == .distantFuture)
        let answers = [rules.probe(at: Self.time(1)), rules.probe(at: Self.time(2))]
        #expect(answers == [true, false] && rules.deadline == Self.time(16))
        rules.received(at: Self.time(3))
        let again = rules.probe(at: Self.time(4))
        #expect(again && rules.deadline == Self.time(19))
        // What would be no pause at all is a short one.
        let never = HTTP2ClientKeepAlive(interval: .zero, timeout: .zero, now: Self.time(0))
        #expect(never.deadline > Self.time(0))
    }

    @Test("Refused requests are sent three times more, whatever their method, if their content allows it")
    func refusals() {
        var attempts = HTTP2ClientAttempts()
        let decisions = (0..<4).map { _ in
            attempts.decide(after: .refused, isIdempotent: false, isReplayable: true)
        }
        #expect(decisions == [.again, .again, .again, .fail])
        var other = HTTP2ClientAttempts()
        let once = other.decide(after: .refused, isIdempotent: true, isReplayable: false)
        #expect(once == .failUnrepeatable)
    }

    @Test("A request that was not answered is sent once more, if that does no harm; by HTTP/1.1 likewise")
    func others() {
        var attempts = HTTP2ClientAttempts()
        let unanswered = (0..<2).map { _ in
            attempts.decide(after: .unanswered, isIdempotent: true, isReplayable: true)
        }
        #expect(unanswered == [.again, .fail])
        for (isIdempotent, isReplayable) in [(false, true), (true, false)] {
            var attempts = HTTP2ClientAttempts()
            let decision = attempts.decide(
                after: .unanswered, isIdempotent: isIdempotent, isReplayable: isReplayable)
            #expect(decision == .failUnrepeatable)
        }
        let older = (0..<2).map { _ in
            attempts.decide(after: .needsHTTP1, isIdempotent: false, isReplayable: true)
        }
        #expect(older == [.againByHTTP1, .fail] && attempts.isByHTTP1)
    }

    @Test(
        "What is spoken is up to the policy, the scheme and the request",
        arguments: [
            (HTTP2Policy.automatic, "https://h/", false, HTTPClientRoute.Version.negotiated),
            (.automatic, "http://h/", false, .http1), (.automatic, "https://h/", true, .http1),
            (.priorKnowledge, "https://h/", false, .http2), (.priorKnowledge, "http://h/", false, .http2),
            (.priorKnowledge, "http://h/", true, .http1), (.never, "https://h/", false, .http1),
            (.never, "http://h/", false, .http1),
        ])
    func routes(policy: HTTP2Policy, url: String, needsHTTP1: Bool, version: HTTPClientRoute.Version) throws {
        var configuration = HTTPClient.Configuration()
        configuration.http2 = policy
        let url = try HTTPURL(parsing: url)
        let route = HTTPClientRoute(to: url, configuration, needsHTTP1: needsHTTP1)
        #expect(route.version == version && route.mayShare == (version != .http1))
        #expect(route.byHTTP1.version == .http1 && route.byHTTP1.origin == route.origin)
        configuration.proxies = HTTPProxyConfiguration(http: try HTTPProxy(parsing: "http://proxy:1"))
        guard url.scheme == .http else { return }
        // A proxy is spoken to in HTTP/1.
        #expect(HTTPClientRoute(to: url, configuration).version == .http1)
    }
}
