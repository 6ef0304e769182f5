import Netius

/// Makes the entity tags of files: `"inode-modified-size"`, in hexadecimal, the time in nanoseconds.
///
/// A file may be changed twice within one tick of its file system's clock, and keep its size and its time. So a tag is
/// strong only once the tick is certainly over; until then it is weak, and good for no range.
enum FileEntityTag {
    /// The tag of a file.
    static func tag(inode: UInt64, modified: Timestamp, size: Int, isSettled: Bool) -> HTTPEntityTag {
        var octets: [UInt8] = []
        octets.reserveCapacity(48)
        octets.appendHexadecimal(inode)
        octets.append(UInt8(ascii: "-"))
        let nanoseconds = UInt64(bitPattern: modified.seconds) &* 1_000_000_000 &+ UInt64(modified.nanoseconds)
        octets.appendHexadecimal(nanoseconds)
        octets.append(UInt8(ascii: "-"))
        octets.appendHexadecimal(UInt64(clamping: size))
        return HTTPEntityTag(legal: String(decoding: octets, as: UTF8.self), isWeak: !isSettled)
    }

    /// Whether no change from now on can leave the file with the same time: the time is a tick ago. Not if it is in the
    /// future.
    static func isSettled(_ modified: Timestamp, now: Timestamp) -> Bool {
        let (seconds, overflows) = now.seconds.subtractingReportingOverflow(modified.seconds)
        guard !overflows, seconds >= 0, seconds <= 3 else { return now > modified }
        let age = seconds * 1_000_000_000 + Int64(now.nanoseconds) - Int64(modified.nanoseconds)
        return age > (modified.nanoseconds == 0 ? wholeSecondsTick : tick)
    }

    /// The longest tick, in nanoseconds, of a file system whose times are no whole seconds: several of the kernel's.
    private static let tick: Int64 = 100_000_000
    /// That of one whose times are: two seconds, as FAT has it.
    private static let wholeSecondsTick: Int64 = 2_000_000_000
}
