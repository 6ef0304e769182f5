/// Whom a session is with: sessions of one peer are no good for any other.
struct TLSSessionPeer: Hashable, Sendable {
    /// The name or address that was verified.
    let name: String
    let port: UInt16
}

/// Sessions that clients may resume, by whom they were made with. A value: whoever has it sees to threads.
///
/// It never has more than a fixed number of peers: they are in two generations, and when the young one is full, the old
/// one, whose peers were not asked for since, is forgotten. Every operation takes the same time.
struct TLSSessionTable<Session> {
    private struct Entry {
        let session: Session
        let isUsedOnce: Bool
    }

    /// The most sessions that are kept for one peer.
    static var sessionsPerPeer: Int { 8 }

    private let generationSize: Int
    private var young: [TLSSessionPeer: [Entry]] = [:]
    private var old: [TLSSessionPeer: [Entry]] = [:]

    /// A table for at most this many peers, rounded up to an even number.
    init(maximumPeers: Int) {
        generationSize = max(maximumPeers, 1) / 2 + max(maximumPeers, 1) % 2
    }

    /// How many peers there are sessions of.
    var peers: Int { young.count + old.count }

    /// Adds a session.
    ///
    /// - Parameters:
    ///   - session: The session.
    ///   - peer: Whom it is with.
    ///   - isUsedOnce: Whether it is to be resumed once, as those of TLS 1.3 (RFC 8446 appendix C.4), so that nobody
    ///     sees that two connections are of the same client. Others take the place of what there is.
    mutating func insert(_ session: Session, for peer: TLSSessionPeer, isUsedOnce: Bool) {
        var entries = remove(peer)
        if isUsedOnce { entries.removeAll { !$0.isUsedOnce } } else { entries = [] }
        if entries.count == Self.sessionsPerPeer { entries.removeFirst() }
        entries.append(Entry(session: session, isUsedOnce: isUsedOnce))
        store(entries, for: peer)
    }

    /// The newest session with the peer, which is not there any more where it is to be used once.
    mutating func take(_ peer: TLSSessionPeer) -> Session? {
        var entries = remove(peer)
        guard let newest = entries.last else { return nil }
        if newest.isUsedOnce { entries.removeLast() }
        if !entries.isEmpty { store(entries, for: peer) }
        return newest.session
    }

    private mutating func remove(_ peer: TLSSessionPeer) -> [Entry] {
        young.removeValue(forKey: peer) ?? old.removeValue(forKey: peer) ?? []
    }

    private mutating func store(_ entries: [Entry], for peer: TLSSessionPeer) {
        if young.count >= generationSize {
            old = young
            young = [:]
        }
        young[peer] = entries
    }
}
