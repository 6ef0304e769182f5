@testable import NetiusHTTP

/// Bytes to code, from nothing to more than any buffer.
enum CodedSamples {
    static let text = bytes(String(repeating: "It was the best of times, it was the worst of times. ", count: 40))
    static let zeros = [UInt8](repeating: 0, count: 300_000)

    static var noise: [UInt8] {
        var generator = SeededGenerator(seed: 5)
        return (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    static var all: [[UInt8]] { [[], [7], text, zeros, noise] }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

/// The bytes coded in one piece.
func coded(_ bytes: [UInt8], _ coding: HTTPContentCoding = .gzip, level: Int = 4) -> [UInt8] {
    coded(bytes, Deflater(coding, level: level), room: 1 << 16)
}

/// The bytes coded by a deflater, with so much room at a time.
func coded(_ bytes: [UInt8], _ deflater: Deflater, flush: Deflater.Flush = .finish, room: Int) -> [UInt8] {
    var (output, rest) = ([UInt8](), bytes[...])
    while true {
        let step = deflater.deflate(rest.span, flush, into: &output, room: room)
        rest = rest.dropFirst(step.consumed)
        if step.isDone { return output }
    }
}

/// What comes of the bytes when they are put in in pieces of a size, with so much room at a time.
func decoded(
    _ bytes: [UInt8], _ inflater: Inflater, pieces: Int = .max, room: Int = 1 << 16
) throws(HTTPContentCodingError) -> [UInt8] {
    var (output, rest) = ([UInt8](), bytes[...])
    while !rest.isEmpty {
        var piece = rest.prefix(pieces)
        rest = rest.dropFirst(pieces)
        while try !inflated(&piece, inflater, into: &output, room: room) {}
    }
    try inflater.finish()
    return output
}

func decoded(_ bytes: [UInt8], _ coding: HTTPContentCoding = .gzip) throws(HTTPContentCodingError) -> [UInt8] {
    try decoded(bytes, Inflater(coding))
}

/// One step, which must keep its promises; whether it has taken everything.
private func inflated(
    _ piece: inout ArraySlice<UInt8>, _ inflater: Inflater, into output: inout [UInt8], room: Int
) throws(HTTPContentCodingError) -> Bool {
    let count = output.count
    let step = try inflater.inflate(piece.span, into: &output, room: room)
    precondition(output.count - count <= room, "more than there was room for")
    precondition(step.consumed <= piece.count && (!step.needsInput || step.consumed == piece.count))
    piece = piece.dropFirst(step.consumed)
    return step.needsInput
}
