import Netius

/// Makes the entity tags of files: `"inode-modified-size"`, in hexadecimal, the time in nanoseconds.
///
/// A file may be changed twice within one tick of its file system's clock, and keep its size and its time. So a tag is
/// strong only once that tick is certainly over. Until then it is weak, and another than the strong one to come: what a
/// client has fetched meanwhile is never taken for what the file has become.
enum FileEntityTag {
    /// The longest tick of a file system in use: two seconds, that of FAT.
    static let longestTick: Int64 = 2

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
        if !isSettled { octets.append(contentsOf: "-new".utf8) }
        return HTTPEntityTag(legal: String(decoding: octets, as: UTF8.self), isWeak: !isSettled)
    }

    /// Whether the time is so far back that no change from now on can have the same; not if it is in the future.
    static func isSettled(_ modified: Timestamp, now: Timestamp) -> Bool {
        let (age, overflows) = now.seconds.subtractingReportingOverflow(modified.seconds)
        return overflows ? now > modified : age > longestTick
    }
}
