/// FNV-1a over a stream of bytes, with how many there were.
struct Checksum: Equatable, Sendable {
    private(set) var count = 0
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        var value = value
        var count = count
        for byte in bytes {
            value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
            count += 1
        }
        self.value = value
        self.count = count
    }
}
