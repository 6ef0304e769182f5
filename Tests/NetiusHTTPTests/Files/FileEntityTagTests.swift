import Netius
import Testing

@testable import NetiusHTTP

@Suite("Entity tags of files")
struct FileEntityTagTests {
    @Test("A tag has the inode, the time and the size, in hexadecimal")
    func tag() {
        let modified = Timestamp(seconds: 1, nanoseconds: 15)
        let tag = FileEntityTag.tag(inode: 255, modified: modified, size: 4096, isSettled: true)
        #expect(tag.description == "\"ff-3b9aca0f-1000\"")
        let weak = FileEntityTag.tag(inode: 255, modified: modified, size: 4096, isSettled: false)
        #expect(weak.description == "W/\"ff-3b9aca0f-1000\"")
    }

    @Test("Whatever changes, the tag does")
    func differs() {
        let times = [Timestamp(seconds: 5), Timestamp(seconds: 5, nanoseconds: 1), Timestamp(seconds: -5)]
        var tags = Set<HTTPEntityTag>()
        for inode in [0, 1, UInt64.max] {
            for time in times {
                for size in [0, 1, Int.max] {
                    tags.insert(FileEntityTag.tag(inode: inode, modified: time, size: size, isSettled: true))
                }
            }
        }
        #expect(tags.count == 27)
        #expect(tags.allSatisfy { HTTPEntityTag($0.description) == $0 })
    }

    @Test(
        "A tag is strong when the tick of its time is over",
        arguments: [
            (100, 5, 100, 5, false), (100, 5, 100, 100_000_005, false), (100, 5, 100, 100_000_006, true),
            (100, 950_000_000, 101, 50_000_000, false), (100, 950_000_000, 101, 50_000_001, true),
            (100, 0, 101, 0, false),
            (100, 0, 102, 0, false), (100, 0, 102, 1, true), (100, 5, 99, 0, false), (100, 5, 200, 0, true),
            (100, 5, 0, 0, false), (.min, 0, .max, 0, true), (.max, 0, .min, 0, false),
        ] as [(Int64, UInt32, Int64, UInt32, Bool)])
    func settles(seconds: Int64, nanoseconds: UInt32, nowSeconds: Int64, nowNanoseconds: UInt32, expected: Bool) {
        let modified = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        let now = Timestamp(seconds: nowSeconds, nanoseconds: nowNanoseconds)
        #expect(FileEntityTag.isSettled(modified, now: now) == expected)
    }
}
