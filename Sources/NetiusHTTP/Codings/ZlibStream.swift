internal import CZlib

/// One of zlib's streams, and all there is of its C interface.
@safe
final class ZlibStream {
    enum Direction {
        case deflating(level: Int)
        case inflating
    }

    private let direction: Direction
    // Safe: zlib keeps a pointer to it, so it has a place of its own in memory, which ends with this object.
    private let state: UnsafeMutablePointer<z_stream>

    /// - Parameters:
    ///   - direction: What the stream does.
    ///   - windowBits: The format, in zlib's words.
    init(_ direction: Direction, windowBits: Int32) {
        self.direction = direction
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: z_stream())
        let status =
            switch direction {
            case .deflating(let level): unsafe netius_deflate_init(state, Int32(min(max(level, 1), 9)), windowBits)
            case .inflating: unsafe netius_inflate_init(state, windowBits)
            }
        // The parameters are legal: nothing but a lack of memory can be wrong.
        guard status == Z_OK else { fatalError("out of memory") }
    }

    deinit {
        switch direction {
        case .deflating: _ = unsafe deflateEnd(state)
        case .inflating: _ = unsafe inflateEnd(state)
        }
        unsafe state.deallocate()
    }

    /// Begins anew.
    func reset() {
        switch direction {
        case .deflating: _ = unsafe deflateReset(state)
        case .inflating: _ = unsafe inflateReset(state)
        }
    }

    /// Begins anew to inflate, in another format.
    func reset(windowBits: Int32) {
        _ = unsafe inflateReset2(state, windowBits)
    }

    /// Takes from `input` and adds to `output`, until one of them is used up or the stream ends.
    ///
    /// - Parameters:
    ///   - input: What is there to be taken.
    ///   - flush: One of zlib's modes.
    ///   - output: Where the result is added.
    ///   - room: The most that is added, at least 1.
    /// - Returns: zlib's status, how much was taken, and how much was added.
    func run(
        _ input: Span<UInt8>, flush: Int32, into output: inout [UInt8], room: Int
    ) -> (status: Int32, consumed: Int, produced: Int) {
        var (status, consumed, produced) = (Z_OK, 0, 0)
        output.append(addingCapacity: room) { free in
            // Safe: both buffers outlive the call, and zlib is told their true sizes. It does not write to its input.
            unsafe input.withUnsafeBufferPointer { input in
                unsafe free.withUnsafeMutableBufferPointer { free, count in
                    let sizes = (input: UInt32(clamping: input.count), output: UInt32(clamping: free.count))
                    unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    unsafe state.pointee.avail_in = sizes.input
                    unsafe state.pointee.next_out = free.baseAddress
                    unsafe state.pointee.avail_out = sizes.output
                    status = call(flush)
                    consumed = unsafe Int(sizes.input - state.pointee.avail_in)
                    produced = unsafe Int(sizes.output - state.pointee.avail_out)
                    unsafe state.pointee.next_in = nil
                    unsafe state.pointee.next_out = nil
                    count = produced
                }
            }
        }
        return (status, consumed, produced)
    }

    private func call(_ flush: Int32) -> Int32 {
        switch direction {
        case .deflating: unsafe deflate(state, flush)
        case .inflating: unsafe inflate(state, flush)
        }
    }
}
