/// The fields of a request that an encoder does not simply copy.
enum HTTP1ManagedRequestField {
    /// Written first, from the authority.
    case host
    case connection
    /// TE and Upgrade, which concern the next server alone: Connection has to list them (RFC 9110 §7.8 and §10.1.4).
    case te, upgrade
    /// Expect, which must not be without content (RFC 9110 §10.1.1).
    case expect
    /// Content-Length and Transfer-Encoding.
    case framing
}

extension HTTPFields.Storage {
    @inline(__always)
    func managedInRequest(_ entry: HTTPFields.Entry) -> HTTP1ManagedRequestField? {
        // The span must not outlive the access to the property, a copy of which costs no allocation.
        let bytes = bytes
        let octets = bytes.span
        switch entry.nameLength {
        case 2 where octets.equals("te", in: entry.name): return .te
        case 4 where octets.equals("host", in: entry.name): return .host
        case 6 where octets.equals("expect", in: entry.name): return .expect
        case 7 where octets.equals("upgrade", in: entry.name): return .upgrade
        case 10 where octets.equals("connection", in: entry.name): return .connection
        case 14 where octets.equals("content-length", in: entry.name): return .framing
        case 17 where octets.equals("transfer-encoding", in: entry.name): return .framing
        default: return nil
        }
    }
}
