/// One thread's way into a `LineWriter`: lines gather in a buffer of its own, so that threads do not wait for each other.
///
/// When the last reference goes, what it holds is handed to the writer.
// @unchecked: all state is guarded by `lock`.
package final class LineLane: @unchecked Sendable {
    private let writer: LineWriter
    private let lock = Lock()
    // Nothing else can have access under the lock; to check for it at run time would cost as much as the lock.
    @exclusivity(unchecked) private var uncheckedBuffer: OutputBuffer
    @exclusivity(unchecked) private var uncheckedLines = 0

    init(_ writer: LineWriter) {
        self.writer = writer
        unsafe uncheckedBuffer = writer.makeBuffer()
    }

    private var buffer: OutputBuffer {
        get { unsafe uncheckedBuffer }
        set { unsafe uncheckedBuffer = newValue }
    }

    private var lines: Int {
        get { unsafe uncheckedLines }
        set { unsafe uncheckedLines = newValue }
    }

    deinit {
        writer.remove(ObjectIdentifier(self))
        if lines > 0 { _ = writer.take(buffer, lines: lines, isForced: true) }
    }

    /// Adds the line that `body` appends, with its line feed. `body` must neither wait nor use the writer.
    package func append(_ body: (OutputBuffer) -> Void) {
        lock.lock()
        defer { lock.unlock() }
        body(buffer)
        lines += 1
        if buffer.count >= writer.bufferSize {
            exchangeBuffer(isForced: false)
        } else if lines == 1 {
            writer.noteLines()
        }
    }

    /// Hands what has gathered to the writer.
    func handOver() {
        lock.lock()
        defer { lock.unlock() }
        if lines > 0 { exchangeBuffer(isForced: true) }
    }

    private func exchangeBuffer(isForced: Bool) {
        buffer = writer.take(buffer, lines: lines, isForced: isForced)
        lines = 0
    }
}
