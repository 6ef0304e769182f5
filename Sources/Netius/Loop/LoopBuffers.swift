/// The one buffer that a loop's connections read into and the one that they write from.
///
/// A connection holds a buffer only while it has bytes in it, and gives way at once to the next that needs it: what it
/// has not consumed it copies to memory of its own, what it has not sent it sends. In the usual case, where a batch of
/// requests is read, answered and written in one go, nothing is copied and an idle connection owns no memory.
@safe
final class LoopBuffers {
    // Unsafe memory: written by recv(2) within its bounds, read by its holder within what was received.
    let input: UnsafeMutableRawBufferPointer
    let output = OutputBuffer(capacity: 64 * 1024)
    /// Bytes as they go to a socket, while one call of a transport's puts them together.
    let protected = OutputBuffer(capacity: 80 * 1024)
    private var inputHolder: Transport?
    private var outputHolder: Transport?

    init() {
        unsafe input = .allocate(byteCount: 64 * 1024, alignment: 16)
    }

    deinit {
        unsafe input.deallocate()
    }

    func holdInput(_ transport: Transport) {
        guard inputHolder !== transport else { return }
        inputHolder?.keepUnread()
        inputHolder = transport
    }

    /// Makes the input buffer anybody's, to be overwritten and read before the caller suspends.
    func freeInput() {
        inputHolder?.keepUnread()
        inputHolder = nil
    }

    func holdOutput(_ transport: Transport) {
        guard outputHolder !== transport else { return }
        flush()
        outputHolder = transport
    }

    func isOutputHeld(by transport: Transport) -> Bool {
        outputHolder === transport
    }

    /// Sends what the holder has left unsent: at the end of each turn, and when another needs the buffer.
    func flush() {
        guard let holder = outputHolder else { return }
        outputHolder = nil
        holder.outputTaken()
        output.removeAll()
    }

    func release(_ transport: Transport) {
        if inputHolder === transport { inputHolder = nil }
        if outputHolder === transport {
            outputHolder = nil
            output.removeAll()
        }
    }
}
