internal import Netius

/// How much each client has asked for lately: a token bucket per client, in a table that never grows.
///
/// A bucket is one point in time, when it will be full again. One that is full tells nothing, so that its place is
/// free. Where a new client finds no place, the one that asked for the least is forgotten: it can ask for more again,
/// but nobody is refused for want of a place, and who asks for much is remembered longest.
final class RateLimiter: Sendable {
    /// One client: an address, or the network that its owner may choose addresses from.
    struct Client: Hashable {
        let bits: UInt128

        init(_ address: IPAddress) {
            switch address.unmapped {
            case .v4(let address): bits = 0xFFFF << 32 | UInt128(address.bits)
            // Of a link's own addresses all begin alike.
            case .v6(let address): bits = address.isZoned ? address.bits : (address.bits >> 64) << 64
            }
        }
    }

    private struct Bucket {
        var client: UInt128 = 0
        /// When it will be full.
        var full = MonotonicTime(nanoseconds: 0)
    }

    /// The buckets, in which a client has its place among this many.
    private static let choices = 8
    /// Loops wait for each other only where their clients are in the same part.
    private static let partCount = 16

    private let parts: [Guarded<[Bucket]>]
    private let setCount: Int
    private let interval: UInt64
    private let tolerance: UInt64

    /// - Parameters:
    ///   - interval: The nanoseconds in which a bucket gains one request.
    ///   - burst: The requests in a full bucket.
    ///   - capacity: How many clients are remembered.
    init(interval: UInt64, burst: Int, capacity: Int) {
        self.interval = max(interval, 1)
        let (product, overflow) = self.interval.multipliedReportingOverflow(by: UInt64(clamping: max(burst, 1) - 1))
        tolerance = overflow ? .max : product
        let setCount = (max(capacity, 1) - 1) / (Self.choices * Self.partCount) + 1
        self.setCount = setCount
        parts = (0..<Self.partCount).map { _ in
            Guarded(Array(repeating: Bucket(), count: setCount * Self.choices))
        }
    }

    /// Takes one request from the client's bucket; nil, or how long to wait where there is none in it.
    func take(_ client: Client, at now: MonotonicTime) -> Duration? {
        // Seeded at random by the standard library: nobody can choose addresses that share a place.
        let (number, part) = client.hashValue.magnitude.quotientAndRemainder(dividingBy: UInt(Self.partCount))
        let set = Int(number % UInt(setCount)) * Self.choices
        return parts[Int(part)].withLock { buckets in
            var place = set
            for candidate in set..<set + Self.choices {
                if buckets[candidate].client == client.bits, buckets[candidate].full > now {
                    place = candidate
                    break
                }
                if buckets[candidate].full < buckets[place].full { place = candidate }
            }
            if buckets[place].client != client.bits || buckets[place].full < now {
                buckets[place] = Bucket(client: client.bits, full: now)
            }
            let missing = buckets[place].full.nanoseconds - now.nanoseconds
            guard missing <= tolerance else { return .nanoseconds(Int64(clamping: missing - tolerance)) }
            buckets[place].full = buckets[place].full + .nanoseconds(Int64(clamping: interval))
            return nil
        }
    }
}
