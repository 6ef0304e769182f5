internal import CZlib

/// Applies a content coding to a stream of bytes, piece by piece.
///
/// It costs 256 KiB, which take longer to get than a small body to compress: see ``DeflaterPool``.
final class Deflater {
    /// What is to become of what zlib would hold back to compress it better.
    enum Flush {
        /// It may wait.
        case none
        /// It is put out, so that what was put in can be decoded.
        case sync
        /// It is put out, and the stream ends.
        case finish
    }

    /// The least room there must be: with less, flushing would never end.
    static let minimumRoom = 64

    private let stream: ZlibStream

    /// - Parameters:
    ///   - coding: The coding to apply.
    ///   - level: How hard to try: 1, the fastest, to 9, the smallest; any other is the nearest of them.
    init(_ coding: HTTPContentCoding, level: Int) {
        stream = ZlibStream(.deflating(level: level), windowBits: coding.windowBits)
    }

    /// Forgets everything: what follows is another stream.
    func reset() {
        stream.reset()
    }

    /// Compresses as much as there is room for.
    ///
    /// - Parameters:
    ///   - input: What is to be compressed; of a flush that is not done, what was not consumed of it.
    ///   - flush: What becomes of it.
    ///   - output: Where the result is added.
    ///   - room: The most that is added, at least ``minimumRoom``.
    /// - Returns: How much of the input was consumed, and whether this is done: otherwise, call again with the rest.
    func deflate(
        _ input: Span<UInt8>, _ flush: Flush, into output: inout [UInt8], room: Int
    ) -> (consumed: Int, isDone: Bool) {
        let room = max(room, Self.minimumRoom)
        let step = stream.run(input, flush: flush.mode, into: &output, room: room)
        let isDone = flush == .finish ? step.status == Z_STREAM_END : step.produced < room
        return (step.consumed, isDone && step.consumed == input.count)
    }
}

extension Deflater.Flush {
    fileprivate var mode: Int32 {
        switch self {
        case .none: Z_NO_FLUSH
        case .sync: Z_SYNC_FLUSH
        case .finish: Z_FINISH
        }
    }
}
