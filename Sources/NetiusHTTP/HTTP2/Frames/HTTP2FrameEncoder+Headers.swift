import Netius

extension HTTP2FrameEncoder {
    /// Where a header block begins: leaves room for the header of its frame. The block is appended next, and
    /// `endHeaders` gets what is returned.
    static func beginHeaders(to output: OutputBuffer) -> Int {
        let position = output.count
        output.append(zeros: HTTP2FrameHeader.size)
        return position
    }

    /// Makes a HEADERS frame of the block that was appended since `beginHeaders`, and CONTINUATION frames of what is
    /// beyond the first `maximumFrameSize` octets (RFC 9113 §6.2, §6.10).
    static func endHeaders(
        begunAt position: Int, stream: UInt32, endsStream: Bool, maximumFrameSize: Int, to output: OutputBuffer
    ) {
        let length = output.count - position - HTTP2FrameHeader.size
        let flags: HTTP2FrameFlags = endsStream ? .endStream : []
        if length <= maximumFrameSize {
            overwriteHeader(
                at: position, length: length, .headers, flags.union(.endHeaders), stream: stream, in: output)
        } else {
            let size = max(maximumFrameSize, 1)
            spread(length, from: position, stream, size, output)
            overwriteHeader(at: position, length: size, .headers, flags, stream: stream, in: output)
        }
    }

    /// Moves the pieces behind the first apart, the last one first, so that each is moved only once.
    private static func spread(_ length: Int, from position: Int, _ stream: UInt32, _ size: Int, _ output: OutputBuffer)
    {
        let continuations = (length - 1) / size
        output.append(zeros: continuations * HTTP2FrameHeader.size)
        let block = position + HTTP2FrameHeader.size
        for piece in stride(from: continuations, to: 0, by: -1) {
            let start = block + piece * size
            let end = min(start + size, block + length)
            let moved = start + piece * HTTP2FrameHeader.size
            output.overwrite(at: moved, with: start..<end)
            overwriteHeader(
                at: moved - HTTP2FrameHeader.size, length: end - start, .continuation,
                piece == continuations ? .endHeaders : [], stream: stream, in: output)
        }
    }
}
