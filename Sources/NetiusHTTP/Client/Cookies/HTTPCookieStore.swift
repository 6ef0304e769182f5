internal import Netius

/// The cookies of a jar (draft-ietf-httpbis-rfc6265bis §5.7, §5.8). It knows no clock: each call says what time it is.
struct HTTPCookieStore {
    private struct Kept {
        var cookie: HTTPCookieJar.Cookie
        /// By these the cookies were first set, and sent last.
        var created: UInt64
        var used: UInt64
    }

    let limits: HTTPCookieJar.Limits
    let isPublicSuffix: @Sendable (String) -> Bool
    /// By their domains; no array is empty.
    private var domains: [String: [Kept]] = [:]
    private(set) var count = 0
    private var clock: UInt64 = 0

    init(limits: HTTPCookieJar.Limits, isPublicSuffix: @escaping @Sendable (String) -> Bool) {
        self.limits = limits
        self.isPublicSuffix = isPublicSuffix
    }

    func cookies(at now: Timestamp) -> [HTTPCookieJar.Cookie] {
        domains.values.joined().filter { !$0.cookie.hasExpired(at: now) }
            .sorted { $0.created < $1.created }.map(\.cookie)
    }

    // MARK: what is sent

    mutating func fieldValue(for origin: HTTPCookieOrigin, at now: Timestamp) -> String? {
        var found: [Kept] = []
        for domain in origin.domains {
            // The key is made only where there can be something.
            guard !domains.isEmpty, var kept = domains[String(domain)] else { continue }
            for index in kept.indices where Self.isSent(kept[index].cookie, to: origin, at: now) {
                clock += 1
                kept[index].used = clock
                found.append(kept[index])
            }
            domains[String(domain)] = kept
        }
        guard !found.isEmpty else { return nil }
        found.sort {
            ($1.cookie.path.utf8.count, $0.created) < ($0.cookie.path.utf8.count, $1.created)
        }
        return found.map(\.cookie.pair).joined(separator: "; ")
    }

    private static func isSent(
        _ cookie: HTTPCookieJar.Cookie, to origin: HTTPCookieOrigin, at now: Timestamp
    ) -> Bool {
        // The domain of the cookie is that of the origin, or one above it.
        let isOfDomain = !cookie.isHostOnly || cookie.domain.utf8.count == origin.domain.utf8.count
        return isOfDomain && (!cookie.isSecure || origin.isSecure) && !cookie.hasExpired(at: now)
            && HTTPCookieOrigin.path(origin.path, matches: cookie.path)
    }

    // MARK: what is kept

    /// Keeps what a Set-Cookie field says; whether it does.
    @discardableResult
    mutating func insert(_ field: String, from origin: HTTPCookieOrigin, at now: Timestamp) -> Bool {
        guard let said = HTTPSetCookie(field, maximumLength: limits.octets),
            let cookie = cookie(said, from: origin, at: now)
        else { return false }
        return insert(cookie, at: now)
    }

    /// Keeps the cookie; whether it does, as it does not where it has expired.
    @discardableResult
    mutating func insert(_ cookie: HTTPCookieJar.Cookie, at now: Timestamp) -> Bool {
        var kept = domains[cookie.domain] ?? []
        clock += 1
        var created = clock
        if let index = kept.firstIndex(where: { $0.cookie.hasSameKey(as: cookie) }) {
            created = kept.remove(at: index).created
            count -= 1
        }
        let isKept = !cookie.hasExpired(at: now) && limits.cookiesPerDomain > 0 && limits.cookies > 0
        if isKept {
            if kept.count >= limits.cookiesPerDomain { makeRoom(in: &kept, at: now) }
            kept.append(Kept(cookie: cookie, created: created, used: clock))
            count += 1
        }
        domains[cookie.domain] = kept.isEmpty ? nil : kept
        if count > limits.cookies { makeRoom(at: now) }
        return isKept
    }

    mutating func removeAll(where shouldRemove: (HTTPCookieJar.Cookie) -> Bool) {
        domains = domains.compactMapValues { kept in
            let rest = kept.filter { !shouldRemove($0.cookie) }
            return rest.isEmpty ? nil : rest
        }
        count = domains.values.reduce(0) { $0 + $1.count }
    }

    /// What of the cookies of a domain is to go for one more: what has expired, or else the one that was not sent for
    /// longest, if there is one of those that are not secure.
    private mutating func makeRoom(in kept: inout [Kept], at now: Timestamp) {
        let before = kept.count
        kept.removeAll { $0.cookie.hasExpired(at: now) }
        while kept.count >= limits.cookiesPerDomain,
            let index = kept.indices.min(by: {
                (kept[$0].cookie.isSecure ? 1 : 0, kept[$0].used) < (kept[$1].cookie.isSecure ? 1 : 0, kept[$1].used)
            })
        {
            kept.remove(at: index)
        }
        count -= before - kept.count
    }

    /// A tenth at a time, so that one who sets many makes little work.
    private mutating func makeRoom(at now: Timestamp) {
        removeAll { $0.hasExpired(at: now) }
        guard count > limits.cookies else { return }
        let rest = max(limits.cookies - limits.cookies / 10, 1)
        let used = domains.values.joined().map(\.used).sorted(by: >)
        let oldest = used[rest - 1]
        domains = domains.compactMapValues { kept in
            let rest = kept.filter { $0.used >= oldest }
            return rest.isEmpty ? nil : rest
        }
        count = domains.values.reduce(0) { $0 + $1.count }
    }

    // MARK: what may be set

    private func cookie(
        _ said: HTTPSetCookie, from origin: HTTPCookieOrigin, at now: Timestamp
    ) -> HTTPCookieJar.Cookie? {
        guard let domain = domain(said.domain, from: origin), !said.isSecure || origin.isSecure else { return nil }
        var cookie = HTTPCookieJar.Cookie(said.name, said.value, domain: domain)
        // A public suffix that is a host itself may have cookies for that.
        cookie.isHostOnly = said.domain.isEmpty || isPublicSuffix(said.domain)
        cookie.path = said.path ?? origin.defaultPath
        cookie.expires = expiry(said, at: now)
        cookie.isSecure = said.isSecure
        cookie.isHTTPOnly = said.isHTTPOnly
        cookie.sameSite = said.sameSite
        guard Self.keepsPromise(cookie, said), cookie.isSecure || origin.isSecure || !isShadowing(cookie, origin) else {
            return nil
        }
        return cookie
    }

    /// The domain of the cookie; nil where it is none that the origin may set cookies for.
    private func domain(_ said: String, from origin: HTTPCookieOrigin) -> String? {
        guard !said.isEmpty else { return origin.domain }
        guard said.utf8.last != UInt8(ascii: "."), said.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        guard origin.matches(domain: said), said == origin.domain || !isPublicSuffix(said) else { return nil }
        return said
    }

    private func expiry(_ said: HTTPSetCookie, at now: Timestamp) -> Timestamp? {
        let most = max(limits.age.components.seconds, 0)
        func after(_ seconds: Int64) -> Timestamp {
            let (sum, overflows) = now.seconds.addingReportingOverflow(seconds)
            return Timestamp(seconds: overflows ? .max : sum, nanoseconds: now.nanoseconds)
        }
        if let maxAge = said.maxAge { return maxAge <= 0 ? Timestamp(seconds: .min) : after(min(maxAge, most)) }
        return said.expires.map { min($0, after(most)) }
    }

    /// Whether a name that begins with `__Secure-` or `__Host-` says the truth. Where the name is empty, servers see
    /// what the value begins with.
    private static func keepsPromise(_ cookie: HTTPCookieJar.Cookie, _ said: HTTPSetCookie) -> Bool {
        let prefix = cookie.pair.utf8.prefix(9).map(\.lowercased)
        if prefix.starts(with: "__host-".utf8) {
            return !cookie.name.isEmpty && cookie.isSecure && said.domain.isEmpty && said.path == "/"
        }
        return !prefix.starts(with: "__secure-".utf8) || !cookie.name.isEmpty && cookie.isSecure
    }

    /// Whether the cookie, which comes over a connection that anybody may have changed, would stand in for a secure one.
    private func isShadowing(_ cookie: HTTPCookieJar.Cookie, _ origin: HTTPCookieOrigin) -> Bool {
        // Those of its own domain, of the domains above it and of the hosts below it.
        domains.contains { domain, kept in
            let isRelated =
                HTTPCookieOrigin.isName(domain, below: cookie.domain, isName: origin.isName)
                || HTTPCookieOrigin.isName(cookie.domain, below: domain, isName: origin.isName)
            return isRelated
                && kept.contains {
                    $0.cookie.isSecure && $0.cookie.name == cookie.name
                        && HTTPCookieOrigin.path(cookie.path, matches: $0.cookie.path)
                }
        }
    }
}
