internal import Netius

/// What a session has of one stream: content on its way in and out, and the tasks that wait for it.
// @unchecked: used on the loop's thread alone.
final class HTTP2Stream: @unchecked Sendable {
    /// How a wait ended. Whoever waited looks again at the stream.
    enum Wake: Sendable {
        case ready
        case timedOut
        case cancelled
    }

    /// Content that is to be sent.
    enum Pending {
        case none
        case bytes(ArraySlice<UInt8>)
        case file(File, Range<Int>)

        var count: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .file(_, let range): range.count
            }
        }
    }

    /// How far what was to be sent has come.
    enum Sending {
        case idle
        /// It waits for its turn, or for a window.
        case pending
        /// The file has to be read by somebody who may wait for it.
        case needsFile
        /// All of it is in the output.
        case written
    }

    /// What has come and was not read.
    var received: [UInt8] = []
    /// Why the stream ended before its time.
    var failure: (any Error)?

    var reader: LoopContinuation<Wake>?
    var readDeadline = MonotonicTime.distantFuture

    /// How much more may come that nobody wants before the stream is broken off; nil while somebody may want it.
    var discardLeft: Int?

    var pending = Pending.none
    /// Whether the stream ends with what is pending.
    var endsAfterPending = false
    var sending = Sending.idle
    var writer: LoopContinuation<Wake>?
    var writeDeadline = MonotonicTime.distantFuture

    /// Forgets everything, for another stream in the same place.
    func reset() {
        if !received.isEmpty { received = [] }
        failure = nil
        readDeadline = .distantFuture
        discardLeft = nil
        pending = .none
        endsAfterPending = false
        sending = .idle
        // Tasks that were left behind are not to wait in the place of another stream.
        wakeReader(.ready)
        wakeWriter(.ready)
    }

    func wakeReader(_ wake: Wake) {
        readDeadline = .distantFuture
        reader.take()?.resume(returning: wake)
    }

    func wakeWriter(_ wake: Wake) {
        writeDeadline = .distantFuture
        writer.take()?.resume(returning: wake)
    }

    func fail(_ error: any Error) {
        failure = failure ?? error
        pending = .none
        wakeReader(.ready)
        wakeWriter(.ready)
    }
}
