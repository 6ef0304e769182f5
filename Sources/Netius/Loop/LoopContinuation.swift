/// A suspended task that the loop resumes, exactly once: checked in debug builds, free of that cost in release.
@safe
@usableFromInline
package struct LoopContinuation<Value: Sendable>: Sendable {
    #if DEBUG
        private let continuation: CheckedContinuation<Value, Never>

        @usableFromInline
        package init(_ continuation: CheckedContinuation<Value, Never>) {
            self.continuation = continuation
        }
    #else
        // Safe as long as each is resumed once, which the debug builds that the tests run in check.
        private let continuation: UnsafeContinuation<Value, Never>

        @usableFromInline
        package init(_ continuation: UnsafeContinuation<Value, Never>) {
            unsafe self.continuation = continuation
        }
    #endif

    @usableFromInline
    package func resume(returning value: Value) {
        #if DEBUG
            continuation.resume(returning: value)
        #else
            unsafe continuation.resume(returning: value)
        #endif
    }
}

extension LoopContinuation<Void> {
    package func resume() {
        resume(returning: ())
    }
}

/// Inlined into the caller, so that the task resumes where it is needed without a switch of executors in between.
@inlinable @inline(__always)
nonisolated(nonsending) package func withLoopContinuation<Value: Sendable>(
    _ body: (LoopContinuation<Value>) -> Void
) async -> Value {
    #if DEBUG
        await withCheckedContinuation { body(LoopContinuation($0)) }
    #else
        await unsafe withUnsafeContinuation { unsafe body(LoopContinuation($0)) }
    #endif
}
