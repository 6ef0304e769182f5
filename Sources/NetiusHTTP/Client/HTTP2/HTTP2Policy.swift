/// When a client speaks HTTP/2 (RFC 9113). Requests that leave HTTP, with CONNECT or an Upgrade field, go by HTTP/1 in any
/// case.
public enum HTTP2Policy: Sendable, Hashable {
    /// Where a server of `https` chooses it in the TLS handshake (ALPN, RFC 7301); else HTTP/1.
    case automatic
    /// Always, without asking: also in clear text (RFC 9113 section 3.3), and over TLS it is all that is offered. A proxy
    /// is spoken to in HTTP/1 as ever, and asked in it for what is of `http`.
    case priorKnowledge
    /// Never.
    case never
}
