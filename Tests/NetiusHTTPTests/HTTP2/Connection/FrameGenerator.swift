import TestSupport

@testable import NetiusHTTP

/// Makes frames that are right, nearly right, or wrong.
struct FrameGenerator {
    var random: SeededGenerator
    let role: HTTP2Connection.Role
    private var newest: UInt32 = 1

    /// - Parameters:
    ///   - seed: What the frames depend on.
    ///   - role: That of the connection they are for.
    init(seed: Int, role: HTTP2Connection.Role) {
        random = SeededGenerator(seed: UInt64(seed) + 1)
        self.role = role
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private mutating func octets(_ counts: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: counts, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func stream() -> UInt32 {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return 0
        case 1: return UInt32.random(in: 0...UInt32.max, using: &random)
        case 2: return 2
        default: return pick([1, 3, 5, newest, newest > 2 ? newest - 2 : 1])
        }
    }

    private mutating func value() -> UInt32 {
        pick([0, 1, 2, 100, 16_384, 65_535, 0x7FFF_FFFF, 0x8000_0000, .max, .random(in: 0...100_000, using: &random)])
    }

    private mutating func block() -> [UInt8] {
        if chance(30) { return octets(0...40) }
        var block: [UInt8] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: block.append(0x82)
            case 1: block += [0x40, 1, 0x61, 2, 0x62, UInt8.random(in: 0x61...0x7A, using: &random)]
            case 2: block.append(chance(20) ? 0xBF : 0x88)
            case 3: block += PlainFrame.block([("content-length", "\(Int.random(in: 0...20, using: &random))")])
            case 4: block += PlainFrame.block([("priority", chance(2) ? "u=1, i" : "u=9,")])
            case 5: block += PlainFrame.block([(":status", chance(3) ? "103" : "200")])
            case 6: if chance(4) { block += PlainFrame.block([("malformed", "it is")]) }
            default: block += PlainFrame.block([("name", String(repeating: "v", count: Int(value() % 120)))])
            }
        }
        return block
    }

    mutating func next() -> [PlainFrame] {
        var frames = wellFormed()
        if chance(25) {
            let index = Int.random(in: 0..<frames.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: frames[index].flags = UInt8.random(in: 0...255, using: &random)
            case 1: frames[index].payload += octets(1...9)
            case 2: frames[index].payload = frames[index].payload.dropLast(Int.random(in: 1...5, using: &random))
            default: frames[index].stream = stream()
            }
        }
        return frames
    }

    private mutating func wellFormed() -> [PlainFrame] {
        switch Int.random(in: 0..<22, using: &random) {
        case 0..<5:
            let id: UInt32
            if role == .server, !chance(3) {
                newest += 2
                id = newest
            } else {
                id = stream()
            }
            return headers(id)
        case 5..<10:
            let content = octets(0...(chance(10) ? 16_384 : 30))
            let flags: HTTP2FrameFlags = chance(4) ? .endStream : []
            guard chance(3) else { return [PlainFrame(.data, flags, stream: stream(), content)] }
            let padding = UInt8.random(in: 0...40, using: &random)
            let payload = [padding] + content + [UInt8](repeating: 0, count: Int(padding))
            return [PlainFrame(.data, flags.union(.padded), stream: stream(), payload)]
        case 10, 11: return [.windowUpdate(chance(3) ? value() : 1000, stream: stream())]
        case 12, 13: return [.reset(HTTP2ErrorCode(rawValue: value()), stream: stream())]
        case 14: return [PlainFrame(.priority, stream: stream(), PlainFrame.number(stream()) + [9])]
        case 15: return [PlainFrame(.ping, chance(3) ? .acknowledgement : [], stream: 0, octets(8...8))]
        case 16:
            let identifier = HTTP2SettingIdentifier(rawValue: UInt16.random(in: 0...10, using: &random))
            return [.settings(chance(4) ? [(identifier, value())] : [(.initialWindowSize, value() % 100_000)])]
        case 17: return [PlainFrame(.settings, .acknowledgement)]
        case 18:
            return [
                PlainFrame(
                    HTTP2FrameKind(rawValue: UInt8.random(in: 0...255, using: &random)), stream: stream(), octets(0...9)
                )
            ]
        case 19:
            let value = Array((chance(2) ? "u=1" : "i, u=").utf8)
            return [PlainFrame(.priorityUpdate, stream: 0, PlainFrame.number(newest + 2 * (self.value() % 50)) + value)]
        case 20: return [PlainFrame(.goAway, stream: 0, PlainFrame.number(value()) + PlainFrame.number(value()))]
        default: return [.data("", stream: stream())]
        }
    }

    private mutating func headers(_ id: UInt32) -> [PlainFrame] {
        let block = block()
        let flags: HTTP2FrameFlags = chance(2) ? .endStream : []
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let cut = Int.random(in: 0...block.count, using: &random)
            return [
                PlainFrame(.headers, flags, stream: id, Array(block.prefix(cut))),
                PlainFrame(.continuation, .endHeaders, stream: id, Array(block.dropFirst(cut))),
            ]
        case 1:
            let priority = PlainFrame.number(stream()) + [9]
            return [PlainFrame(.headers, flags.union([.endHeaders, .priority]), stream: id, priority + block)]
        default: return [PlainFrame(.headers, flags.union(.endHeaders), stream: id, block)]
        }
    }
}
