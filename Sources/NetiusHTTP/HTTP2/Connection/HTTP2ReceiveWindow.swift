/// How much a peer may send, on a stream or on the connection, before what it has sent is consumed (RFC 9113 §5.2).
///
/// The size is always the sum of three: what the peer may still send, what it has sent that nobody has consumed, and
/// what was consumed that it has not been told of.
struct HTTP2ReceiveWindow {
    /// The largest window there is (RFC 9113 §6.9.1).
    static var maximumSize: Int { 0x7FFF_FFFF }

    /// What the peer may have sent that is not consumed, in all.
    private(set) var size: Int
    /// What the peer may still send; below zero if the window has become smaller than what is outstanding.
    private(set) var available: Int
    /// What has been consumed and is not announced yet.
    private var due = 0

    init(size: Int) {
        self.size = min(max(size, 0), Self.maximumSize)
        available = self.size
    }

    /// Takes what has come, padding included, from the window; false, and nothing is taken, if that is more than was
    /// allowed.
    mutating func received(_ count: Int) -> Bool {
        guard count <= max(available, 0) else { return false }
        available -= max(count, 0)
        return true
    }

    /// Notes what was received and is needed no more. Returns the increment to announce with WINDOW_UPDATE now: 0 until
    /// a quarter of the size is due, so that there are few of them and most of the window can always be under way.
    mutating func consumed(_ count: Int) -> Int {
        due += min(max(count, 0), size - available - due)
        guard due > 0, due >= size / 4 else { return 0 }
        return announce(due)
    }

    /// Makes the window larger; a smaller size changes nothing. Returns the increment to announce with WINDOW_UPDATE.
    mutating func grow(to size: Int) -> Int {
        let size = min(size, Self.maximumSize)
        guard size > self.size else { return 0 }
        let increment = size - self.size + due
        self.size = size
        return announce(increment)
    }

    /// Makes the window smaller by what SETTINGS have taken from it, which the peer knows of; it may have sent more than
    /// is left (RFC 9113 §6.9.3).
    mutating func shrink(by difference: Int) {
        let difference = min(max(difference, 0), size)
        size -= difference
        available -= difference
    }

    private mutating func announce(_ increment: Int) -> Int {
        available += increment
        due = 0
        return increment
    }
}
