internal import Netius

/// One of a limited number of streams that may be compressed at a time, until nobody refers to it any more: a response
/// may be dropped before its content is ever written.
final class DeflaterReservation: Sendable {
    /// Where to get the deflater.
    let pool: DeflaterPool
    private let count: Guarded<Int>

    private init(_ pool: DeflaterPool, _ count: Guarded<Int>) {
        self.pool = pool
        self.count = count
    }

    deinit {
        count.withLock { $0 -= 1 }
    }

    /// Nil if there are as many as the limit already.
    static func make(in count: Guarded<Int>, of limit: Int, _ pool: DeflaterPool) -> DeflaterReservation? {
        let isFree = count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        return isFree ? DeflaterReservation(pool, count) : nil
    }
}
