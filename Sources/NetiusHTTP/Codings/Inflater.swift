internal import CZlib

/// Undoes a content coding of a stream of bytes, piece by piece.
///
/// It is strict: a stream that is cut, or has something after its end, is an error. Several gzip streams one after the
/// other are one (RFC 1952 §2.2).
final class Inflater {
    /// How far a stream may expand. The default is what servers of forms and JSON need.
    struct Limits: Sendable {
        /// The coded bytes there may be beyond twice the most decoded ones: a stream may go on without ever decoding to
        /// anything.
        static let overhead = 1024 * 1024

        /// The most decoded bytes; nil for no limit.
        var size: Int?
        /// The most decoded bytes for one that is coded, once there are more than the allowance. The format allows
        /// 1032; text seldom comes to 20.
        var ratio = 100
        /// The decoded bytes there may be whatever the ratio.
        var allowance = 1024 * 1024
    }

    private enum State {
        /// Before the first byte of a stream.
        case beginning
        /// Within the first two bytes, which tell zlib's format from the bare stream.
        case unknownFormat(first: UInt8)
        case inside
        /// After the last byte of a stream.
        case complete
        case failed(HTTPContentCodingError)
    }

    private let coding: HTTPContentCoding
    private let acceptsBareStreams: Bool
    private let limits: Limits
    private let stream: ZlibStream
    private var state = State.beginning
    private var consumed = 0
    private var produced = 0

    /// - Parameters:
    ///   - coding: The coding to undo.
    ///   - limits: How far the content may expand.
    ///   - acceptsBareStreams: Whether `deflate` may also be the bare stream of RFC 1951, which some servers send
    ///     (RFC 9110 §8.4.1.2).
    init(_ coding: HTTPContentCoding, limits: Limits = Limits(), acceptsBareStreams: Bool = false) {
        self.coding = coding
        self.limits = limits
        self.acceptsBareStreams = acceptsBareStreams && coding == .deflate
        stream = ZlibStream(.inflating, windowBits: coding.windowBits)
    }

    /// Decodes as much as there is room for.
    ///
    /// - Parameters:
    ///   - input: What is to be decoded.
    ///   - output: Where the result is added.
    ///   - room: The most that is added, at least 1.
    /// - Returns: How much of the input was consumed, and whether more is needed to go on: otherwise, call again with
    ///   the rest, even if that is nothing.
    /// - Throws: `HTTPContentCodingError`, where the input is malformed or beyond a limit.
    /// - Throws: What is wrong with the input, from then on each time.
    func inflate(
        _ input: Span<UInt8>, into output: inout [UInt8], room: Int
    ) throws(HTTPContentCodingError) -> (consumed: Int, needsInput: Bool) {
        var position = 0
        var left = max(room, 1)
        while true {
            if position < input.count {
                try begin(input, &position)
            }
            guard case .inside = state else { break }
            let step = try step(input.extracting(position..<input.count), into: &output, room: left)
            position += step.consumed
            left -= step.produced
            if left == 0 { return (position, false) }
            // zlib stops for want of room, of input, or at the end of a stream.
            if position == input.count { break }
        }
        if case .failed(let error) = state { throw error }
        return (position, true)
    }

    /// Says that nothing follows.
    ///
    /// - Throws: `truncated`, unless everything was decoded and a stream has just ended.
    func finish() throws(HTTPContentCodingError) {
        switch state {
        case .complete: return
        case .failed(let error): throw error
        case .beginning, .unknownFormat, .inside: throw fail(.truncated)
        }
    }

    /// Comes to be inside of a stream, if there is enough input.
    private func begin(_ input: Span<UInt8>, _ position: inout Int) throws(HTTPContentCodingError) {
        switch state {
        case .inside: return
        case .failed(let error): throw error
        case .beginning:
            guard acceptsBareStreams else { return state = .inside }
            state = .unknownFormat(first: input[position])
            position += 1
            consumed += 1
            guard position < input.count else { return }
            try begin(input, &position)
        case .unknownFormat(let first):
            // RFC 1950 §2.2: method 8, a window of at most 2^15, and a check that makes the two divisible by 31.
            let isZlib = first & 0x0F == 8 && first >> 4 <= 7 && (UInt(first) << 8 | UInt(input[position])) % 31 == 0
            if !isZlib { stream.reset(windowBits: -15) }
            state = .inside
            // The first byte stands for nothing yet.
            var nothing: [UInt8] = []
            let start = [first]
            consumed -= 1
            _ = try step(start.span, into: &nothing, room: 1)
        case .complete:
            // RFC 1952 §2.3.1: another gzip stream begins with 31.
            guard coding == .gzip, input[position] == 31 else { throw fail(.trailingData) }
            stream.reset()
            state = .inside
        }
    }

    private func step(
        _ input: Span<UInt8>, into output: inout [UInt8], room: Int
    ) throws(HTTPContentCodingError) -> (consumed: Int, produced: Int) {
        let allowed = limits.size.map { max($0, 0) - produced } ?? .max
        // One more than is allowed tells what is too large from what is not.
        let step = stream.run(
            input, flush: Z_NO_FLUSH, into: &output, room: allowed < room ? allowed + 1 : room)
        consumed += step.consumed
        produced += step.produced
        guard step.produced <= allowed, (consumed - Limits.overhead) / 2 <= limits.size.map({ max($0, 0) }) ?? .max
        else { throw fail(.tooLarge) }
        guard produced <= limits.allowance || produced / max(limits.ratio, 1) <= consumed else {
            throw fail(.tooExpansive)
        }
        switch step.status {
        case Z_STREAM_END: state = .complete
        case Z_OK, Z_BUF_ERROR: break
        case Z_MEM_ERROR: fatalError("out of memory")
        default: throw fail(.malformed)
        }
        // zlib makes progress, or this would not end.
        guard step.consumed > 0 || step.produced > 0 || input.isEmpty else { throw fail(.malformed) }
        return (step.consumed, step.produced)
    }

    private func fail(_ error: HTTPContentCodingError) -> HTTPContentCodingError {
        state = .failed(error)
        return error
    }
}
